"""One delivery: an event on its way to one receiver, with every attempt; and the endpoints of a tenant."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.webhooks.events import Event, EventType
from shared.webhooks.target_policy import Target
from shared.webhooks.verdict import ErrorClass


class DeliveryStatus(StrEnum):
    """Where a delivery stands; the last two are final until somebody orders a replay."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Attempt(Struct, frozen=True, omit_defaults=True):
    """One try: when it began, what came back and how long it took."""

    at: int
    """Milliseconds since 1970."""
    status_code: int | None = None
    duration_ms: int | None = None
    error: ErrorClass | None = None


class Delivery(Struct, frozen=True):
    """One entry of the ledger; ``id`` is the ``webhook-id``, the same in every attempt."""

    id: str
    event: Event
    url: str
    status: DeliveryStatus
    created_at: datetime
    attempts: tuple[Attempt, ...] = ()
    endpoint_id: str | None = None
    next_attempt_at: datetime | None = None
    ended_at: datetime | None = None
    error: ErrorClass | None = None


class Ledger(Struct, frozen=True):
    """Some deliveries, newest first, and where the next page begins."""

    deliveries: tuple[Delivery, ...]
    next_cursor: str | None


class Endpoint(Struct, frozen=True):
    """A receiver that a tenant registered; a disabled one says why and since when."""

    id: str
    url: str
    events: tuple[EventType, ...]
    status: str
    created_at: datetime
    disabled_at: datetime | None = None
    reason: str | None = None
    secret_rotated_at: datetime | None = None


class DeliveryClaim(Struct, frozen=True):
    """The right to send one delivery once, until the lease ends."""

    id: str
    fence: int
    attempt: int
    event: Event
    url: str
    endpoint_id: str | None
    secrets: tuple[str, ...]
    """What the tenant or the endpoint signs with, the newest first; empty where it has none of its own."""
    is_configured_secret_valid: bool
    """Whether the installation's secret signs too: alone, or beside the tenant's first own one for a while."""
    failures: int
    """Failed attempts of the same target in a row before this one."""


def mint_endpoint_id() -> str:
    """Make an id for an endpoint."""
    return f"ep_{secrets.token_hex(10)}"


def callback_target(tenant: str, target: Target) -> str:
    """Name what all callbacks of a tenant to one origin have in common: they succeed and fail together."""
    return f"cb_{hashlib.sha256(f'{tenant} {target.origin}'.encode()).hexdigest()[:32]}"
