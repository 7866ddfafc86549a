"""Idle latency: one small CT after another, from the first byte sent to the finished job in hand."""

import time

from benchmarks.measure import Finding, percentile
from tests.support.samples import CT
from tests.support.service import Service

JOBS = 200
WARM_UP = 20


def measure(service: Service) -> list[Finding]:
    """Submit 200 jobs one by one with ``Prefer: wait``."""
    content = CT.read_bytes()
    headers = {"Content-Type": "application/dicom", "Prefer": "wait=20"}
    times = []
    for _ in range(WARM_UP + JOBS):
        began = time.perf_counter()
        job = service.client.post("/dicom/analyze", content=content, headers=headers).json()
        times.append((time.perf_counter() - began) * 1000)
        assert job["status"] == "succeeded", job
    times = times[WARM_UP:]
    figure = f"p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"
    compared = "Celery alone takes 2.2 to 2.9 ms from publish to start (prefork, idle)"
    return [Finding(f"idle submit-to-result, {JOBS} jobs", figure, compared, "python -m benchmarks latency")]
