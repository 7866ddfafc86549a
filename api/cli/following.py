"""Following a job by its server-sent events until it is done, over as many connections as that takes."""

import time
from collections.abc import Iterator

import httpx2
import orjson

from api.cli.command import CommandFailed, Exit
from api.cli.progress import Progress
from api.cli.server import Document, Server, refusal

SILENCE_SECONDS = 45.0
"""The service sends a sign of life every 15 s; after three missed ones the connection counts as broken."""

RECONNECT_SECONDS = 1.0


def follow(server: Server, job_id: str) -> Iterator[Document]:
    """Give the job each time it changes; the last one given is done.

    Raises
    ------
    CommandFailed
        REFUSED where there is no such job, UNREACHABLE where the service stays away for as long as one is patient.
    """
    seen: str | None = None
    patience = server.address.patience.total_seconds()
    ends = time.monotonic() + patience
    while True:
        try:
            for number, job in _events(server, job_id, seen):
                seen = number
                ends = time.monotonic() + patience
                yield job
                if job["done"]:
                    return
        except httpx2.TransportError:
            pass  # the events go on after the last one seen
        if time.monotonic() > ends:
            raise CommandFailed(Exit.UNREACHABLE, f"lost sight of job {job_id}; it goes on without us")
        time.sleep(RECONNECT_SECONDS)


def _events(server: Server, job_id: str, seen: str | None) -> Iterator[tuple[str, Document]]:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": seen} if seen else {})
    timeout = httpx2.Timeout(SILENCE_SECONDS, connect=10)
    with server.client.stream("GET", f"/jobs/{job_id}/events", headers=headers, timeout=timeout) as response:
        if response.status_code >= 500:
            return
        if not response.is_success:
            response.read()
            raise refusal(response)
        number = ""
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = value
            elif name == "data":
                yield number, orjson.loads(value)


def follow_to_end(server: Server, job_id: str, progress: Progress) -> Document:
    """Follow a job, show how far it is, and give it with its result once it is done."""
    for job in follow(server, job_id):
        progress.show(describe_stages(job), share_done(job), important=job["done"])
    progress.clear()
    return server.read(f"/jobs/{job_id}")


def describe_stages(job: Document) -> str:
    """Say in one line how far a job is."""
    parts = []
    for name, stage in job["stages"].items():
        text = f"{name} {stage['status']}"
        if stage["status"] == "running" and "total" in stage:
            text += f" {stage['completed']}/{stage['total']}"
        elif "queue_position" in stage:
            text += f" (place {stage['queue_position']})"
        elif "reason" in stage:
            text += f" ({stage['reason']})"
        parts.append(text)
    return f"{job['status']}: {', '.join(parts)}" if parts else str(job["status"])


def share_done(job: Document) -> float | None:
    """Give the share of files that are read; None where that is not what is going on."""
    extract = job["stages"].get("extract", {})
    return extract["completed"] / extract["total"] if extract.get("total") else None


def exit_of(job: Document) -> Exit:
    """Say how a command ends that waited for this job."""
    return Exit.OK if job["status"] == "succeeded" else Exit.FAILED
