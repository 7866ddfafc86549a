"""Words for codes and states."""

from datetime import UTC, datetime

import pytest

from api.dashboard.views.job_list import view_row
from api.dashboard.views.quantities import name_of, unit_of, write_date, write_value
from api.dashboard.wording import (
    ADVICE,
    CAUSES,
    DELIVERY_ERRORS,
    DELIVERY_STATES,
    EVENTS,
    WITHHELD,
    advice_for,
    state_of,
)
from api.dashboard.wording import QUEUES as QUEUE_WORDS
from api.schemas.problem import PROBLEMS
from shared.dicom.values import Varying
from shared.jobs.job import Failure, Job, JobKind, JobStatus, Priority, Stage, StageProgress
from shared.jobs.queue import DELIVER
from shared.jobs.renditions import QUEUES
from shared.privacy.receipt_reasons import Reason
from shared.webhooks.delivery import DeliveryStatus
from shared.webhooks.events import EventType
from shared.webhooks.verdict import ErrorClass

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def job(status: JobStatus, *stages: StageProgress, partial: bool = False, error: Failure | None = None) -> Job:
    """A job that summarizes."""
    return Job(
        "0" * 32, "default", JobKind.SUMMARIZE, status, Priority.NORMAL, 1, AT, 5, stages, partial=partial, error=error
    )


def test_every_code_with_advice_exists() -> None:
    """Advice for a code that was renamed would never be read."""
    assert (set(ADVICE) | set(CAUSES)) - set(PROBLEMS) == set()


def test_every_word_of_the_ledger_has_its_translation() -> None:
    """No page shows the name of an enum."""
    assert set(DELIVERY_ERRORS) == set(ErrorClass)
    assert set(DELIVERY_STATES) == set(DeliveryStatus)
    assert set(EVENTS) == set(EventType)
    assert set(WITHHELD) == set(Reason)


def test_every_queue_has_its_words() -> None:
    """The operations page counts the stages, the pictures and the messages."""
    assert set(QUEUE_WORDS) == {*QUEUES, DELIVER}


@pytest.mark.parametrize("status", list(JobStatus))
def test_every_state_has_a_sign_and_words(status: JobStatus) -> None:
    """A state is told without colour."""
    state = state_of(job(status))
    assert state.mark
    assert state.words


def test_a_partial_job_says_so() -> None:
    """Done is not the whole truth where files could not be used."""
    assert state_of(job(JobStatus.SUCCEEDED, partial=True)).words == "Done, but some files could not be used"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (StageProgress(Stage.EXTRACT, "running", 120, 320), "Reading the files: 120 of 320"),
        (StageProgress(Stage.EXTRACT, "queued", 0, 320, queue_position=7), "Reading the files: place 7 in the queue"),
        (StageProgress(Stage.ASSEMBLE, "queued"), "Putting the study together: waiting"),
        (
            StageProgress(Stage.SUMMARIZE, "queued", retry_at=AT, reason="rate_limited"),
            "Writing the summary: waiting. The language model is busy; it will be asked again.",
        ),
    ],
)
def test_progress_is_a_phrase(stage: StageProgress, words: str) -> None:
    """Where a job is, in words."""
    assert view_row(job(JobStatus.RUNNING, stage)).progress == words


def test_a_failure_says_why_and_what_to_do() -> None:
    """The reader is never left with a code alone."""
    trouble = view_row(job(JobStatus.FAILED, error=Failure("dicom.none_readable"))).trouble
    assert trouble is not None
    assert (trouble.why, trouble.code) == ("None of the files could be read as DICOM.", "dicom.none_readable")
    assert trouble.advice == advice_for("dicom.none_readable")


@pytest.mark.parametrize(
    ("key", "name", "unit"),
    [
        ("acquisition.repetition_time_ms", "Repetition time", "ms"),
        ("dose.dlp_mgy_cm", "DLP", "mGy·cm"),
        ("cardiac.rr_interval_ms", "R-R interval", "ms"),
        ("body_part", "Body part", None),
    ],
)
def test_a_key_is_written_as_words_with_its_unit(key: str, name: str, unit: str | None) -> None:
    """The unit stands in the key and is printed behind the value."""
    assert (name_of(key), unit_of(key)) == (name, unit)


@pytest.mark.parametrize(("day", "text"), [("2026-01-31", "31 January 2026"), ("spring", "spring")])
def test_a_date_is_written_for_people(day: str, text: str) -> None:
    """The month has its name, so that nobody takes it for the day."""
    assert write_date(day) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (0.625, "0.625"), (120.0, "120"), (Varying(1.0, 2.5, ()), "1 to 2.5"), ((0.39, 0.4), "0.39, 0.4")],
)
def test_a_value_is_written_short(value: object, text: str) -> None:
    """No digits that say nothing."""
    assert write_value(value) == text
