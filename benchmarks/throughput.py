"""Sustained jobs a second of 530 KB each, from upload to finished, beside the same work without any queue."""

import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil
from msgspec import Struct

from benchmarks.extraction import extract
from benchmarks.load import put_load, request
from benchmarks.measure import Finding, Goal, at_least, empty_folder, memory_folder, spread
from benchmarks.peers import ABSENT, bare_api, bare_celery_rate, orthanc
from benchmarks.slices import ct_slices
from tests.support.service import Service
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

COMMAND = "python -m benchmarks throughput"
ROUNDS = 3
SECONDS = 4.0
CLIENTS = 8
FILES = 64
"""Files that are sent in turn, each time with a stamp of its own."""

NOTICEABLE_MS = 0.02
"""Processor time of a job from which on a process is named."""

TASKS = 3000
LOOPS = 20
"""How often the two processes without a queue read all files."""


class Round(Struct, frozen=True):
    """What each side did in one round, in files a second."""

    ours: float
    synchronous: float
    celery: float
    loop: float
    orthanc: float | None


def measure(_: Service) -> list[Finding]:
    """Measure on services of its own: the uploads in memory, then fsynced to the disk."""
    files = ct_slices(FILES)
    requests = [request("POST", "/dicom/analyze", content) for content in files]
    with memory_folder() as folder:
        rounds, spent = _measure_rounds(folder, files, requests)
    return [*_compare(rounds), spent, _measure_disk(requests)]


def _measure_rounds(folder: Path, files: list[bytes], requests: list[bytes]) -> tuple[list[Round], Finding]:
    to_bare, to_orthanc = ([request("POST", path, content) for content in files] for path in ("/analyze", "/instances"))
    for name in ("ours", "bare", "orthanc", "loop"):
        (folder / name).mkdir()
    paths = []
    for number, content in enumerate(files):
        paths.append(folder / "loop" / str(number))
        paths[-1].write_bytes(content)
    server = TestServer()
    service = Service(REDIS_URL=server.url, STORAGE_URL=f"file://{folder / 'ours'}")
    try:
        with bare_api(folder / "bare") as bare, orthanc(folder / "orthanc") as other:
            service.await_ready()
            rounds = [
                Round(
                    synchronous=_rate(bare.port, to_bare, lambda: empty_folder(folder / "bare/uploads")),
                    ours=_tidy_rate(service, server, requests, folder / "ours"),
                    celery=bare_celery_rate(TASKS),
                    loop=_loop(paths),
                    orthanc=_rate(other.port, to_orthanc, lambda: None) if other else None,
                )
                for _ in range(ROUNDS)
            ]
            return rounds, _spend(service, server, requests)
    finally:
        service.close()
        server.close()


def _tidy_rate(service: Service, server: TestServer, requests: list[bytes], folder: Path) -> float:
    """Leave no more behind than the peers do: pages of memory that nobody used before cost more than used ones."""
    rate = finished_per_second(service, server, requests)
    empty_folder(folder)
    return rate


def _spend(service: Service, server: TestServer, requests: list[bytes]) -> Finding:
    """Say in which processes the processor time of a job is spent."""
    before, jobs = _processor_seconds(service, server), _count_jobs(server)
    finished_per_second(service, server, requests)
    after, count = _processor_seconds(service, server), _count_jobs(server) - jobs
    each = {name: 1000 * (seconds - before[name]) / count for name, seconds in after.items()}
    figure = ", ".join(f"{name} {spent:.2f} ms" for name, spent in each.items() if spent > NOTICEABLE_MS)
    return Finding("the same, processor time of a job", f"{sum(each.values()):.2f} ms: {figure}", "-", COMMAND)


def _processor_seconds(service: Service, server: TestServer) -> dict[str, float]:
    spent: defaultdict[str, float] = defaultdict(float)
    for process in (*psutil.Process(service.process.pid).children(recursive=True), psutil.Process(server.pid)):
        times = process.cpu_times()
        spent[_name(process)] += times.user + times.system
    return dict(spent)


