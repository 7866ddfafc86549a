"""How routes answer with a job, at once or when it is done."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import orjson
from fastapi import Response

from api.auth import Caller
from api.dependencies import ApiContext
from api.schemas.jobs import entity_tag, job_document
from shared.formats.withholding import withhold
from shared.jobs.job import Job, JobStatus

POLL_SECONDS = {JobStatus.QUEUED: 1, JobStatus.RUNNING: 1}
"""What ``Retry-After`` advises until a job is done."""

LARGE_RESULT_BYTES = 256 * 1024
"""From here on a result is rewritten beside the event loop."""


async def wait_until_done(
    context: ApiContext, job_id: str, tenant: str, wait: timedelta | None
) -> tuple[Job, bytes | None]:
    """Read a job and its result, holding on for at most ``wait`` until it is done; woken by news, never by polling."""
    if wait is None:
        return await context.jobs.read_with_result(job_id, tenant)
    loop = asyncio.get_running_loop()
    ends = loop.time() + wait.total_seconds()
    with context.changes.watch(job_id) as changed:
        while True:
            changed.clear()
            job, result = await context.jobs.read_with_result(job_id, tenant)
            left = ends - loop.time()
            if job.status.is_terminal or left <= 0:
                return job, result
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return await context.jobs.read_with_result(job_id, tenant)


async def show_result(result: bytes, caller: Caller) -> bytes:
    """Give a result as this caller may see it; as it is stored where nothing has to be withheld."""
    if caller.sees_identity:
        return result
    if len(result) < LARGE_RESULT_BYTES:
        return _withheld(result)
    return await asyncio.to_thread(_withheld, result)


def _withheld(result: bytes) -> bytes:
    return orjson.dumps(withhold(orjson.loads(result)))


async def answer_job(
    job: Job,
    result: bytes | None,
    caller: Caller,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a job and, once there is one, its result."""
    shown = None if result is None else await show_result(result, caller)
    sent = {"ETag": entity_tag(job), "Cache-Control": "no-store", **(headers or {})}
    if not job.status.is_terminal:
        sent["Retry-After"] = str(POLL_SECONDS[job.status])
    return Response(orjson.dumps(job_document(job, shown)), status, sent, media_type="application/json")


async def answer_read(
    job: Job, result: bytes | None, caller: Caller, known_tag: str | None, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer a read of a job, in short where the reader knows this state of it already."""
    if known_tag == entity_tag(job):
        return Response(status_code=304, headers={"ETag": known_tag, **(headers or {})})
    return await answer_job(job, result, caller, headers=headers)


def wait_headers(wait: timedelta | None) -> dict[str, str]:
    """Give the header that says which wait was granted (RFC 7240 section 3)."""
    return {} if wait is None else {"Preference-Applied": f"wait={wait.total_seconds():g}"}
