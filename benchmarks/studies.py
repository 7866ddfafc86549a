"""A whole 4D cardiac CT: 3,000 slices in ten phases, against two bare pydicom processes that read the same headers."""

import multiprocessing
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil
from pydicom import dcmread

from benchmarks.archives import FORM, parts_of, run_job, seconds_of_work
from benchmarks.bare_celery import answered, publish_reads
from benchmarks.measure import Finding, at_least, at_most, spread
from benchmarks.peers import celery_worker
from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.service import Document, Service
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

COMMAND = "python -m benchmarks studies"
STUDY = CardiacStudy(positions=300, phases=10, missing=(7, 100), doubled=(2, 50))
ROUNDS = 3
WARM_UP = 100
"""Files read before a task per file is timed."""

EXPECTED = {"received": 3000, "accepted": 2999, "duplicate": 1, "rejected": 0}


def measure(_: Service) -> list[Finding]:
    """Measure with two and with one extract process, on services of their own."""
    with tempfile.TemporaryDirectory(prefix="study-") as folder:
        paths = []
        for number, content in enumerate(write_study(STUDY)):
            path = Path(folder) / f"{number:04}"
            path.write_bytes(content)
            paths.append(path)
        each = [_read_by_task(paths) for _ in range(ROUNDS)]
        rounds, peak = _process(paths, processes=2)
        one = [ours for ours, _ in _process(paths, processes=1)[0]]
    two, bare = ([pair[side] for pair in rounds] for side in (0, 1))
    ratios = [ours / theirs for ours, theirs in rounds]
    return [
        Finding(
            "4D cardiac CT of 3,000 slices (1.6 GB), stored to assembled, two extract processes",
            f"{spread(two)} s = {spread(ratios)} of bare pydicom; largest worker process {peak:.0f} MB",
            f"two pydicom processes reading the same headers: {spread(bare)} s",
            COMMAND,
            (at_most(median(ratios), 1.8, " times"),),
        ),
        Finding(
            "the same beside a task for each file",
            f"{median(each) / median(two):.1f} times faster",
            "3,000 bare Celery tasks that extract one file each and keep what it says, two processes, nothing "
            f"assembled: {spread(each)} s",
            COMMAND,
            (at_least(median(each) / median(two), 4, " times"),),
        ),
        Finding(
            "the same with one extract process",
            f"{spread(one)} s = {median(one) / median(two):.2f} of two",
            "assembly of the result is one process's work; right phases, one missing and one double slice found",
            COMMAND,
        ),
    ]


def _read_bare(paths: list[Path]) -> float:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(_read_header, paths[:200], chunksize=100)  # our processes have started before, too
        began = time.perf_counter()
        pool.map(_read_header, paths, chunksize=100)
        return time.perf_counter() - began


def _read_header(path: Path) -> None:
    dcmread(path, stop_before_pixels=True)


def _read_by_task(paths: list[Path]) -> float:
    """Give the seconds that a task for each file takes, from the first answer on."""
    server = TestServer()
    try:
        publish_reads(server.url, paths)
        with celery_worker(server.url):
            await_until(lambda: answered(server.url) >= WARM_UP, "files are being read")
            began, done = time.monotonic(), answered(server.url)
            await_until(lambda: answered(server.url) == len(paths), "all files are read", patience=120)
            return (time.monotonic() - began) * len(paths) / (len(paths) - done)
    finally:
        server.close()


def _process(paths: list[Path], *, processes: int) -> tuple[list[tuple[float, float]], float]:
    """Give each round's seconds from accepted to completed and of bare pydicom, and the peak of a worker in MB."""
    service = Service(EXTRACT_PROCESSES=str(processes))
    try:
        service.await_ready()
        times = [(_submit(service, paths), _read_bare(paths)) for _ in range(ROUNDS)]
        peak = max(_peak_mb(process) for process in service.worker_processes("extract"))
    finally:
        service.close()
    return times, peak


def _submit(service: Service, paths: list[Path]) -> float:
    job, _, _ = run_job(service, FORM, parts_of(path.read_bytes() for path in paths))
    _check(job)
    return seconds_of_work(job)


def _check(job: Document) -> None:
    """A fast answer that is wrong counts for nothing."""
    [series] = job["result"]["studies"][0]["series"]
    assert job["counts"] == EXPECTED, job["counts"]
    assert [phase["positions"] for phase in series["cardiac"]["phases"]] == [300] * 7 + [299, 300, 300]
    assert [warning["code"] for warning in job["warnings"]] == ["series.uneven_phases"]


def _peak_mb(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000
