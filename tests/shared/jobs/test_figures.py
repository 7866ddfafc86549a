"""Figures of the whole installation, and the counts that processes hand over."""

from datetime import timedelta

import pytest

from shared.jobs.adapters.redis_connection import build_async_redis, build_redis
from shared.jobs.adapters.redis_figures import build_figures_reader
from shared.jobs.adapters.redis_reporting import build_reporter
from shared.jobs.figures import Figures, QueueFigures
from shared.jobs.job import JobKind, Priority, Stage
from shared.jobs.renditions import RENDER
from shared.observability.metrics import count, current_tally, forget_counts
from tests.support.engine import TENANT, Engine, make_outcome
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration


async def read(url: str) -> Figures:
    """Read the figures."""
    client = build_async_redis(url)
    try:
        return await build_figures_reader(client).read()
    finally:
        await client.aclose()


async def test_jobs_are_counted_by_kind_and_status(engine: Engine, server: TestServer) -> None:
    """One waits, one is canceled, one is finished, one is erased and counts no more."""
    await engine.accept(kind=JobKind.SUMMARIZE, priority=Priority.OFFPEAK)
    canceled, erased = await engine.accept(), await engine.accept()
    await engine.jobs.cancel(canceled, TENANT)
    await engine.jobs.delete(erased, TENANT)
    await engine.accept()
    claim = engine.work.claim(Stage.EXTRACT)
    assert claim is not None
    following = engine.work.finish_chunk(claim, b"", 1)
    assert not isinstance(following, bool)
    assert engine.work.finish_assembly(following, make_outcome())
    figures = await read(server.url)
    assert {key: number for key, number in figures.jobs.items() if number} == {
        ("summarize", "queued"): 1,
        ("analyze", "canceled"): 1,
        ("analyze", "succeeded"): 1,
    }
    assert (figures.sums["jobs_accepted|analyze"], figures.sums["jobs_finished|analyze|succeeded"]) == (3, 1)


async def test_a_queue_tells_its_depth_and_the_age_of_its_oldest_job(engine: Engine, server: TestServer) -> None:
    """The oldest may be one that priorities keep at the end of the queue."""
    await engine.accept(priority=Priority.URGENT)
    before = (await read(server.url)).queues[Stage.EXTRACT]
    score = 2 * 10**13 + server.client().time()[0] * 1000 - 90_000
    server.client().zadd("ready:extract", {"an-old-job/extract/0": score})
    after = (await read(server.url)).queues[Stage.EXTRACT]
    assert (before.depth, before.oldest_seconds < 5) == (1, True)
    assert (after.depth, 88 <= after.oldest_seconds <= 92) == (2, True)


async def test_wanted_pictures_are_a_queue_of_their_own(engine: Engine, server: TestServer) -> None:
    """They are counted beside the stages, but are no work of a job that could keep others from being accepted."""
    await engine.accept()
    score = server.client().time()[0] * 1000 - 90_000
    server.client().zadd("ready:render", {"a-job/preview-0": score})
    queue = (await read(server.url)).queues[RENDER]
    load = await engine.jobs.read_load(TENANT)
    assert (queue.depth, 88 <= queue.oldest_seconds <= 92) == (1, True)
    assert (load.waiting, load.waiting_units) == ({"extract": 1, "assemble": 0, "summarize": 0, "render": 1}, 1)


async def test_an_empty_installation_has_empty_figures(server: TestServer) -> None:
    """Nothing waits and nothing is reported before anything happens."""
    figures = await read(server.url)
    assert (figures.sums, figures.jobs, figures.roles, figures.queues[Stage.ASSEMBLE]) == (
        {},
        {},
        {},
        QueueFigures(0, 0.0),
    )


async def test_what_processes_counted_adds_up(server: TestServer) -> None:
    """Two processes of a role hand over their counts, and are two processes with memory."""
    forget_counts()
    for name in ("extract@a:1", "extract@a:2"):
        count("upload_bytes", 100)
        build_reporter(build_redis(server.url), "extract", name).report()
    figures = await read(server.url)
    assert (figures.sums["upload_bytes"], figures.roles["extract"].processes) == (200, 2)
    assert figures.roles["extract"].resident_bytes > 1_000_000


async def test_counts_survive_an_absent_store() -> None:
    """What could not be handed over is kept for the next time."""
    forget_counts()
    count("upload_bytes", 100)
    build_reporter(build_redis("redis://127.0.0.1:1/0"), "api", "api@a:1").report()
    assert current_tally().drain()["upload_bytes"] == 100


async def test_a_process_that_fell_silent_is_not_counted(server: TestServer) -> None:
    """A killed worker's memory is gone with it."""
    long_ago = server.client().time()[0] - int(timedelta(minutes=1).total_seconds())
    server.client().hset("metrics:processes", "extract@a:1", f"extract {long_ago} 1000")
    assert (await read(server.url)).roles == {}
