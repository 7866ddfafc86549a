"""How routes answer with a job, at once or when it is done."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import orjson
from fastapi import Response

from api.dependencies import ApiContext
from api.schemas.jobs import entity_tag, job_document
from shared.jobs.job import Job, JobStatus

POLL_SECONDS = {JobStatus.QUEUED: 1, JobStatus.RUNNING: 1}
"""What ``Retry-After`` advises until a job is done."""


async def wait_until_done(context: ApiContext, job_id: str, tenant: str, wait: timedelta | None) -> Job:
    """Read a job, holding on for at most ``wait`` until it is done; woken by news, never by polling."""
    if wait is None:
        return await context.jobs.read(job_id, tenant)
    loop = asyncio.get_running_loop()
    ends = loop.time() + wait.total_seconds()
    with context.changes.watch(job_id) as changed:
        while True:
            changed.clear()
            job = await context.jobs.read(job_id, tenant)
            left = ends - loop.time()
            if job.status.is_terminal or left <= 0:
                return job
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return await context.jobs.read(job_id, tenant)


async def answer_job(
    context: ApiContext, job: Job, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a job and, once there is one, its result."""
    result = await context.jobs.read_result(job.id) if job.has_result else None
    sent = {"ETag": entity_tag(job), "Cache-Control": "no-store", **(headers or {})}
    if not job.status.is_terminal:
        sent["Retry-After"] = str(POLL_SECONDS[job.status])
    return Response(orjson.dumps(job_document(job, result)), status, sent, media_type="application/json")


def wait_headers(wait: timedelta | None) -> dict[str, str]:
    """Give the header that says which wait was granted (RFC 7240 section 3)."""
    return {} if wait is None else {"Preference-Applied": f"wait={wait.total_seconds():g}"}
