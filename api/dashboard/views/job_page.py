"""The page of one job: what became of it, its summary, its series, its files and its messages."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from api.dashboard.views.differences import ComparisonView, view_comparison
from api.dashboard.views.job_list import JobRow, view_row
from api.dashboard.views.results import ShownResult, ShownRow, ShownSeries, ShownStudy
from api.dashboard.views.series_card import Picture, SeriesCard, view_series
from api.dashboard.views.summary import SummaryView, view_summary
from api.dashboard.wording import (
    DELIVERY_ERRORS,
    DELIVERY_STATES,
    EVENTS,
    FORMAT_WORDS,
    STAGES,
    State,
    advice_for,
    cause_of,
    stage_progress,
)
from api.schemas.jobs import formats_of
from shared.dicom.findings import Finding
from shared.dicom.series_parts import CardiacPhase
from shared.formats import FormatName
from shared.jobs.job import Job
from shared.jobs.outcomes import FileOutcome, read_sources
from shared.webhooks.delivery import Delivery


class Step(Struct, frozen=True):
    """One stage: its words, and its share from 0 to 100 where it is counted."""

    words: str
    done: bool
    completed: int | None
    total: int | None


class FileNote(Struct, frozen=True):
    """What is said about one file; ``number`` counts from one."""

    number: int
    words: str
    advice: str
    code: str


class StudyView(Struct, frozen=True):
    """A study with its series."""

    title: str
    date: str | None
    warnings: tuple[str, ...]
    cards: tuple[SeriesCard, ...]


class AttemptView(Struct, frozen=True):
    """One try to deliver a message."""

    at: datetime
    words: str


class DeliveryView(Struct, frozen=True):
    """One message to another system."""

    event: str
    address: str
    state: State
    attempts: tuple[AttemptView, ...]
    next_at: datetime | None


class Download(Struct, frozen=True):
    """The result in one format."""

    words: str
    address: str
    file: str


class JobPage(Struct, frozen=True):
    """Everything the page of a job shows."""

    row: JobRow
    steps: tuple[Step, ...]
    summary: SummaryView | None
    comparison: ComparisonView | None
    studies: tuple[StudyView, ...]
    warnings: tuple[str, ...]
    files: tuple[FileNote, ...]
    downloads: tuple[Download, ...]
    has_model_input: bool


_findings_decoder = msgspec.json.Decoder(tuple[Finding, ...])
_files_decoder = msgspec.json.Decoder(tuple[FileOutcome, ...])


def view_job(
    job: Job,
    result: ShownResult | None,
    rows: Mapping[str, Sequence[ShownRow]],
    *,
    shows_pictures: bool,
) -> JobPage:
    """Build the page of a job.

    Parameters
    ----------
    rows
        Instance lists that the result leaves out, by series instance UID.
    shows_pictures
        Whether this reader may see previews.
    """
    studies = () if result is None else _studies(job, result, rows, shows_pictures=shows_pictures)
    placed = {words for study in studies for words in study.warnings}
    placed |= {words for study in studies for card in study.cards for words in card.warnings}
    found = dict.fromkeys(finding.detail for finding in _findings_decoder.decode(job.warnings))
    return JobPage(
        row=view_row(job),
        steps=tuple(
            Step(
                stage_progress(stage) if stage.status != "succeeded" else f"{STAGES[stage.stage]}: done",
                stage.status == "succeeded",
                stage.completed,
                stage.total,
            )
            for stage in job.stages
        ),
        summary=None if result is None else view_summary(result),
        comparison=None if result is None or result.comparison is None else view_comparison(result.comparison),
        studies=studies,
        warnings=tuple(words for words in found if words not in placed),
        files=tuple(
            FileNote(file.index + 1, cause_of(file.code, file.detail or ""), advice_for(file.code), file.code)
            for file in _files_decoder.decode(job.files)
            if file.code is not None
        ),
        downloads=_downloads(job),
        has_model_input=job.has_model_input,
    )


def _downloads(job: Job) -> tuple[Download, ...]:
    """Give every format that the API has for this kind of job."""
    if not job.has_result:
        return ()
    return tuple(
        Download(
            FORMAT_WORDS[one.name],
            f"/jobs/{job.id}/result?format={one.name}{'&instances=true' if one.name is FormatName.JSON else ''}",
            f"result.{one.ending}",
        )
        for one in formats_of(job.kind)
    )


def _studies(
    job: Job, result: ShownResult, rows: Mapping[str, Sequence[ShownRow]], *, shows_pictures: bool
) -> tuple[StudyView, ...]:
    views = []
    numbers = itertools.count()
    for place, (side, study) in enumerate(_sides(result), start=1):
        cards = tuple(
            view_series(
                series,
                f"study-{place}-series-{number}",
                rows.get(series.series_instance_uid, ()),
                _pictures(job, series, next(numbers)) if shows_pictures and result.comparison is None else (),
            )
            for number, series in enumerate(study.series, start=1)
        )
        title = study.description or (f"Study {place}" if len(result.studies) > 1 else "Study")
        details = tuple(finding.detail for finding in study.warnings)
        views.append(StudyView(f"{side}{title}", study.date, details, cards))
    return tuple(views)


def _sides(result: ShownResult) -> list[tuple[str, ShownStudy]]:
    """List the studies, those of a comparison with the side that they are on."""
    if result.baseline is None or result.followup is None:
        return [("", study) for study in result.studies]
    sides = (("First upload: ", result.baseline), ("Second upload: ", result.followup))
    return [(name, study) for name, side in sides for study in side.studies]


def _pictures(job: Job, series: ShownSeries, series_number: int) -> tuple[Picture, ...]:
    """Give the previews of a series in the order of its phases; without the one that stands for none, where it has."""
    indices = [source.phase_index for source in read_sources(job.previews) if source.series_number == series_number]
    phases = sorted(index for index in indices if index is not None)
    address = f"/jobs/{job.id}/preview.png?series={series.series_instance_uid}"
    if not phases:
        return (Picture(address, "Middle slice"),) if indices else ()
    words = {phase.index: _phase_words(phase.phase_percent, phase.trigger_delay_ms) for phase in _phases(series)}
    return tuple(
        Picture(f"{address}&phase={index}", f"Middle slice, phase {index + 1}{words.get(index, '')}")
        for index in phases
    )


def _phases(series: ShownSeries) -> tuple[CardiacPhase, ...]:
    return series.cardiac.phases if series.cardiac is not None else ()


def _phase_words(percent: float | None, delay: float | None) -> str:
    if percent is not None:
        return f" at {percent:g} %"
    return "" if delay is None else f" at {delay:g} ms"


def view_deliveries(deliveries: Sequence[Delivery]) -> tuple[DeliveryView, ...]:
    """Give the messages about a job, newest first."""
    return tuple(
        DeliveryView(
            event=EVENTS.get(delivery.event.type, delivery.event.type),
            address=delivery.url,
            state=DELIVERY_STATES[delivery.status],
            attempts=tuple(
                AttemptView(
                    datetime.fromtimestamp(attempt.at / 1000, delivery.created_at.tzinfo),
                    _attempt_words(attempt.status_code, attempt.error, attempt.duration_ms),
                )
                for attempt in delivery.attempts
            ),
            next_at=delivery.next_attempt_at,
        )
        for delivery in deliveries
    )


def _attempt_words(status_code: int | None, error: str | None, duration_ms: int | None) -> str:
    words = "arrived" if error is None and status_code is not None else DELIVERY_ERRORS.get(error or "", "no outcome")
    answer = "" if status_code is None else f", answer {status_code}"
    return f"{words}{answer}" + ("" if duration_ms is None else f", {duration_ms} ms")