def _name(process: psutil.Process) -> str:
    """Name a process of the stack by what it does."""
    command = process.cmdline()
    if "api.main" in command:
        return "api"
    if "worker" not in command:
        return "store"
    parent = process.parent()
    is_child = parent is not None and parent.cmdline() == command
    return f"{command[-1]} worker's children" if is_child else command[-1]


def _count_jobs(server: TestServer) -> int:
    return int(server.client().zcard("jobs:of:default"))


def finished_per_second(service: Service, server: TestServer, requests: list[bytes]) -> float:
    """Send for a while, wait until all is finished, and count both in: nothing may be left to be done later."""
    redis = server.client()
    began = time.monotonic()
    load = put_load(service.port, requests, connections=CLIENTS, seconds=SECONDS, stamped=True)
    sent_for = time.monotonic() - began
    await_until(lambda: redis.zcard("jobs:due") == 0, "all jobs are done")
    drained_for = time.monotonic() - began - sent_for
    assert set(load.statuses) == {"202"}, load
    failed = service.client.get("/jobs", params={"status": "failed"}).json()["jobs"]
    assert not failed, failed
    return load.sent / (SECONDS + drained_for)


def _rate(port: int, requests: list[bytes], tidy: Callable[[], None]) -> float:
    load = put_load(port, requests, connections=CLIENTS, seconds=SECONDS, stamped=True)
    assert set(load.statuses) == {"200"}, load
    tidy()
    return load.per_second


def _loop(paths: list[Path]) -> float:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(read_all, [paths] * 2)  # the imports
        began = time.perf_counter()
        pool.map(read_all, [paths * (LOOPS // 2)] * 2)
        return LOOPS * len(paths) / (time.perf_counter() - began)


def read_all(paths: list[Path]) -> None:
    """Extract files one after another."""
    for path in paths:
        extract(path)


def _compare(rounds: list[Round]) -> list[Finding]:
    name = f"jobs of one 530 KB CT, {CLIENTS} clients, upload to finished, hashed, uploads in memory"
    ours = spread([one.ours for one in rounds], ".0f")

    def finding(peer: str, rates: list[float], goals: Callable[[float], tuple[Goal, ...]]) -> Finding:
        ratios = [one.ours / rate for one, rate in zip(rounds, rates, strict=True)]
        compared = f"{peer}: {median(rates):.0f}/s"
        return Finding(name, f"{ours} jobs/s = {spread(ratios)}", compared, COMMAND, goals(median(ratios)))

    stored = [one.orthanc for one in rounds if one.orthanc is not None]
    return [
        finding(
            "the same work without any queue, an endpoint that hashes, stores, extracts, assembles and answers",
            [one.synchronous for one in rounds],
            lambda ratio: (at_least(ratio, 0.9),),
        ),
        finding(
            "bare Celery tasks that do nothing, same pool",
            [one.celery for one in rounds],
            lambda ratio: (at_least(ratio, 0.45),),
        ),
        finding(
            "the same extraction in a loop in two processes, nothing received, stored or recorded",
            [one.loop for one in rounds],
            lambda _: (),
        ),
        finding("Orthanc, which stores and indexes", stored, lambda _: ())
        if stored
        else Finding(name, f"{ours} jobs/s", f"Orthanc: {ABSENT}", COMMAND),
    ]


def _measure_disk(requests: list[bytes]) -> Finding:
    server = TestServer()
    service = Service(REDIS_URL=server.url)
    try:
        service.await_ready()
        rates = [finished_per_second(service, server, requests) for _ in range(ROUNDS)]
    finally:
        service.close()
        server.close()
    figure = f"{spread(rates, '.0f')} jobs/s"
    return Finding("the same, each upload fsynced to the disk before its 202", figure, "the rows above", COMMAND)
