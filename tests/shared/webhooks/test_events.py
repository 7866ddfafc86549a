"""What a webhook says; expected texts are the wire contract's."""

from datetime import UTC, datetime

import pytest

from shared.webhooks.events import DEFAULT_EVENTS, Event, EventType, UnknownEvent, parse_events, render

AT = datetime(2026, 11, 24, 9, 30, 0, 250_000, tzinfo=UTC)


def test_a_finished_job_is_told_as_the_contract_says() -> None:
    """Type, time and a thin description; the result is named by its address, never sent."""
    event = Event(EventType.SUCCEEDED, AT, "0a", "summarize", "succeeded", False, "ris-42", has_result=True)
    assert render(event, "https://dicom.example.org") == (
        b'{"type":"job.succeeded","timestamp":"2026-11-24T09:30:00.250Z","data":{"id":"0a","kind":"summarize",'
        b'"status":"succeeded","partial":false,"client_reference":"ris-42",'
        b'"result_url":"https://dicom.example.org/jobs/0a/result"}}'
    )


def test_what_is_absent_is_left_out() -> None:
    """A job that has no result and no reference of its sender says neither."""
    event = Event(EventType.STARTED, AT, "0a", "analyze", "running")
    assert render(event, "") == (
        b'{"type":"job.started","timestamp":"2026-11-24T09:30:00.250Z","data":{"id":"0a","kind":"analyze",'
        b'"status":"running","partial":false}}'
    )


def test_without_a_public_address_the_result_is_named_relative_to_the_api() -> None:
    """An installation that does not know its own address sends the path alone."""
    event = Event(EventType.EXTRACTED, AT, "0a", "analyze", "running", has_result=True)
    assert b'"result_url":"/jobs/0a/result"' in render(event, "")


def test_a_test_event_says_nothing_of_any_job() -> None:
    """It shows that the way is open and nothing else."""
    assert render(Event(EventType.TEST, AT), "") == (
        b'{"type":"webhook.test","timestamp":"2026-11-24T09:30:00.250Z","data":{}}'
    )


def test_a_reference_that_is_not_ascii_is_sent_as_utf_8() -> None:
    """Umlauts in a sender's reference arrive as they were given."""
    event = Event(EventType.FAILED, AT, "0a", "analyze", "failed", client_reference="Röntgen-7")
    assert '"client_reference":"Röntgen-7"'.encode() in render(event, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", DEFAULT_EVENTS),
        (" , ", DEFAULT_EVENTS),
        ("job.failed", (EventType.FAILED,)),
        ("job.failed, job.started,job.failed", (EventType.STARTED, EventType.FAILED)),
    ],
)
def test_events_are_chosen_by_a_comma_list(text: str, expected: tuple[EventType, ...]) -> None:
    """Nothing chosen means the three ends of a job; order and repetition do not matter."""
    assert parse_events(text) == expected


@pytest.mark.parametrize("text", ["job.queued", "webhook.test", "succeeded", "job.failed;job.started"])
def test_an_unknown_event_is_refused_with_the_known_ones(text: str) -> None:
    """Whoever mistypes an event is told which there are."""
    with pytest.raises(UnknownEvent, match=r"job\.started, job\.extracted, job\.succeeded, job\.failed, job\.canceled"):
        parse_events(text)
