"""The service as containers: size, idle memory, time to start, and what a second worker brings."""

import json
import time
from datetime import UTC, datetime

from benchmarks.measure import Finding, at_most
from tests.support.containers import Containers, has_engine
from tests.support.samples import CT
from tests.support.service import Service

FILES = 1000
"""Files of one job."""

JOBS = 6

SIGNS = {
    "api": "python3 -c \"import socket; socket.create_connection(('127.0.0.1', 8000))\" 2>/dev/null",
    **dict.fromkeys(("worker", "network-worker", "deliver-worker", "sweeper"), "python3 -m worker check"),
}
"""How a container is asked whether it is at work; the asking, a process of its own, is part of the time."""
COMMAND = "python -m benchmarks containers"


def measure(_: Service) -> list[Finding]:
    """Start a project of its own, the local stack idle beside it; nothing is measured where no engine answers."""
    if not has_engine():
        return []
    project = Containers()
    try:
        project.up("--build", "--scale", "worker=1")
        findings = [*_sizes(project), _idle_memory(project), _start_seconds(project)]
        one = _files_per_second(project)
        project.up("--scale", "worker=2", "--no-recreate")
        two = _files_per_second(project)
    finally:
        project.close()
    scaling = f"{one:.0f} and {two:.0f} files per second: {two / one:.2f} times"
    return [*findings, Finding("containers: throughput with 1 and 2 workers of one core", scaling, "2 cores", COMMAND)]


def _sizes(project: Containers) -> list[Finding]:
    images = ("dicom-analysis-api:0.1.0", "dicom-analysis-worker:0.1.0", "python:3.11-slim")
    sizes = {name: int(project.docker("image", "inspect", "--format", "{{.Size}}", name)) / 1e6 for name in images}
    base = sizes["python:3.11-slim"]
    return [
        Finding(f"image {name}", f"{sizes[name]:.0f} MB", f"its base image has {base:.0f} MB", COMMAND)
        for name in images[:2]
    ]


def _idle_memory(project: Containers) -> Finding:
    lines = project.docker("stats", "--no-stream", "--format", "json", *project.compose("ps", "--quiet").split())
    used = {
        one["Name"].removeprefix(f"{project.name}-"): one["MemUsage"] for one in map(json.loads, lines.splitlines())
    }
    figure = ", ".join(f"{name.removesuffix('-1')} {use.split(' /')[0]}" for name, use in sorted(used.items()))
    return Finding("containers: idle memory", figure, "limits are in docker-compose.yml", COMMAND)


def _start_seconds(project: Containers) -> Finding:
    """Start each process in a new container and time it from there to its first sign of work."""
    took = {}
    for service, sign in SIGNS.items():
        project.compose("up", "--detach", "--no-deps", "--force-recreate", service)
        [identifier] = project.identifiers(service)
        project.docker("exec", identifier, "sh", "-c", f"until {sign}; do sleep 0.05; done")
        began = datetime.fromisoformat(
            project.docker("inspect", "--format", "{{.State.StartedAt}}", identifier).strip()
        )
        took[service] = (datetime.now(UTC) - began).total_seconds()
    figure = ", ".join(f"{service} {seconds:.1f} s" for service, seconds in took.items())
    goals = (at_most(max(took.values()), 5, " s"),)
    return Finding("containers: start to first sign of work", figure, "-", COMMAND, goals)


def _files_per_second(project: Containers) -> float:
    """Let jobs wait for paused workers, so that what is timed is their work and not the sending."""
    content = CT.read_bytes()
    parts = [("file", (str(number), content)) for number in range(FILES)]
    project.compose("pause", "worker")
    jobs = [project.client.post("/dicom/analyze", files=parts).json()["links"]["self"] for _ in range(JOBS)]
    began = time.monotonic()
    project.compose("unpause", "worker")
    statuses = {project.status(path) for path in jobs}
    assert statuses == {"succeeded"}, statuses
    return JOBS * FILES / (time.monotonic() - began)
