"""Messages about a job to other systems: each with its attempts, and whether it can be sent again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from api.dashboard.wording import DELIVERY_ERRORS, DELIVERY_STATES, EVENTS, State
from shared.webhooks.delivery import Delivery, DeliveryStatus


class AttemptView(Struct, frozen=True):
    """One try to deliver a message."""

    at: datetime
    words: str


class DeliveryView(Struct, frozen=True):
    """One message to another system; ``id`` is its place in the ledger, by which it is sent again."""

    id: str
    event: str
    address: str
    state: State
    reason: str | None
    attempts: tuple[AttemptView, ...]
    next_at: datetime | None
    is_ended: bool
    can_replay: bool


def view_deliveries(deliveries: Sequence[Delivery]) -> tuple[DeliveryView, ...]:
    """Give the messages about a job, newest first."""
    return tuple(
        DeliveryView(
            id=delivery.id,
            event=EVENTS.get(delivery.event.type, delivery.event.type),
            address=delivery.url,
            state=DELIVERY_STATES[delivery.status],
            reason=None if delivery.error is None else DELIVERY_ERRORS[delivery.error],
            attempts=tuple(
                AttemptView(
                    datetime.fromtimestamp(attempt.at / 1000, delivery.created_at.tzinfo),
                    _attempt_words(attempt.status_code, attempt.error, attempt.duration_ms),
                )
                for attempt in delivery.attempts
            ),
            next_at=delivery.next_attempt_at,
            is_ended=delivery.status in {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED},
            can_replay=delivery.status is DeliveryStatus.FAILED,
        )
        for delivery in deliveries
    )


def _attempt_words(status_code: int | None, error: str | None, duration_ms: int | None) -> str:
    words = "arrived" if error is None and status_code is not None else DELIVERY_ERRORS.get(error or "", "no outcome")
    answer = "" if status_code is None else f", answer {status_code}"
    return f"{words}{answer}" + ("" if duration_ms is None else f", {duration_ms} ms")
