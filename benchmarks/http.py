"""Status reads against a bare FastAPI hello."""

import tempfile
from collections.abc import Sequence
from statistics import median

from benchmarks.load import Load, put_load, request
from benchmarks.measure import Finding, at_least, at_most, spread
from benchmarks.peers import bare_api
from tests.support.samples import CT
from tests.support.service import Service

CONNECTIONS = 32
SECONDS = 4.0
ROUNDS = 3
"""The two sides take turns; the ratio is the median of the rounds' ratios."""

JOBS = 200
"""Different finished jobs that are read in turn."""

COMMAND = "python -m benchmarks http"


def measure(service: Service) -> list[Finding]:
    """Measure reads of finished and of waiting jobs."""
    with tempfile.TemporaryDirectory(prefix="bare-") as folder, bare_api(folder) as fastapi, bare_api("bare") as asgi:
        hello = [request("GET", "/")]
        ceiling = put_load(asgi.port, hello, connections=CONNECTIONS, seconds=SECONDS)
        finished = [read_of(service.finish(CT)["id"]) for _ in range(JOBS)]
        findings = [compare_reads("finished", service, finished, fastapi.port, hello, ceiling)]
        service.suspend_workers()
        waiting = [read_of(service.submit(CT).json()["id"]) for _ in range(JOBS)]
        findings.append(compare_reads("waiting", service, waiting, fastapi.port, hello, ceiling))
        service.resume_workers()
    return findings


def read_of(job_id: str) -> bytes:
    """Write the request that reads a job."""
    return request("GET", f"/jobs/{job_id}")


def compare_reads(
    name: str, service: Service, reads: list[bytes], bare: int, hello: list[bytes], ceiling: Load
) -> Finding:
    """Read jobs and say hello in turns."""
    rounds = [
        (
            put_load(bare, hello, connections=CONNECTIONS, seconds=SECONDS),
            put_load(service.port, reads, connections=CONNECTIONS, seconds=SECONDS),
        )
        for _ in range(ROUNDS)
    ]
    assert all(set(theirs.statuses) | set(ours.statuses) == {"200"} for theirs, ours in rounds), rounds
    rates = [ours.per_second / theirs.per_second for theirs, ours in rounds]
    tails = [ours.p99_ms / theirs.p99_ms for theirs, ours in rounds]
    theirs, ours = (middle(side) for side in zip(*rounds, strict=True))
    return Finding(
        f"GET /jobs/{{id}}, {JOBS} {name} jobs, {CONNECTIONS} connections",
        f"{spread(rates)} of hello's rate, {ours.per_second:.0f}/s; {spread(tails, '.1f')} times its p99, "
        f"{ours.p99_ms:.1f} ms",
        f"FastAPI hello in the same run {theirs.per_second:.0f}/s, p99 {theirs.p99_ms:.1f} ms; bare ASGI "
        f"{ceiling.per_second:.0f}/s",
        COMMAND,
        (at_least(median(rates), 0.6, " of the rate"), at_most(median(tails), 3, " times the p99")),
    )


def middle(rounds: Sequence[Load]) -> Load:
    """Give the medians of several rounds."""
    rate, p50, p99 = (median(getattr(one, key) for one in rounds) for key in ("per_second", "p50_ms", "p99_ms"))
    return Load(rate, p50, p99, {})
