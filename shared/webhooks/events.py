"""What a webhook says: the event types and the thin payload, as the wire contract gives it.

Knows a job's id, kind and state; no clinical content, no DICOM UID and no file name can be put into an event.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from shared.errors import DataError


class EventType(StrEnum):
    """What happened."""

    STARTED = "job.started"
    EXTRACTED = "job.extracted"
    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELED = "job.canceled"
    TEST = "webhook.test"


JOB_EVENTS = tuple(event for event in EventType if event is not EventType.TEST)
"""The types that a sender may choose from."""

DEFAULT_EVENTS = (EventType.SUCCEEDED, EventType.FAILED, EventType.CANCELED)
"""What is sent where nothing was chosen: the terminal three."""


class UnknownEvent(DataError):
    """An event type was named that does not exist."""

    def __init__(self) -> None:
        super().__init__("request.bad_field", f"Expected a comma list of {', '.join(JOB_EVENTS)}.")


class Event(Struct, frozen=True):
    """One event about a job; ``status`` is the job's at that moment. A test event has a type and a time alone."""

    type: EventType
    timestamp: datetime
    job_id: str | None = None
    kind: str | None = None
    status: str | None = None
    partial: bool = False
    client_reference: str | None = None
    has_result: bool = False


def parse_events(text: str) -> tuple[EventType, ...]:
    """Read a comma list of event types; empty gives the default, order and repetition do not matter.

    Raises
    ------
    UnknownEvent
        Where a name is none of ``JOB_EVENTS``.
    """
    names = {name.strip() for name in text.split(",")} - {""}
    if not names <= set(JOB_EVENTS):
        raise UnknownEvent
    return tuple(event for event in JOB_EVENTS if event in names) or DEFAULT_EVENTS


def render(event: Event, public_url: str) -> bytes:
    """Give the exact bytes that are signed and sent; the same event always gives the same bytes.

    Parameters
    ----------
    public_url
        Where clients reach the api, without a slash at the end; empty gives addresses relative to the api's root.
    """
    data: dict[str, object] = {}
    if event.job_id is not None:
        data = {"id": event.job_id, "kind": event.kind, "status": event.status, "partial": event.partial}
    if event.client_reference is not None:
        data["client_reference"] = event.client_reference
    if event.has_result:
        data["result_url"] = f"{public_url}/jobs/{event.job_id}/result"
    timestamp = event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return msgspec.json.encode({"type": event.type, "timestamp": timestamp, "data": data})
