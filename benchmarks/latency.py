"""From the first byte sent to the finished job in hand, idle and under load, beside Celery's own publish-to-start."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.bare_celery import measure_starts
from benchmarks.load import Load, put_load, request
from benchmarks.measure import Finding, at_most, memory_folder, percentile, spread
from benchmarks.peers import celery_worker
from tests.support.samples import CT
from tests.support.service import Service
from tests.support.valkey import TestServer

COMMAND = "python -m benchmarks latency"
ROUNDS = 5
SECONDS = 3.0
CLIENTS = 8
TASKS = 150
"""Tasks of one round, of all senders together."""


def measure(service: Service) -> list[Finding]:
    """Send small CTs with ``Prefer: wait`` and Celery's tasks in turns: with the uploads in memory, and on the disk."""
    server = TestServer()
    try:
        with celery_worker(server.url), memory_folder() as folder:
            _celery_starts(server.url, 1)  # the first start of all is that of the worker
            in_memory = Service(STORAGE_URL=f"file://{folder}")
            try:
                in_memory.await_ready()
                return [
                    *(_compare(in_memory, server.url, clients, "uploads in memory") for clients in (1, CLIENTS)),
                    _compare(service, server.url, 1, f"uploads fsynced to {Path(tempfile.gettempdir())}"),
                ]
            finally:
                in_memory.close()
    finally:
        server.close()


def _compare(service: Service, broker: str, clients: int, where: str) -> Finding:
    rounds = [(_celery_starts(broker, clients), _submissions(service, clients)) for _ in range(ROUNDS)]
    halves = [ours.p50_ms / percentile(theirs, 0.5) for theirs, ours in rounds]
    tails = [ours.p99_ms / percentile(theirs, 0.5) for theirs, ours in rounds]
    p50, p99 = (median(getattr(ours, name) for _, ours in rounds) for name in ("p50_ms", "p99_ms"))
    starts = [one for theirs, _ in rounds for one in theirs]
    name = "idle submit-to-result, one client" if clients == 1 else f"submit-to-result under load, {clients} clients"
    return Finding(
        f"{name}, {where}",
        f"p50 {p50:.1f} ms = {spread(halves, '.1f')} of Celery's p50; p99 {p99:.1f} ms = {spread(tails, '.1f')} of it",
        f"bare Celery from publish to start, as many senders, same run: p50 {percentile(starts, 0.5):.1f} ms, "
        f"p99 {percentile(starts, 0.99):.1f} ms",
        COMMAND,
        (at_most(median(halves), 5, " times at p50"), at_most(median(tails), 10, " times at p99")),
    )


def _submissions(service: Service, clients: int) -> Load:
    requests = [request("POST", "/dicom/analyze", CT.read_bytes(), more="Prefer: wait=20\r\n")]
    load = put_load(service.port, requests, connections=clients, seconds=SECONDS, stamped=True)
    assert set(load.statuses) == {"200"}, load
    return load


def _celery_starts(broker: str, senders: int) -> list[float]:
    """Give milliseconds from publishing to start."""
    with ThreadPoolExecutor(senders) as pool:
        tasks = TASKS // senders
        times = pool.map(lambda number: measure_starts(broker, str(number), tasks), range(senders))
        return [one * 1000 for sender in times for one in sender]
