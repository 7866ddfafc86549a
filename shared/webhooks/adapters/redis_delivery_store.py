"""The senders' and the sweeper's side of the outbox."""

from datetime import timedelta

import msgspec

from shared.jobs.adapters.redis_commands import Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import milliseconds
from shared.webhooks.adapters.redis_delivery_record import pair_up, parse_event
from shared.webhooks.adapters.redis_scripts import Step, read_step
from shared.webhooks.delivery import DeliveryClaim
from shared.webhooks.retry_schedule import RetrySchedule
from shared.webhooks.store import Outcome, Readiness, Recorded

MOST_PER_TARGET = 8
"""Deliveries in flight to one target that has earned it; it begins with one and is back at one after a failure."""

LEASE_MARGIN = timedelta(seconds=15)
"""Time that a lease has beyond the longest request, for noting the outcome while the store restarts."""

ENDPOINT_PATIENCE = timedelta(days=5)
"""An endpoint that has failed for so long without a success is disabled."""


class RedisDeliveryStore:
    """``DeliveryStore`` and ``DeliverySweep`` on one Redis server."""

    def __init__(
        self,
        client: Commands,
        schedule: RetrySchedule,
        *,
        timeout: timedelta,
        most_per_tenant: int,
        most_failing: int,
    ) -> None:
        self._schedule = schedule
        self._lease = milliseconds(timeout + LEASE_MARGIN)
        self._most_per_tenant = most_per_tenant
        self._most_failing = most_failing
        self._claim = client.register_script(read_step(Step.CLAIM))
        self._record = client.register_script(read_step(Step.RECORD))
        self._ready = client.register_script(read_step(Step.READY))

    def claim(self, *, now: int | None = None) -> DeliveryClaim | None:
        """Take the first delivery that may be sent now; see the port."""
        lifetime = milliseconds(self._schedule.lifetime)
        with redis_errors():
            answer = self._claim(
                args=[
                    "" if now is None else now,
                    self._lease,
                    MOST_PER_TARGET,
                    self._most_per_tenant,
                    self._schedule.attempts,
                    lifetime,
                    self._most_failing,
                ]
            )
        if answer is None:
            return None
        delivery_id, fence, attempt, flat, secret, before, beside, failures = answer
        fields = pair_up(flat)
        return DeliveryClaim(
            id=delivery_id.decode(),
            fence=fence,
            attempt=attempt,
            event=parse_event(fields),
            url=fields["url"],
            endpoint_id=fields["endpoint"] or None,
            secrets=tuple(text.decode() for text in (secret, before) if text),
            is_configured_secret_valid=not fields["endpoint"] and (not secret or beside == b"1"),
            failures=failures,
        )

    def record(self, claim: DeliveryClaim, outcome: Outcome, *, now: int | None = None) -> Recorded:
        """Note what became of an attempt; see the port."""
        with redis_errors():
            answer = self._record(
                args=[
                    "" if now is None else now,
                    claim.id,
                    claim.fence,
                    outcome.verdict,
                    outcome.attempt.error or "",
                    msgspec.json.encode(outcome.attempt),
                    -1 if outcome.wait is None else milliseconds(outcome.wait),
                    milliseconds(outcome.pause),
                    MOST_PER_TARGET,
                    milliseconds(ENDPOINT_PATIENCE),
                ]
            )
        return Recorded(is_taken=answer != b"fenced", has_disabled=answer == b"disabled")

    def readiness(self, *, now: int | None = None) -> Readiness:
        """Tell whether deliveries can be sent now; see the port."""
        with redis_errors():
            ready, next_due = self._ready(args=["" if now is None else now, MOST_PER_TARGET])
        return Readiness(ready, next_due)


def build_delivery_store(
    client: Commands, schedule: RetrySchedule, *, timeout: timedelta, senders: int
) -> RedisDeliveryStore:
    """Make the senders' and the sweeper's store.

    Parameters
    ----------
    senders
        Threads of one deliver worker: one tenant has at most three quarters of them, failing targets of all tenants
        together at most half, so that whoever answers always finds a sender.
    """
    return RedisDeliveryStore(
        client,
        schedule,
        timeout=timeout,
        most_per_tenant=max(1, senders * 3 // 4),
        most_failing=max(1, senders // 2),
    )
