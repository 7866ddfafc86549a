"""News of changed jobs: one subscription per process wakes everybody who waits for one of them.

It stands while somebody waits, and a little longer: news of every job of all apis costs what a request costs.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis.asyncio
from redis.exceptions import RedisError

CHANNEL = "jobs:changed"
"""Channel on which every transition names its job."""

QUIET_SECONDS = 10.0
"""How long the subscription outlasts the last who waited."""

RECONNECT_PAUSE_SECONDS = 0.5
"""Pause before subscribing again after the connection broke."""


class RedisChanges:
    """Wakes waiters; a wake-up means "look again", never more, so a lost message costs one look at the deadline.

    Who begins to wait while there is no subscription is woken as soon as there is one.
    """

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._redis = client
        self._waiters: defaultdict[bytes, set[asyncio.Event]] = defaultdict(set)
        self._watchers: set[asyncio.Event] = set()
        self._wanted = asyncio.Event()
        self._quiet_since = 0.0
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watch_all(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change of any job while the block runs."""
        event = asyncio.Event()
        self._watchers.add(event)
        self._wanted.set()
        try:
            yield event
        finally:
            self._watchers.discard(event)
            self._quiet_since = time.monotonic()

    @contextmanager
    def watch(self, job_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change of the job while the block runs."""
        event, key = asyncio.Event(), job_id.encode()
        self._waiters[key].add(event)
        self._wanted.set()
        try:
            yield event
        finally:
            self._waiters[key].discard(event)
            if not self._waiters[key]:
                del self._waiters[key]
            self._quiet_since = time.monotonic()

    def start(self) -> None:
        """Be ready to subscribe, from inside the event loop."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End the subscription."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._wake_all()  # whatever happened while nobody listened
                    async for message in subscription.listen():
                        for event in self._waiters.get(message["data"], ()):
                            event.set()
                        for event in self._watchers:
                            event.set()
                        if self._is_quiet():
                            self._wanted.clear()
                            break
            except (RedisError, OSError):
                await asyncio.sleep(RECONNECT_PAUSE_SECONDS)

    def _is_quiet(self) -> bool:
        return not self._waiters and not self._watchers and time.monotonic() - self._quiet_since > QUIET_SECONDS

    def _wake_all(self) -> None:
        for events in (self._watchers, *self._waiters.values()):
            for event in events:
                event.set()


def build_changes(client: redis.asyncio.Redis) -> RedisChanges:
    """Make the api's subscription."""
    return RedisChanges(client)
