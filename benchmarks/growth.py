"""What a thousand, ten thousand and a hundred thousand finished jobs cost: memory in Redis, lists and reads."""

import asyncio
import multiprocessing
import tempfile
from pathlib import Path
from statistics import median

from msgspec import Struct

from benchmarks.load import put_load, request
from benchmarks.lone_api import lone_api
from benchmarks.measure import Finding, at_most, spread
from shared.jobs.adapters.redis_connection import build_async_redis, build_redis
from shared.jobs.adapters.redis_job_store import build_job_store
from shared.jobs.adapters.redis_work_store import build_work_store
from shared.jobs.claim import Claim
from shared.jobs.job import JobKind, Stage, mint_job_id
from shared.jobs.outcomes import Outcome
from shared.jobs.parameters import JobParameters, Upload
from shared.jobs.results import encode_chunk
from tests.support.engine import AUDIT, LEASE, RETENTION, TENANT
from tests.support.samples import CT
from tests.support.service import Service
from tests.support.valkey import Inspector, TestServer
from worker.pipelines.assemble import assemble_result
from worker.pipelines.extract import extract_chunk

COMMAND = "python -m benchmarks growth"
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3
FILLERS = 2
"""Processes that finish jobs."""

SECONDS = 1.0


class Size(Struct, frozen=True):
    """What so many finished jobs cost: bytes in Redis for each, and milliseconds of a list and of a read."""

    jobs: int
    bytes_each: float
    list_ms: list[float]
    read_ms: list[float]


def measure(_: Service) -> list[Finding]:
    """Fill a store of its own with finished jobs of one CT."""
    server = TestServer()
    redis = server.client()
    sizes = []
    try:
        with tempfile.TemporaryDirectory() as folder, lone_api(server, Path(folder)) as api:
            finish_jobs(server.url, 1)  # loads the scripts
            empty, jobs = _memory(redis), 1
            for size in SIZES:
                job = _fill(server.url, size - jobs)
                each = (_memory(redis) - empty) / (size - 1)
                sizes.append(Size(size, each, _times(api.port, "/jobs"), _times(api.port, f"/jobs/{job}")))
                jobs = size
    finally:
        server.close()
    return [_bytes(sizes, len(read_once()[2].result)), *_latencies(sizes)]


def _fill(url: str, count: int) -> str:
    """Finish jobs with a few processes; gives the id of one."""
    shares = [count // FILLERS] * (FILLERS - 1) + [count - count // FILLERS * (FILLERS - 1)]
    with multiprocessing.get_context("spawn").Pool(FILLERS) as pool:
        return pool.starmap(finish_jobs, [(url, share) for share in shares])[-1]


def finish_jobs(url: str, count: int) -> str:
    """Finish jobs as the workers do, all with what one real file yields; gives the last one's id."""
    return asyncio.run(_finish_jobs(url, count))


async def _finish_jobs(url: str, count: int) -> str:
    upload, chunk, outcome = read_once()
    connection = build_async_redis(url)
    jobs = build_job_store(connection, RETENTION, AUDIT)
    work = build_work_store(build_redis(url), lease=LEASE, attempts=3, files=1)
    last = ""
    for _ in range(count):
        await jobs.accept(mint_job_id(), JobParameters(kind=JobKind.ANALYZE, tenant=TENANT), (upload,))
        claim = work.claim(Stage.EXTRACT)
        assert claim is not None
        assembly = work.finish_chunk(claim, chunk, 1)
        assert isinstance(assembly, Claim)
        assert work.finish_assembly(assembly, outcome)
        last = claim.job_id
    await connection.aclose()
    return last


def read_once() -> tuple[Upload, bytes, Outcome]:
    """Read the file once: its upload, its facts and its result."""
    upload = Upload(0, "0" * 64, CT.stat().st_size, f"uploads/00/{'0' * 64}.00000000", content="dicom")
    files = extract_chunk(
        (upload,),
        open_upload=lambda _: CT.open("rb"),
        include_identity=False,
        before_each=lambda: None,
        identity_key=b"x",
    ).files
    return upload, encode_chunk(files), assemble_result((upload,), files)


def _memory(redis: Inspector) -> int:
    return int(redis.info("memory")["used_memory"])


def _times(port: int, path: str) -> list[float]:
    """Give the median milliseconds of an answer in each round."""
    loads = [put_load(port, [request("GET", path)], connections=1, seconds=SECONDS) for _ in range(ROUNDS)]
    assert all(set(load.statuses) == {"200"} for load in loads), loads
    return [load.p50_ms for load in loads]


def _bytes(sizes: list[Size], result: int) -> Finding:
    each = ", ".join(f"{one.bytes_each:.0f} at {one.jobs}" for one in sizes)
    share = sizes[-1].bytes_each / result
    return Finding(
        "Redis bytes of a finished job of one CT",
        f"{each}: {share:.2f} times its result at {sizes[-1].jobs} jobs",
        f"its result as JSON, {result} bytes",
        COMMAND,
        (at_most(share, 1.5, " times"),),
    )


def _latencies(sizes: list[Size]) -> list[Finding]:
    findings = []
    for name, key in (("GET /jobs, the first page", "list_ms"), ("GET /jobs/{id}", "read_ms")):
        least, most = (getattr(one, key) for one in (sizes[0], sizes[-1]))
        ratios = [after / before for before, after in zip(least, most, strict=True)]
        figure = ", ".join(f"{median(getattr(one, key)):.2f} ms at {one.jobs}" for one in sizes)
        compared = f"the same at {sizes[0].jobs} finished jobs; flat: within a quarter"
        goal = at_most(median(ratios), 1.25, " times")
        findings.append(Finding(f"{name}, one client", f"{figure} = {spread(ratios)}", compared, COMMAND, (goal,)))
    return findings
