"""The job engine: recovery, a long backlog, many deferred units, and its cost beside bare Celery."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.measure import Finding, at_least, at_most, percentile
from benchmarks.peers import bare_celery_rate
from shared.jobs.adapters.celery_queue import build_hint_queue
from shared.jobs.job import JobKind, Stage, mint_job_id
from shared.jobs.parameters import JobParameters
from tests.support.engine import make_upload
from tests.support.samples import CT
from tests.support.service import Service
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench, await_until

COMMAND = "python -m benchmarks engine"
LEASE = 15
BACKLOG = 100_000
DEFERRED = 200
JOBS = 1500


def measure(_: Service) -> list[Finding]:
    """Measure on servers and processes of its own."""
    return [
        asyncio.run(_recover_busy()),
        asyncio.run(_recover_lost_hint()),
        asyncio.run(_backlog()),
        asyncio.run(_deferred()),
        asyncio.run(_overhead()),
    ]


@contextmanager
def _bench() -> Iterator[Workbench]:
    server = TestServer()
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield Workbench(server, Path(folder))
        finally:
            server.close()


async def _recover_busy() -> Finding:
    times = []
    for _ in range(3):
        with _bench() as bench:
            upload, place = bench.store_waiting()
            victim = bench.start("extract", LEASE_SECONDS=str(LEASE))
            bench.start("sweeper", LEASE_SECONDS=str(LEASE))
            await bench.engine.accept((upload,), now=None)
            await_until(lambda: bench.engine.due() and not bench.engine.ready(Stage.EXTRACT), "it is claimed")
            bench.start("extract", LEASE_SECONDS=str(LEASE))
            await asyncio.sleep(4)
            os.killpg(victim.pid, signal.SIGKILL)
            began = time.monotonic()
            place.unlink()
            place.write_bytes(CT.read_bytes())
            await_until(lambda: not bench.engine.due(), "the other worker is done")
            times.append(time.monotonic() - began)
            await bench.close()
    figure = ", ".join(f"{seconds:.1f} s" for seconds in sorted(times))
    return Finding(
        "kill -9 of a busy worker to done elsewhere, 3 runs",
        figure,
        f"the lease, {LEASE} s, and 2 s",
        COMMAND,
        (at_most(max(times), LEASE + 2, " s"),),
    )


async def _recover_lost_hint() -> Finding:
    times = []
    with _bench() as bench:
        bench.start("extract")
        bench.start("sweeper")
        await asyncio.sleep(4)
        for number in range(20):
            upload = bench.store(CT.read_bytes() + bytes([number]))
            began = time.monotonic()
            await bench.engine.accept((upload,), now=None)
            await_until(lambda: not bench.engine.due(), "the job is done")
            times.append(time.monotonic() - began)
        await bench.close()
    figure = f"median {percentile(times, 0.5):.2f} s, worst {max(times):.2f} s"
    return Finding("job whose hint was never sent, 20 runs", figure, "-", COMMAND, (at_most(max(times), 12, " s"),))


async def _backlog() -> Finding:
    with _bench() as bench:
        hints = build_hint_queue(bench.engine.url)
        store = bench.engine.jobs
        for _ in range(0, BACKLOG, 500):
            parameters = JobParameters(kind=JobKind.ANALYZE)
            uploads = (make_upload(0),)
            accepted = await asyncio.gather(*(store.accept(mint_job_id(), parameters, uploads) for _ in range(500)))
            hints.publish(Stage.EXTRACT, sum(one.hints for one in accepted))
        sweeper = bench.start("sweeper")
        samples, used = [], []
        for _ in range(30):
            await asyncio.sleep(1)
            samples.append(hints.waiting(Stage.EXTRACT))
            used.append(_cpu_seconds(sweeper.pid))
        per_second = [after - before for before, after in pairwise(used)]
        first, second = per_second[2:15], per_second[15:]
        await bench.close()
    figure = (
        f"{max(samples)} messages for {BACKLOG} jobs; sweeper {100 * sum(first) / len(first):.1f} % of a core in the "
        f"first half, {100 * sum(second) / len(second):.1f} % in the second"
    )
    return Finding(
        f"{BACKLOG} waiting jobs, 30 s of sweeping",
        figure,
        "one message for each job would be that many",
        COMMAND,
        (
            at_most(max(samples), 1.05 * BACKLOG, " messages"),
            at_most(100 * sum(second) / len(second), 5, " % of a core"),
        ),
    )


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _deferred() -> Finding:
    with _bench() as bench:
        uploads = [bench.store(CT.read_bytes() + bytes([number])) for number in range(DEFERRED)]
        for upload in uploads:
            await bench.engine.accept((upload,), now=None)
        while (claim := bench.engine.work.claim(Stage.EXTRACT)) is not None:
            bench.engine.work.defer(claim, timedelta(seconds=20), "rate_limited")
        bench.start("extract")
        bench.start("sweeper")
        await asyncio.sleep(4)
        job = await bench.engine.accept((bench.store(CT.read_bytes()),), now=None)
        began = time.monotonic()
        await_until(lambda: f"{job}/extract/0" not in bench.engine.due(), "the unrelated job is done")
        took = time.monotonic() - began
        await_until(lambda: not bench.engine.due(), "the deferred ones are done")
        await bench.close()
    name = f"unrelated job beside {DEFERRED} deferred ones, hint lost"
    return Finding(name, f"{took:.2f} s", "-", COMMAND, (at_most(took, 2, " s"),))


async def _overhead() -> Finding:
    with _bench() as bench:
        upload = bench.store(CT.read_bytes())
        for _ in range(JOBS):
            await bench.engine.accept((upload,), now=None)
        hints = build_hint_queue(bench.engine.url)
        hints.publish(Stage.EXTRACT, JOBS)
        bench.start("extract", EXTRACT_PROCESSES="2")
        await_until(lambda: len(bench.engine.due()) < JOBS - 100, "work has begun")
        began, left = time.monotonic(), len(bench.engine.due())
        await_until(lambda: not bench.engine.due(), "all jobs are done")
        ours = left / (time.monotonic() - began)
        await bench.close()
    theirs = bare_celery_rate(3 * JOBS)
    figure = f"{ours:.0f} jobs/s ({ours / theirs:.2f} of bare Celery)"
    return Finding(
        f"{JOBS} jobs of one 39 KB CT: claim, read, extract, assemble, commit; prefork 2",
        figure,
        f"bare Celery tasks that do nothing, same pool, same run: {theirs:.0f}/s",
        COMMAND,
        (at_least(ours / theirs, 0.45),),
    )
