"""Builders for webhooks: an engine with its outbox, callbacks with only what matters stated."""

from datetime import timedelta

from shared.jobs.adapters.redis_connection import build_async_redis, build_redis
from shared.jobs.claim import Claim
from shared.jobs.job import Stage
from shared.jobs.parameters import Callback
from shared.settings import WEBHOOK_SCHEDULE
from shared.webhooks.adapters.redis_delivery_store import RedisDeliveryStore, build_delivery_store
from shared.webhooks.adapters.redis_webhook_store import RedisWebhookStore, build_webhook_store
from shared.webhooks.delivery import Attempt, Delivery, DeliveryClaim, callback_target, mint_endpoint_id
from shared.webhooks.events import DEFAULT_EVENTS, EventType
from shared.webhooks.retry_schedule import RetrySchedule
from shared.webhooks.store import Outcome, Recorded
from shared.webhooks.target_policy import parse_target
from shared.webhooks.verdict import ErrorClass, Verdict
from tests.support.engine import T0, TENANT, Engine, make_outcome
from tests.support.valkey import TestServer

SCHEDULE = RetrySchedule(WEBHOOK_SCHEDULE)
TIMEOUT = timedelta(seconds=15)
URL = "https://ris.example.org/hook"
HOUR_MS = 3_600_000


def make_callback(*events: EventType, url: str = URL, tenant: str = TENANT) -> Callback:
    """A callback; the terminal three unless events are given."""
    return Callback(url, events or DEFAULT_EVENTS, callback_target(tenant, parse_target(url)))


class Outbox:
    """The engine and the stores of its webhooks on one server."""

    schedule = SCHEDULE

    def __init__(self, server: TestServer, *, senders: int = 32) -> None:
        self.engine = Engine(server)
        self.redis = self.engine.redis
        self.deliveries: RedisDeliveryStore = build_delivery_store(
            build_redis(server.url), SCHEDULE, timeout=TIMEOUT, senders=senders
        )
        self._async_redis = build_async_redis(server.url)
        self.webhooks: RedisWebhookStore = build_webhook_store(self._async_redis)

    async def start_job(
        self,
        callback: Callback | None = None,
        *,
        tenant: str = TENANT,
        reference: str | None = None,
        now: int | None = T0,
    ) -> Claim:
        """Accept a job and claim it."""
        await self.engine.accept(callback=callback, tenant=tenant, reference=reference, now=now)
        return self.claim_job(now)

    def claim_job(self, now: int | None = T0) -> Claim:
        """Claim the ready unit."""
        claim = self.engine.work.claim(Stage.EXTRACT, now=now)
        assert claim is not None
        return claim

    async def finish_job(
        self,
        callback: Callback | None = None,
        *,
        tenant: str = TENANT,
        reference: str | None = None,
        now: int | None = T0,
    ) -> str:
        """Bring a job to success and give its id."""
        claim = await self.start_job(callback, tenant=tenant, reference=reference, now=now)
        following = self.engine.work.finish_chunk(claim, b"facts", 1, now=now)
        assert isinstance(following, Claim)
        self.engine.work.finish_assembly(following, make_outcome(), now=now)
        return claim.job_id

    async def add_endpoint(self, *events: EventType, url: str = URL, tenant: str = TENANT) -> str:
        """Register an endpoint and give its id."""
        endpoint_id = mint_endpoint_id()
        await self.webhooks.add_endpoint(tenant, endpoint_id, url, events or DEFAULT_EVENTS)
        return endpoint_id

    def take(self, now: int = T0) -> DeliveryClaim:
        """Claim a delivery that must be there."""
        claim = self.deliveries.claim(now=now)
        assert claim is not None
        return claim

    def deliver(self, claim: DeliveryClaim, now: int = T0, *, duration_ms: int = 5) -> Recorded:
        """Record a success."""
        outcome = Outcome(Verdict.DELIVERED, Attempt(at=now, status_code=204, duration_ms=duration_ms), wait=None)
        return self.deliveries.record(claim, outcome, now=now)

    def fail(
        self,
        claim: DeliveryClaim,
        now: int = T0,
        *,
        verdict: Verdict = Verdict.FAILED,
        error: ErrorClass = ErrorClass.RECEIVER_ERROR,
        pause: timedelta = timedelta(),
    ) -> Recorded:
        """Record a failure with the schedule's wait."""
        wait = None if verdict is Verdict.GONE else SCHEDULE.wait_after(claim.attempt, chance=0)
        attempt = Attempt(at=now, status_code=500, duration_ms=5, error=error)
        return self.deliveries.record(claim, Outcome(verdict, attempt, wait, pause), now=now)

    async def ledger(self, tenant: str = TENANT) -> tuple[Delivery, ...]:
        """Every delivery of a tenant, newest first."""
        page = await self.webhooks.list_deliveries(tenant, job_id=None, status=None, limit=500, cursor=None)
        return page.deliveries

    def due(self) -> dict[str, int]:
        """The targets that are due, with their times."""
        members = self.redis.zrange("webhooks:due", 0, -1, withscores=True)
        return {member.decode(): int(score) for member, score in members}

    async def close(self) -> None:
        """Close the connections."""
        await self.engine.close()
        await self._async_redis.aclose()
