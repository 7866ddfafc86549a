"""Results that are too big for Redis: held by the storage, referred to by the record, erased with the job."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.jobs.adapters.redis_connection import build_redis
from shared.jobs.adapters.redis_work_store import build_work_store
from shared.jobs.claim import Claim
from shared.jobs.job import JobKind, Stage
from shared.jobs.outcomes import Outcome
from shared.jobs.values import Shelf
from shared.storage.adapters.filesystem import FileStore
from shared.storage.store import BytesMissing
from shared.storage.values import StoredValues
from tests.support.engine import LEASE, RETENTION, T0, TENANT, Engine, make_outcome
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

INLINE_BYTES = 1000

SMALL = b'{"metadata":{},"studies":[]}'
BIG = b'{"metadata":{"noise":"' + secrets.token_hex(4000).encode() + b'"},"studies":[]}'
"""Cannot be compressed below 4,000 bytes, since it is random."""
OTHER_BIG = BIG.replace(b"noise", b"other")

WEEK = int(RETENTION.job / timedelta(milliseconds=1))


class Archive(Engine):
    """An engine that keeps only small values in Redis."""

    def __init__(self, server: TestServer, folder: Path) -> None:
        self.storage = FileStore(folder)
        super().__init__(server, shelf=Shelf(StoredValues(self.storage), INLINE_BYTES))

    def held(self) -> set[str]:
        """Give every location that the storage holds."""
        return set(self.storage.old_locations(datetime.now(UTC) + timedelta(hours=1)))

    def owned(self) -> set[str]:
        """Give every location that a job owns, its uploads aside; those of tests are names without bytes."""
        return {location for location in self.sweeper.owned_locations() if not location.endswith(".00000000")}

    async def extracted(self, part: bytes, kind: JobKind = JobKind.ANALYZE) -> Claim:
        """Accept a job, finish its only chunk and give the claim on its assembly."""
        await self.accept(kind=kind)
        claim = self.work.claim(Stage.EXTRACT, now=T0)
        assert claim is not None
        assembly = self.work.finish_chunk(claim, part, 1, now=T0)
        assert not isinstance(assembly, bool)
        return assembly

    async def summarized(self, result: bytes) -> str:
        """Run a job whose facts are big to its end, where its summary leaves it with a result."""
        assembly = await self.extracted(b"part", JobKind.SUMMARIZE)
        assert self.work.finish_assembly(assembly, outcome(BIG), now=T0)
        claim = self.work.claim(Stage.SUMMARIZE, now=T0)
        assert claim is not None
        assert self.work.read_result(claim) == BIG
        assert self.work.finish_summary(claim, result, b"[]", now=T0)
        return assembly.job_id


def outcome(result: bytes, instances: bytes = b"") -> Outcome:
    """An outcome with a result and its instance lists."""
    made = make_outcome(result)
    return Outcome(result, instances, made.counts, made.warnings, made.files)


@pytest.fixture
async def archive(server: TestServer, tmp_path: Path) -> AsyncIterator[Archive]:
    """An archive on an empty server."""
    made = Archive(server, tmp_path)
    yield made
    await made.close()


async def test_a_small_result_stays_in_redis(archive: Archive) -> None:
    """Reading it is one call, as before."""
    assembly = await archive.extracted(b"part")
    assert archive.work.finish_assembly(assembly, outcome(SMALL), now=T0)
    assert (await archive.jobs.read_result(assembly.job_id), archive.held()) == (SMALL, set())


async def test_a_big_result_is_held_by_the_storage(archive: Archive) -> None:
    """Redis holds no more than 150 bytes for it, and readers are given the same."""
    assembly = await archive.extracted(b"part")
    assert archive.work.finish_assembly(assembly, outcome(BIG, OTHER_BIG), now=T0)
    assert await archive.jobs.read_result(assembly.job_id) == BIG
    assert await archive.jobs.read_instances(assembly.job_id) == OTHER_BIG
    assert (await archive.jobs.read_with_result(assembly.job_id, TENANT))[1] == BIG
    assert archive.redis.strlen(f"job:{assembly.job_id}:result") <= 150
    assert (len(archive.held()), archive.owned()) == (2, archive.held())


async def test_a_big_part_is_held_until_it_is_assembled(archive: Archive) -> None:
    """What chunks hand on to the assembly does not fill Redis either, and goes with it."""
    assembly = await archive.extracted(BIG)
    assert dict(archive.work.read_parts(assembly)) == {"extract/0": BIG}
    [location] = archive.held()
    assert archive.owned() == {location}
    assert archive.work.finish_assembly(assembly, outcome(SMALL), now=T0)
    assert (archive.owned(), archive.sweeper.expire(now=T0)) == (set(), (location,))


@pytest.mark.parametrize(("result", "left"), [(OTHER_BIG, 1), (SMALL, 0)], ids=["by another", "by one in Redis"])
async def test_a_result_that_is_replaced_gives_its_bytes_up(archive: Archive, result: bytes, left: int) -> None:
    """A summary writes the result anew; what was held before is erased and nothing else."""
    job = await archive.summarized(result)
    doomed = archive.sweeper.expire(now=T0)
    archive.storage.erase(doomed)
    assert (len(doomed), len(archive.owned())) == (1, left)
    assert (await archive.jobs.read_result(job), archive.held()) == (result, archive.owned())


async def test_deleting_a_job_names_its_values_for_erasure(archive: Archive) -> None:
    """The caller erases all of them, and none is owned any more."""
    assembly = await archive.extracted(b"part")
    assert archive.work.finish_assembly(assembly, outcome(BIG, OTHER_BIG), now=T0)
    held = archive.held()
    assert held <= set(await archive.jobs.delete(assembly.job_id, TENANT, now=T0))
    assert archive.owned() == set()


async def test_the_end_of_retention_erases_values(archive: Archive) -> None:
    """Not with the uploads after a day, but with the result after a week."""
    assembly = await archive.extracted(b"part")
    assert archive.work.finish_assembly(assembly, outcome(BIG), now=T0)
    held = archive.held()
    archive.sweeper.expire(now=T0 + WEEK - 1)
    assert archive.owned() == held
    assert held <= set(archive.sweeper.expire(now=T0 + WEEK))
    assert archive.owned() == set()


async def test_a_canceled_jobs_parts_are_given_up(archive: Archive) -> None:
    """Nobody will assemble them."""
    assembly = await archive.extracted(BIG)
    await archive.jobs.cancel(assembly.job_id, TENANT, now=T0)
    assert archive.owned() == set()
    assert set(archive.sweeper.expire(now=T0)) == archive.held()


async def test_a_refused_outcome_leaves_no_bytes(archive: Archive) -> None:
    """A worker that lost its job erases what it stored for it."""
    assembly = await archive.extracted(b"part")
    await archive.jobs.cancel(assembly.job_id, TENANT, now=T0)
    assert not archive.work.finish_assembly(assembly, outcome(BIG), now=T0)
    assert archive.held() == set()


async def test_damaged_bytes_are_not_given_out(archive: Archive, tmp_path: Path) -> None:
    """A value is checked against its hash whenever it is read."""
    assembly = await archive.extracted(b"part")
    assert archive.work.finish_assembly(assembly, outcome(BIG), now=T0)
    [location] = archive.held()
    (tmp_path / location).write_bytes(b"something else")
    with pytest.raises(BytesMissing):
        await archive.jobs.read_result(assembly.job_id)


async def test_units_of_a_newer_record_are_left_to_newer_workers(archive: Archive, server: TestServer) -> None:
    """While a release is rolled out, an old worker takes what it knows and fails nothing of what it does not."""
    newer = await archive.accept(now=T0)
    older = await archive.accept(now=T0 + 1)
    archive.redis.hset(f"job:{newer}", "version", "3")
    archive.redis.hset(f"job:{older}", "version", "2")
    old = build_work_store(build_redis(server.url), lease=LEASE, attempts=3, files=100, version=2)
    new = build_work_store(build_redis(server.url), lease=LEASE, attempts=3, files=100, version=3)
    taken = old.claim(Stage.EXTRACT, now=T0 + 2)
    assert taken is not None
    assert (taken.job_id, old.claim(Stage.EXTRACT, now=T0 + 2)) == (older, None)
    assert archive.ready(Stage.EXTRACT) == [f"{newer}/extract/0"]
    left = new.claim(Stage.EXTRACT, now=T0 + 2)
    assert left is not None
    assert (left.job_id, left.attempt) == (newer, 1)
