"""Status reads against a bare FastAPI hello, and submissions against an endpoint that only writes and fsyncs."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median

from api.cli.embedded_server import free_port
from benchmarks.load import Load, put_load
from benchmarks.measure import Finding
from tests.support.samples import CT
from tests.support.service import Service

CONNECTIONS = 32
SECONDS = 4.0
ROUNDS = 3
"""The two sides take turns; the ratio is the median of the rounds' ratios."""

JOBS = 200
"""Different finished jobs that are read in turn."""

FILE_BYTES = 530_000
"""A slice of a CT of 512 by 512 pixels."""

SENDERS = 8
COMMAND = "python -m benchmarks http"


def measure(service: Service) -> list[Finding]:
    """Measure reads of finished and of waiting jobs, then submissions."""
    with tempfile.TemporaryDirectory(prefix="bare-") as folder, bare_api(folder) as fastapi, bare_api("bare") as asgi:
        hello = [request("GET", "/")]
        ceiling = put_load(asgi, hello, connections=CONNECTIONS, seconds=SECONDS)
        finished = [read_of(service.finish(CT)["id"]) for _ in range(JOBS)]
        findings = [compare_reads("finished", service, finished, fastapi, hello, ceiling)]
        service.suspend_workers()
        waiting = [read_of(service.submit(CT).json()["id"]) for _ in range(JOBS)]
        findings.append(compare_reads("waiting", service, waiting, fastapi, hello, ceiling))
        service.resume_workers()
        findings.append(compare_submissions(service, fastapi))
    return findings


@contextmanager
def bare_api(folder: str) -> Iterator[int]:
    """Serve what is compared with; gives its port."""
    port = free_port("127.0.0.1")
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_api", str(port), folder])
    try:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """Write a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body:
        head += f"Content-Type: application/dicom\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


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
    rate = median(ours.per_second / theirs.per_second for theirs, ours in rounds)
    tail = median(ours.p99_ms / theirs.p99_ms for theirs, ours in rounds)
    theirs, ours = (
        Load(*(median(getattr(one, key) for one in side) for key in KEYS), {}) for side in zip(*rounds, strict=True)
    )
    return Finding(
        f"GET /jobs/{{id}}, {JOBS} {name} jobs, {CONNECTIONS} connections",
        f"{ours.per_second:.0f}/s = {rate:.2f} of hello, p99 {ours.p99_ms:.1f} ms = {tail:.1f} of its",
        f"FastAPI hello in the same run {theirs.per_second:.0f}/s, p99 {theirs.p99_ms:.1f} ms; bare ASGI "
        f"{ceiling.per_second:.0f}/s; goal: 0.60 of the rate, 3 times the p99",
        COMMAND,
    )


KEYS = ("per_second", "p50_ms", "p99_ms")


def compare_submissions(service: Service, bare: int) -> Finding:
    """Submit different files of 530 KB and have the bare endpoint write the same bytes, in turns."""
    content = CT.read_bytes()
    rounds = []
    for number in range(ROUNDS):
        bodies = [content + f"{number}-{place}".encode().ljust(FILE_BYTES - len(content), b"\0") for place in range(64)]
        theirs = put_load(
            bare, [request("POST", "/upload", body) for body in bodies], connections=SENDERS, seconds=SECONDS
        )
        ours = put_load(
            service.port,
            [request("POST", "/dicom/analyze", body) for body in bodies],
            connections=SENDERS,
            seconds=SECONDS,
        )
        assert set(ours.statuses) | set(theirs.statuses) == {"202"}, (ours, theirs)
        rounds.append((theirs, ours))
    share = median(ours.per_second / theirs.per_second for theirs, ours in rounds)
    theirs, ours = rounds[-1]
    return Finding(
        f"POST /dicom/analyze, {FILE_BYTES // 1000} KB, {SENDERS} senders, workers busy on the same cores",
        f"{ours.per_second:.0f}/s = {share:.2f} of the bare endpoint, p99 {ours.p99_ms:.0f} ms",
        f"FastAPI that only writes and fsyncs the same bytes {theirs.per_second:.0f}/s, p99 {theirs.p99_ms:.0f} ms",
        COMMAND,
    )
