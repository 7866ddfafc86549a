"""Webhooks as clients ask for them and read them."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.jobs import rfc3339
from api.schemas.problem import FieldProblem, RequestRefused
from shared.jobs.parameters import Callback
from shared.webhooks.delivery import Attempt, Delivery, Endpoint, callback_target
from shared.webhooks.events import DEFAULT_EVENTS, EventType, UnknownEvent, parse_events
from shared.webhooks.target_policy import Target, TargetPolicy, TargetRefused


class EndpointOrder(BaseModel):
    """An endpoint to register."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(examples=["https://ris.example.org/hooks/dicom"])
    events: list[str] = Field(default=list(DEFAULT_EVENTS), examples=[["job.succeeded", "job.failed"]])


class TestOrder(BaseModel):
    """Where a test event goes: to a registered endpoint or to an address; one of both."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")

    endpoint_id: str | None = None
    url: str | None = Field(default=None, examples=["https://ris.example.org/hooks/dicom"])


class EndpointDocument(BaseModel):
    """A registered endpoint; ``secret`` is shown once, when it is made."""

    id: str = Field(examples=["ep_0f9a2b"])
    url: str
    events: list[str]
    status: str = Field(examples=["active"])
    created_at: datetime
    disabled_at: datetime | None = None
    reason: str | None = Field(default=None, examples=["gone"])
    secret_rotated_at: datetime | None = None
    secret: str | None = Field(default=None, examples=["whsec_…"])


class EndpointsDocument(BaseModel):
    """All endpoints of a tenant."""

    endpoints: list[EndpointDocument]


class SecretDocument(BaseModel):
    """A new secret, shown once; the one before it signs too until then."""

    secret: str = Field(examples=["whsec_…"])
    previous_valid_until: datetime


class AttemptDocument(BaseModel):
    """One attempt: what came back, or the class of error where nothing did."""

    at: datetime
    status_code: int | None = None
    duration_ms: int | None = None
    error: str | None = Field(default=None, examples=["timed_out"])


class DeliveryDocument(BaseModel):
    """An event on its way to one receiver; ``id`` is the ``webhook-id`` of every attempt."""

    id: str = Field(examples=["msg_019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f"])
    type: str = Field(examples=["job.succeeded"])
    job_id: str | None = None
    endpoint_id: str | None = None
    url: str
    status: str = Field(examples=["delivered"])
    error: str | None = None
    created_at: datetime
    next_attempt_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: list[AttemptDocument]


class DeliveriesDocument(BaseModel):
    """A page of deliveries, newest first; ``next_cursor`` is null on the last page."""

    deliveries: list[DeliveryDocument]
    next_cursor: str | None


def bad_field(field: str, detail: str) -> RequestRefused:
    """Make the refusal of a request that names the field at fault."""
    return RequestRefused(
        "request.bad_field",
        "The request has a field that cannot be used; `errors` names it.",
        errors=[FieldProblem(field=field, detail=detail)],
    )


def read_target(policy: TargetPolicy, field: str, url: str) -> Target:
    """Check an address that a client names; raises RequestRefused ``request.bad_field`` saying what is wrong."""
    try:
        return policy.check_url(url)
    except TargetRefused as error:
        raise bad_field(field, error.detail) from error


def read_events(field: str, text: str) -> tuple[EventType, ...]:
    """Read a comma list of event types; raises RequestRefused ``request.bad_field``."""
    try:
        return parse_events(text)
    except UnknownEvent as error:
        raise bad_field(field, error.detail) from error


def read_callback(policy: TargetPolicy, tenant: str, options: dict[str, str]) -> Callback | None:
    """Read the callback of a submission, None where it names none; raises RequestRefused ``request.bad_field``."""
    url, events = options.get("callback_url"), options.get("callback_events")
    if not url:
        if events:
            raise bad_field("callback_events", "Expected callback_url beside it: it says where to send the events.")
        return None
    target = read_target(policy, "callback_url", url)
    chosen = read_events("callback_events", events or "")
    return Callback(url=url, events=tuple(chosen), target=callback_target(tenant, target))


def endpoint_document(endpoint: Endpoint, secret: str | None = None) -> dict[str, object]:
    """Build the JSON shape of an endpoint; absent values are left out."""
    document: dict[str, object | None] = {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "status": endpoint.status,
        "created_at": rfc3339(endpoint.created_at),
        "disabled_at": rfc3339(endpoint.disabled_at),
        "reason": endpoint.reason,
        "secret_rotated_at": rfc3339(endpoint.secret_rotated_at),
        "secret": secret,
    }
    return {key: value for key, value in document.items() if value is not None}


def delivery_document(delivery: Delivery) -> dict[str, object]:
    """Build the JSON shape of a delivery; absent values are left out."""
    document: dict[str, object | None] = {
        "id": delivery.id,
        "type": delivery.event.type,
        "job_id": delivery.event.job_id,
        "endpoint_id": delivery.endpoint_id,
        "url": delivery.url,
        "status": delivery.status,
        "error": delivery.error,
        "created_at": rfc3339(delivery.created_at),
        "next_attempt_at": rfc3339(delivery.next_attempt_at),
        "ended_at": rfc3339(delivery.ended_at),
        "attempts": [_attempt_document(attempt) for attempt in delivery.attempts],
    }
    return {key: value for key, value in document.items() if value is not None}


def _attempt_document(attempt: Attempt) -> dict[str, Any]:  # Any: a JSON object
    document = {
        "at": rfc3339(datetime.fromtimestamp(attempt.at / 1000, UTC)),
        "status_code": attempt.status_code,
        "duration_ms": attempt.duration_ms,
        "error": attempt.error,
    }
    return {key: value for key, value in document.items() if value is not None}
