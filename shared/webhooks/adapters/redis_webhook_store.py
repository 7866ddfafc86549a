"""The api's side of webhooks: endpoints, secrets, the ledger, replay and test."""

import math
import secrets
from collections.abc import Sequence
from typing import NoReturn

from shared.jobs.adapters.redis_commands import Answer, Argument, AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import milliseconds
from shared.webhooks.adapters.redis_delivery_record import pair_up, parse_delivery, parse_endpoint
from shared.webhooks.adapters.redis_scripts import Step, read_step
from shared.webhooks.delivery import Delivery, Endpoint, Ledger
from shared.webhooks.events import EventType
from shared.webhooks.signing import make_secret
from shared.webhooks.store import (
    MAX_ENDPOINTS,
    ROTATION_OVERLAP,
    DeliveryUnknown,
    EndpointUnknown,
    WebhookConflict,
)

COUNTED_TARGETS = 1000
"""Receivers whose waiting deliveries are counted, those whose turn is next: of more, the count is a lower bound."""


class RedisWebhookStore:
    """``WebhookStore`` on one Redis server."""

    def __init__(self, client: AsyncCommands) -> None:
        self._redis = client
        self._endpoint = client.register_script(read_step(Step.ENDPOINT))
        self._rotate = client.register_script(read_step(Step.ROTATE))
        self._send = client.register_script(read_step(Step.SEND))
        self._ledger = client.register_script(read_step(Step.LEDGER))

    async def add_endpoint(self, tenant: str, endpoint_id: str, url: str, events: Sequence[EventType]) -> str:
        """Register an endpoint and give its secret; see the port."""
        secret = make_secret()
        answer = await self._change(tenant, "add", endpoint_id, url, ",".join(events), secret, MAX_ENDPOINTS)
        if answer == b"full":
            raise WebhookConflict(
                "webhook.too_many_endpoints", f"There are {MAX_ENDPOINTS} endpoints already; remove one first."
            )
        return secret

    async def list_endpoints(self, tenant: str) -> tuple[Endpoint, ...]:
        """Give the tenant's endpoints; see the port."""
        answer = await self._change(tenant, "list", "")
        return tuple(parse_endpoint(endpoint_id.decode(), pair_up(flat)) for endpoint_id, flat in answer)

    async def remove_endpoint(self, tenant: str, endpoint_id: str) -> None:
        """Forget an endpoint; see the port."""
        await self._change(tenant, "remove", endpoint_id)

    async def enable_endpoint(self, tenant: str, endpoint_id: str) -> None:
        """Send to a disabled endpoint again; see the port."""
        await self._change(tenant, "enable", endpoint_id)

    async def rotate_endpoint_secret(self, tenant: str, endpoint_id: str, *, now: int | None = None) -> str:
        """Give an endpoint a new secret; see the port."""
        secret = make_secret()
        await self._change(tenant, "rotate", endpoint_id, secret, milliseconds(ROTATION_OVERLAP), now=now)
        return secret

    async def rotate_tenant_secret(self, tenant: str, *, now: int | None = None) -> str:
        """Give the tenant a new secret for callbacks; see the port."""
        secret = make_secret()
        with redis_errors():
            await self._rotate(args=["" if now is None else now, tenant, secret, milliseconds(ROTATION_OVERLAP)])
        return secret

    async def has_tenant_secret(self, tenant: str) -> bool:
        """Tell whether the tenant has a secret of its own; see the port."""
        with redis_errors():
            return bool(await self._redis.hgetall(f"webhooks:secret:{tenant}"))

    async def list_deliveries(
        self, tenant: str, *, job_id: str | None, status: str | None, limit: int, cursor: str | None
    ) -> Ledger:
        """Give the tenant's deliveries, newest first; see the port."""
        with redis_errors():
            entries, following = await self._ledger(args=[tenant, job_id or "", status or "", cursor or "", limit])
        return Ledger(tuple(_parse(entry) for entry in entries), next_cursor=following.decode() or None)

    async def read_delivery(self, tenant: str, delivery_id: str) -> Delivery:
        """Give one delivery; see the port."""
        with redis_errors():
            entries, _ = await self._ledger(args=[tenant, "one", delivery_id])
        if not entries:
            raise DeliveryUnknown
        return _parse(entries[0])

    async def replay(self, tenant: str, delivery_id: str, *, now: int | None = None) -> None:
        """Send an ended delivery again; see the port."""
        with redis_errors():
            answer = await self._send(args=["" if now is None else now, tenant, "replay", delivery_id])
        if answer != delivery_id.encode():
            _refuse_replay(answer)

    async def count_waiting(self) -> int:
        """Count the deliveries that wait; see the port."""
        with redis_errors():
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.zrangebyscore("webhooks:due", 0, math.inf, start=0, num=COUNTED_TARGETS, withscores=False)
            [targets] = await pipeline.execute()
            for target in targets:
                pipeline.zcard(f"webhooks:queue:{target.decode()}")
            return sum(await pipeline.execute()) if targets else 0

    async def send_test(
        self, tenant: str, target: str, url: str, endpoint_id: str | None, *, now: int | None = None
    ) -> str:
        """Put a test event into the outbox; see the port."""
        seed, moment = secrets.token_hex(16), "" if now is None else now
        with redis_errors():
            answer = await self._send(args=[moment, tenant, "test", seed, target, url, endpoint_id or ""])
        return str(answer.decode())

    async def _change(
        self, tenant: str, action: str, endpoint_id: str, *more: Argument, now: int | None = None
    ) -> Answer:
        with redis_errors():
            answer = await self._endpoint(args=["" if now is None else now, tenant, action, endpoint_id, *more])
        if answer == b"unknown":
            raise EndpointUnknown
        return answer


def _parse(entry: Sequence[Answer]) -> Delivery:
    delivery_id, flat, attempts = entry
    return parse_delivery(delivery_id.decode(), pair_up(flat), attempts)


def _refuse_replay(answer: bytes) -> NoReturn:
    match answer:
        case b"unfinished":
            raise WebhookConflict(
                "webhook.delivery_unfinished", "This delivery is still being tried; it can be replayed when it ended."
            )
        case b"withdrawn":
            raise WebhookConflict("webhook.job_deleted", "The job of this delivery was deleted; nothing is sent of it.")
        case b"endpoint":
            raise WebhookConflict(
                "webhook.endpoint_inactive", "The endpoint of this delivery is disabled or removed; enable it first."
            )
        case _:
            raise DeliveryUnknown


def build_webhook_store(client: AsyncCommands) -> RedisWebhookStore:
    """Make the api's store."""
    return RedisWebhookStore(client)
