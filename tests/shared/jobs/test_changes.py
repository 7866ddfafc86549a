"""News of changed jobs: who waits hears of them, and nobody listens while nobody waits."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from shared.jobs.adapters import redis_changes
from shared.jobs.adapters.redis_changes import CHANNEL, RedisChanges, build_changes
from shared.jobs.adapters.redis_connection import build_subscriber
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

PATIENCE = 10
JOB = "a" * 32


@pytest.fixture
async def changes(server: TestServer) -> AsyncIterator[RedisChanges]:
    """News from a server."""
    news = build_changes(build_subscriber(server.url))
    news.start()
    yield news
    await news.close()


def listeners(server: TestServer) -> int:
    """How many subscriptions the server knows."""
    [(_, count)] = server.client().pubsub_numsub(CHANNEL)
    return int(count)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.01)


async def heard(event: asyncio.Event) -> None:
    """Wait for news."""
    await asyncio.wait_for(event.wait(), PATIENCE)
    event.clear()


async def test_nobody_listens_while_nobody_waits(server: TestServer, changes: RedisChanges) -> None:
    """Most jobs of a busy service are waited for by nobody."""
    await asyncio.sleep(0.05)
    assert listeners(server) == 0
    with changes.watch(JOB):
        await until(lambda: listeners(server) == 1)


async def test_who_begins_to_wait_looks_again_once_there_is_a_subscription(
    server: TestServer, changes: RedisChanges
) -> None:
    """Whatever happened between the first look and the subscription is not missed."""
    with changes.watch(JOB) as changed:
        await heard(changed)
        assert listeners(server) == 1


async def test_a_change_wakes_those_who_wait_for_its_job(server: TestServer, changes: RedisChanges) -> None:
    """And those who watch all jobs; nobody else."""
    with changes.watch(JOB) as changed, changes.watch("b" * 32) as other, changes.watch_all() as anything:
        for event in (changed, other, anything):
            await heard(event)
        server.client().publish(CHANNEL, JOB)
        await heard(changed)
        await heard(anything)
        assert not other.is_set()


async def test_the_subscription_ends_when_nobody_waits_any_more(
    server: TestServer, changes: RedisChanges, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next piece of news that nobody wants ends it, and the next who waits has another."""
    monkeypatch.setattr(redis_changes, "QUIET_SECONDS", 0.0)
    with changes.watch(JOB) as changed:
        await heard(changed)
    server.client().publish(CHANNEL, JOB)
    await until(lambda: listeners(server) == 0)
    with changes.watch(JOB) as changed:
        await heard(changed)
        server.client().publish(CHANNEL, JOB)
        await heard(changed)


async def test_the_subscription_outlasts_the_last_who_waited_for_a_while(
    server: TestServer, changes: RedisChanges
) -> None:
    """Clients that wait for one job after another do not make it anew for each."""
    with changes.watch(JOB) as changed:
        await heard(changed)
    server.client().publish(CHANNEL, JOB)
    with changes.watch(JOB) as changed:
        server.client().publish(CHANNEL, JOB)
        await heard(changed)
        assert listeners(server) == 1
