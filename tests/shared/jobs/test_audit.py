"""The audit trail: what is entered, and what is let go of."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from shared.errors import DataError
from shared.jobs.adapters.redis_audit import RedisAuditTrail, build_audit_trail
from shared.jobs.adapters.redis_connection import build_async_redis
from shared.jobs.audit import AuditBounds, AuditEntry
from shared.jobs.job import JobKind
from shared.jobs.parameters import Idempotency, JobParameters
from tests.support.engine import TENANT, Engine, make_upload
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

ENTRY = AuditEntry(action="job.read", status=200, request_id="r", key_id="k", job_id="j")
MOST = 5


@pytest.fixture
def exact(server: TestServer) -> Iterator[TestServer]:
    """The server trimming streams to the entry; by default it lets go of a hundred at a time."""
    server.client().config_set("stream-node-max-entries", 1)
    yield server
    server.client().config_set("stream-node-max-entries", 100)


@pytest.fixture
async def trail(exact: TestServer) -> AsyncIterator[RedisAuditTrail]:
    """A trail of few entries and one day."""
    client = build_async_redis(exact.url)
    yield build_audit_trail(client, AuditBounds(MOST, timedelta(days=1)))
    await client.aclose()


async def requests(trail: RedisAuditTrail) -> list[str]:
    """The request ids in the trail, oldest first."""
    return [entry.request_id for entry in (await trail.read(TENANT, None, 100)).entries]


async def test_an_entry_is_read_as_it_was_recorded(trail: RedisAuditTrail) -> None:
    """Who did what to which job, with what answer."""
    await trail.record(TENANT, ENTRY)
    [found] = (await trail.read(TENANT, None, 10)).entries
    assert (found.action, found.status, found.request_id) == ("job.read", 200, "r")
    assert (found.key_id, found.job_id) == ("k", "j")


async def test_an_entry_without_a_key_and_a_job_has_neither(trail: RedisAuditTrail) -> None:
    """A refused submission of a deployment without keys names no job and no key."""
    await trail.record(TENANT, AuditEntry(action="job.submit", status=413, request_id="r"))
    [found] = (await trail.read(TENANT, None, 10)).entries
    assert (found.key_id, found.job_id) == (None, None)


async def test_a_trail_keeps_the_newest_entries(trail: RedisAuditTrail) -> None:
    """Beyond the bound the oldest goes."""
    for number in range(MOST + 2):
        await trail.record(TENANT, AuditEntry(action="job.read", status=200, request_id=str(number)))
    assert await requests(trail) == ["2", "3", "4", "5", "6"]


async def accept(engine: Engine, request: str, *, fingerprint: str = "f") -> None:
    """Submit the same upload under one key, with an entry for the trail."""
    await engine.jobs.reserve(TENANT, "key", f"receiving {request}", timedelta(minutes=1))
    promise = Idempotency("key", f"receiving {request}", fingerprint, timedelta(hours=1))
    entry = AuditEntry(action="job.submit", status=202, request_id=request)
    await engine.jobs.accept(request, JobParameters(kind=JobKind.ANALYZE), (make_upload(),), promise, entry)


async def test_a_job_is_entered_in_the_step_that_records_it(engine: Engine, trail: RedisAuditTrail) -> None:
    """A request that repeats another is entered with the job that stands for both; one that is refused here is not."""
    await accept(engine, "one")
    await accept(engine, "two")
    with pytest.raises(DataError):
        await accept(engine, "three", fingerprint="other")
    entries = (await trail.read(TENANT, None, 10)).entries
    assert [(one.request_id, one.job_id, one.status) for one in entries] == [("one", "one", 202), ("two", "one", 202)]


async def test_a_job_that_is_recorded_twice_is_entered_once(engine: Engine, trail: RedisAuditTrail) -> None:
    """The second try after a lost answer changes nothing."""
    entry = AuditEntry(action="job.submit", status=202, request_id="r")
    for _ in range(2):
        await engine.jobs.accept("one", JobParameters(kind=JobKind.ANALYZE), (make_upload(),), entry=entry)
    assert await requests(trail) == ["r"]


async def test_an_entry_goes_with_its_retention(trail: RedisAuditTrail, exact: TestServer) -> None:
    """Of two entries, a minute older and a minute younger than a day, the next one leaves the younger."""
    now = exact.client().time()[0] * 1000
    for age, request in ((86_460_000, "past"), (86_340_000, "kept")):
        fields = {"action": "job.read", "status": 200, "request": request}
        exact.client().xadd(f"audit:{TENANT}", fields, id=f"{now - age}-0")
    await trail.record(TENANT, ENTRY)
    assert await requests(trail) == ["kept", "r"]
