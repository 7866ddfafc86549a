"""Webhooks: serve wake-ups until nothing is left that may be sent."""

import random
import time
from datetime import UTC, datetime

from celery import shared_task

from shared.errors import TransientError
from shared.jobs.queue import DELIVER
from shared.observability import get_logger
from shared.observability.metrics import count, observe
from shared.webhooks.delivery import DeliveryClaim
from shared.webhooks.store import Outcome, Recorded
from worker.context import DeliveryContext, current_delivery_context
from worker.leased_task import COMMIT_PAUSES, SECONDS_PER_HINT, guard
from worker.pipelines.deliver import attempt_delivery
from worker.stopping import is_stopping


def deliver_waiting(context: DeliveryContext) -> None:
    """Claim, send and note deliveries one after another, for a few seconds at most."""
    ends = time.monotonic() + SECONDS_PER_HINT
    while time.monotonic() < ends and not is_stopping():
        try:
            claim = context.deliveries.claim()
        except TransientError as error:  # the hint is spent; the sweeper sends another
            get_logger().warning("claim not possible", stage=DELIVER, code=error.code)
            return
        if claim is None:
            return
        outcome = attempt_delivery(
            claim,
            sender=context.sender,
            rules=context.rules,
            clock=lambda: datetime.now(UTC),
            chance=random.random,
        )
        _report(claim, outcome, _record(context, claim, outcome))


def _record(context: DeliveryContext, claim: DeliveryClaim, outcome: Outcome) -> Recorded | None:
    for pause in COMMIT_PAUSES:
        try:
            return context.deliveries.record(claim, outcome)
        except TransientError:
            time.sleep(pause)
    try:
        return context.deliveries.record(claim, outcome)
    except TransientError:
        return None


def _report(claim: DeliveryClaim, outcome: Outcome, recorded: Recorded | None) -> None:
    count("webhook_attempts", verdict=outcome.verdict)
    observe("webhook_seconds", (outcome.attempt.duration_ms or 0) / 1000)
    logger = get_logger().bind(delivery=claim.id, attempt=claim.attempt)
    if recorded is None:
        logger.error("webhook outcome not recorded")
    elif not recorded.is_taken:
        logger.warning("webhook outcome refused")
    elif recorded.has_disabled:
        logger.warning("webhook endpoint disabled", endpoint=claim.endpoint_id)
    if outcome.attempt.error is not None:
        logger.info("webhook not delivered", reason=outcome.attempt.error, status=outcome.attempt.status_code)


@shared_task(name=DELIVER)  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver() -> None:
    """Serve a wake-up for webhooks."""
    guard(DELIVER, lambda: deliver_waiting(current_delivery_context()))
