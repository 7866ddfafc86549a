"""Renditions on a real server: asked for by anybody, made once, gone with the job's files."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.jobs.adapters.redis_connection import build_async_redis, build_redis
from shared.jobs.adapters.redis_renditions import LEASE, RedisRenditionDesk, RedisRenditionWork
from shared.jobs.job import Stage
from shared.jobs.outcomes import Source
from shared.jobs.renditions import RENDER, FilesGone, Rendition
from shared.jobs.store import JobGone, JobUnknown
from tests.support.engine import T0, TENANT, Engine, make_outcome
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

NAME = "preview-0"
SOURCE = Source(0, None, 0, (), 0)
MADE = Rendition("uploads/ab/made", "image/png")
LATER = T0 + int(LEASE / timedelta(milliseconds=1)) + 1


class Studio:
    """An engine with a finished job, and both sides of the rendition room."""

    def __init__(self, server: TestServer) -> None:
        self.engine = Engine(server)
        self._client = build_async_redis(server.url)
        self.desk = RedisRenditionDesk(self._client)
        self.work = RedisRenditionWork(build_redis(server.url))

    async def finish_job(self) -> str:
        """Run a job with one preview to its end."""
        job = await self.engine.accept()
        claim = self.engine.work.claim(Stage.EXTRACT, now=T0)
        assert claim is not None
        assembly = self.engine.work.finish_chunk(claim, b"part", 1, now=T0)
        assert not isinstance(assembly, bool)
        outcome = make_outcome(previews=(SOURCE,))
        assert self.engine.work.finish_assembly(assembly, outcome, now=T0)
        return job

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self.engine.close()


@pytest.fixture
async def studio(server: TestServer) -> AsyncIterator[Studio]:
    """A studio on an empty server."""
    made = Studio(server)
    yield made
    await made.close()


async def test_what_is_asked_for_is_made_and_then_given(studio: Studio) -> None:
    """Nobody waits twice: after the worker has handed it over, everybody is given the same."""
    job = await studio.finish_job()
    assert await studio.desk.want(job, TENANT, NAME, now=T0) is None
    claim = studio.work.take(now=T0)
    assert claim is not None
    assert (claim.job_id, claim.name, claim.sources) == (job, NAME, (SOURCE,))
    upload = studio.work.read_upload(claim, 0)
    assert upload is not None
    assert studio.work.record(claim, MADE, now=T0)
    assert await studio.desk.want(job, TENANT, NAME, now=T0) == MADE


async def test_asking_often_makes_it_once(studio: Studio) -> None:
    """Ten requests are one piece of work, also while a worker is at it."""
    job = await studio.finish_job()
    for _ in range(5):
        await studio.desk.want(job, TENANT, NAME, now=T0)
    first = studio.work.take(now=T0)
    for _ in range(5):
        await studio.desk.want(job, TENANT, NAME, now=T0)
    assert (first is not None, studio.work.take(now=T0)) == (True, None)


async def test_a_dead_workers_rendition_is_made_by_another(studio: Studio) -> None:
    """After the lease the sweeper offers it again, and counts it as work that waits."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    assert studio.work.take(now=T0) is not None
    assert studio.engine.sweeper.sweep(now=T0).ready[RENDER] == 0
    assert studio.engine.sweeper.sweep(now=LATER).ready[RENDER] == 1
    again = studio.work.take(now=LATER)
    assert again is not None
    assert again.job_id == job


async def test_the_second_of_two_workers_must_erase_its_own(studio: Studio) -> None:
    """The first one's bytes stand; whoever comes later is told that nobody wants them."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    claim = studio.work.take(now=T0)
    assert claim is not None
    assert studio.work.record(claim, MADE, now=T0)
    assert not studio.work.record(claim, Rendition("uploads/ab/other", "image/png"), now=T0)
    assert await studio.desk.want(job, TENANT, NAME, now=T0) == MADE


async def test_a_rendition_is_owned_and_goes_with_the_job(studio: Studio) -> None:
    """The search for bytes without an owner spares it; deleting the job names it for erasing."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    claim = studio.work.take(now=T0)
    assert claim is not None
    studio.work.record(claim, MADE, now=T0)
    assert MADE.location in studio.engine.sweeper.owned_locations()
    assert MADE.location in await studio.engine.jobs.delete(job, TENANT, now=T0)
    assert studio.engine.sweeper.owned_locations() == set()
    with pytest.raises(JobGone):
        await studio.desk.want(job, TENANT, NAME, now=T0)


async def test_nothing_is_made_of_erased_files(studio: Studio) -> None:
    """After the uploads' retention the answer says so, and a worker that was late hands over nothing."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    claim = studio.work.take(now=T0)
    assert claim is not None
    day = int(timedelta(hours=25) / timedelta(milliseconds=1))
    studio.engine.sweeper.expire(now=T0 + day)
    assert studio.work.read_upload(claim, 0) is None
    assert not studio.work.record(claim, MADE, now=T0 + day)
    with pytest.raises(FilesGone):
        await studio.desk.want(job, TENANT, NAME, now=T0 + day)


async def test_what_waits_for_a_deleted_job_is_passed_over(studio: Studio) -> None:
    """The worker is given nothing to make."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    await studio.engine.jobs.delete(job, TENANT, now=T0)
    assert studio.work.take(now=T0) is None


async def test_another_tenants_job_is_unknown(studio: Studio) -> None:
    """Asking for the picture of somebody else's job tells nothing."""
    job = await studio.finish_job()
    with pytest.raises(JobUnknown):
        await studio.desk.want(job, "another", NAME, now=T0)


async def test_renditions_expire_with_their_job(studio: Studio) -> None:
    """No key is left without an end."""
    job = await studio.finish_job()
    await studio.desk.want(job, TENANT, NAME, now=T0)
    claim = studio.work.take(now=T0)
    assert claim is not None
    studio.work.record(claim, MADE, now=T0)
    assert studio.engine.redis.ttl(f"job:{job}:renditions") > 0
