"""The ports of the outbox and its ledger: one for the api, one for senders, one for the sweeper.

Deliveries are put into the outbox by the job engine's own transitions. Every method raises TransientError where the
store cannot be reached; ``now`` (milliseconds since 1970) is given only by tests that drive time.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from shared.errors import DataError
from shared.webhooks.delivery import Attempt, Delivery, DeliveryClaim, Endpoint, Ledger
from shared.webhooks.events import EventType
from shared.webhooks.verdict import Verdict

MAX_ENDPOINTS = 20
"""Endpoints of one tenant: every event is matched against each of them."""

ROTATION_OVERLAP = timedelta(hours=24)
"""How long the secret before a new one signs beside it."""


class WebhookConflict(DataError):
    """The state of an endpoint or a delivery does not allow what was asked."""


class EndpointUnknown(DataError):
    """There is no such endpoint, or it is another tenant's."""

    def __init__(self) -> None:
        super().__init__(
            "webhook.endpoint_unknown", "There is no endpoint with this id; GET /webhooks/endpoints lists them."
        )


class DeliveryUnknown(DataError):
    """There is no such delivery, or it is another tenant's, or it has left the ledger."""

    def __init__(self) -> None:
        super().__init__(
            "webhook.delivery_unknown",
            "There is no delivery with this id, or it ended more than 7 days ago; GET /webhooks/deliveries lists them.",
        )


class Outcome(Struct, frozen=True):
    """What an attempt came to and what follows: ``wait`` is None where there is no further attempt."""

    verdict: Verdict
    attempt: Attempt
    wait: timedelta | None
    pause: timedelta = timedelta()
    """How long the whole target is left alone."""


class Recorded(Struct, frozen=True):
    """Whether the outcome was taken, and whether it disabled the endpoint."""

    is_taken: bool
    has_disabled: bool = False


class Readiness(Struct, frozen=True):
    """How many deliveries could start now, and when the next one is due (0: none)."""

    ready: int
    next_due_ms: int


class WebhookStore(Protocol):
    """What the api does; what belongs to another tenant is unknown."""

    async def add_endpoint(self, tenant: str, endpoint_id: str, url: str, events: Sequence[EventType]) -> str:
        """Register an endpoint and give its secret; raises WebhookConflict ``webhook.too_many_endpoints``."""

    async def list_endpoints(self, tenant: str) -> tuple[Endpoint, ...]:
        """Give the tenant's endpoints, without their secrets."""

    async def remove_endpoint(self, tenant: str, endpoint_id: str) -> None:
        """Forget an endpoint and end what waits for it; raises EndpointUnknown."""

    async def enable_endpoint(self, tenant: str, endpoint_id: str) -> None:
        """Send to a disabled endpoint again; raises EndpointUnknown."""

    async def rotate_endpoint_secret(self, tenant: str, endpoint_id: str) -> str:
        """Give an endpoint a new secret, valid beside the old one for a while; raises EndpointUnknown."""

    async def rotate_tenant_secret(self, tenant: str) -> str:
        """Give the tenant a new secret for callbacks, valid beside the one before for a while."""

    async def has_tenant_secret(self, tenant: str) -> bool:
        """Tell whether the tenant has a secret of its own for callbacks."""

    async def list_deliveries(
        self, tenant: str, *, job_id: str | None, status: str | None, limit: int, cursor: str | None
    ) -> Ledger:
        """Give the tenant's deliveries, newest first."""

    async def read_delivery(self, tenant: str, delivery_id: str) -> Delivery:
        """Give one delivery; raises DeliveryUnknown."""

    async def replay(self, tenant: str, delivery_id: str) -> None:
        """Send an ended delivery again under its id; raises DeliveryUnknown or WebhookConflict."""

    async def count_waiting(self) -> int:
        """Count the deliveries of all tenants that wait to be sent, a further attempt's included."""

    async def send_test(self, tenant: str, target: str, url: str, endpoint_id: str | None) -> str:
        """Put a test event into the outbox and give its delivery's id."""


class DeliveryStore(Protocol):
    """What a sender does; where a claim no longer holds, nothing changes."""

    def claim(self) -> DeliveryClaim | None:
        """Take the first delivery that may be sent now, None where there is none."""

    def record(self, claim: DeliveryClaim, outcome: Outcome) -> Recorded:
        """Note what became of an attempt."""


class DeliverySweep(Protocol):
    """What the sweeper asks."""

    def readiness(self) -> Readiness:
        """Tell whether deliveries can be sent now."""
