"""What a job costs the job store: counted, so that the machine's speed plays no part."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.growth import finish_jobs, read_once
from shared.jobs.adapters.celery_queue import build_hint_queue
from shared.jobs.job import Stage
from tests.support.samples import CT
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench, await_until

pytestmark = pytest.mark.integration

JOBS = 200


@pytest.fixture
async def bench(server: TestServer, tmp_path: Path) -> AsyncIterator[Workbench]:
    """A bench whose processes end with the test."""
    bench = Workbench(server, tmp_path)
    yield bench
    await bench.close()


def test_a_finished_job_is_not_much_larger_than_its_result(server: TestServer) -> None:
    """All that Redis keeps of a finished job is less than twice its result as JSON."""
    redis = server.client()
    finish_jobs(server.url, 1)
    before = redis.info("memory")["used_memory"]
    finish_jobs(server.url, JOBS)
    each = (redis.info("memory")["used_memory"] - before) / JOBS
    assert each < 1.9 * len(read_once()[2].result)


async def test_a_job_takes_a_handful_of_script_calls(server: TestServer, bench: Workbench) -> None:
    """Accept, claim, commit and a claim that finds nothing: hardly more than four calls for each job of one file."""
    upload = bench.store(CT.read_bytes())
    redis = server.client()
    redis.config_resetstat()
    for _ in range(JOBS):
        await bench.engine.accept((upload,), now=None)
    build_hint_queue(server.url).publish(Stage.EXTRACT, JOBS)
    bench.start("extract")
    await_until(lambda: not bench.engine.due(), "all jobs are done")
    assert redis.info("commandstats")["cmdstat_evalsha"]["calls"] < 4.5 * JOBS
