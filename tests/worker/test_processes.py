"""Worker processes that are stopped, killed and frozen while they hold a unit."""

import os
import signal

import psutil
import pytest

from shared.jobs.job import JobStatus, Stage
from tests.support.engine import TENANT
from tests.support.samples import CT
from tests.support.workbench import LEASE_SECONDS, Workbench, await_until

pytestmark = pytest.mark.integration


def running_units(bench: Workbench) -> list[str]:
    """Units that are due and not ready: somebody works on them."""
    return sorted(set(bench.engine.due()) - set(bench.engine.ready(Stage.EXTRACT)))


async def test_a_stopped_worker_hands_its_unit_back_at_once(bench: Workbench) -> None:
    """After SIGTERM the unit is ready again within the soft shutdown, long before its lease would end."""
    upload, _ = bench.store_waiting()
    worker = bench.start("extract", LEASE_SECONDS="60")
    bench.start("sweeper")
    job = await bench.engine.accept((upload,))
    await_until(lambda: running_units(bench), "the worker has the unit")
    worker.send_signal(signal.SIGTERM)
    took = await_until(lambda: bench.engine.ready(Stage.EXTRACT) == [f"{job}/extract/0"], "the unit is handed back")
    assert took < 12
    await_until(lambda: worker.poll() is not None, "the worker has ended")


async def test_a_killed_workers_unit_is_done_by_another(bench: Workbench) -> None:
    """After kill -9 the lease runs out and the next worker finishes the job."""
    upload, place = bench.store_waiting()
    victim = bench.start("extract")
    bench.start("sweeper")
    job = await bench.engine.accept((upload,))
    await_until(lambda: running_units(bench), "the worker has the unit")
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    place.unlink()
    place.write_bytes(CT.read_bytes())
    bench.start("extract")
    await_until(lambda: not bench.engine.due(), "the job has ended")
    assert await bench.status(job) is JobStatus.SUCCEEDED


async def test_children_end_with_their_parent(bench: Workbench) -> None:
    """After kill -9 of the parent alone its children end too, in the middle of a file: nobody would hear of them."""
    upload, _ = bench.store_waiting()
    victim = bench.start("extract")
    bench.start("sweeper")
    await bench.engine.accept((upload,))
    await_until(lambda: running_units(bench), "a child has the unit")
    children = psutil.Process(victim.pid).children()
    victim.kill()
    victim.wait()
    await_until(lambda: not any(child.is_running() for child in children), "the children have ended", patience=5)


async def test_a_worker_frozen_past_its_lease_commits_nothing(bench: Workbench) -> None:
    """The second worker's outcome stands; the first one wakes up, finishes, and is refused."""
    upload, place = bench.store_waiting()
    frozen = bench.start("extract")
    bench.start("sweeper")
    job = await bench.engine.accept((upload,))
    content = CT.read_bytes()
    with place.open("wb", buffering=0) as writer:  # opens when the worker does
        writer.write(content[:100])
        bench.freeze(frozen)
        place.rename(place.with_suffix(".pipe"))
        place.write_bytes(content)
        bench.start("extract")
        await_until(lambda: not bench.engine.due(), "the second worker has ended the job")
        before = bench.engine.redis.hgetall(f"job:{job}")
        bench.thaw(frozen)
        writer.write(content[100:])
    await_until(lambda: "lease lost" in bench.log() or "outcome refused" in bench.log(), "the first one was refused")
    feed = await bench.engine.jobs.read_feed(TENANT, since=0, limit=100)
    assert bench.engine.redis.hgetall(f"job:{job}") == before
    assert [event.type for event in feed.events].count("job.succeeded") == 1


async def test_a_lost_hint_is_made_good_by_the_sweeper(bench: Workbench) -> None:
    """A job whose hint was never sent is found and done."""
    bench.start("sweeper")
    bench.start("extract")
    job = await bench.engine.accept((bench.store(CT.read_bytes()),))
    took = await_until(lambda: not bench.engine.due(), "the job has ended")
    assert await bench.status(job) is JobStatus.SUCCEEDED
    assert took < 12


async def test_a_file_that_kills_its_worker_ends_its_job(bench: Workbench) -> None:
    """After three lost workers the job fails with a reason instead of killing the next ones."""
    upload, _ = bench.store_waiting()
    bench.start("sweeper")
    job = await bench.engine.accept((upload,))
    for _ in range(3):
        victim = bench.start("extract")
        await_until(lambda: running_units(bench), "a worker has the unit")
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        await_until(lambda: not running_units(bench), "the lease has run out")
    bench.start("extract")
    await_until(lambda: not bench.engine.due(), "the job is given up")
    read = await bench.engine.jobs.read(job, TENANT)
    assert read.error is not None
    assert (read.status, read.error.code) == (JobStatus.FAILED, "job.attempts_exhausted")


async def test_a_long_unit_keeps_its_lease(bench: Workbench) -> None:
    """A worker that needs several lease lengths for a unit is not taken for dead."""
    upload, place = bench.store_waiting()
    bench.start("extract")
    bench.start("sweeper")
    job = await bench.engine.accept((upload,))
    await_until(lambda: running_units(bench), "the worker has the unit")
    unit = f"{job}/extract/0"
    prolonged = set()

    def has_been_prolonged() -> bool:
        prolonged.add(bench.engine.due().get(unit))
        return len(prolonged) > 2 * LEASE_SECONDS + 2

    await_until(has_been_prolonged, "the lease was prolonged several times")
    content = CT.read_bytes()
    with place.open("wb") as writer:
        place.rename(place.with_suffix(".pipe"))
        place.write_bytes(content)
        writer.write(content)  # a pipe cannot be searched: the unit is put off, without an attempt, and reads the file
    await_until(lambda: not bench.engine.due(), "the job has ended")
    read = await bench.engine.jobs.read(job, TENANT)
    assert (read.status, read.attempt) == (JobStatus.SUCCEEDED, 1)
