"""What a sender can do to a job: cancel it, run it again, erase it."""

import asyncio

from fastapi import APIRouter, Response

from api.auth import CurrentCaller, Tenant
from api.dependencies import Context
from api.routes.answers import answer_job
from api.routes.jobs import UNKNOWN
from api.schemas.jobs import JobDocument
from api.schemas.problem import ProblemDocument
from shared.jobs.job import Stage

router = APIRouter(prefix="/jobs/{job_id}", tags=["jobs"])

_CONFLICT: dict[int | str, dict[str, object]] = {
    202: {"model": JobDocument},
    409: {"model": ProblemDocument, "description": "The job's state does not allow it"},
    **UNKNOWN,
}


@router.post(
    "/cancel",
    status_code=202,
    responses=_CONFLICT,
    summary="Cancel a job",
    description="A queued or running job ends as canceled at once; a worker that is at it commits nothing.",
)
async def cancel(job_id: str, context: Context, caller: CurrentCaller) -> Response:
    """End a live job."""
    job = await context.jobs.cancel(job_id, caller.tenant)
    result = await context.jobs.read_result(job.id) if job.has_result else None
    return await answer_job(job, result, caller, status=202)


@router.post(
    "/retry",
    status_code=202,
    responses=_CONFLICT,
    summary="Run a failed job again",
    description="Starts from the stored files under the same id, while they are within their retention.",
)
async def retry(job_id: str, context: Context, caller: CurrentCaller) -> Response:
    """Run a failed job again."""
    job = await context.jobs.retry(job_id, caller.tenant)
    context.hints.send(Stage.EXTRACT)
    return await answer_job(job, None, caller, status=202)


@router.delete(
    "",
    status_code=204,
    responses=UNKNOWN,
    summary="Erase a job",
    description="Its files and results are erased before the answer; bytes that another job shares stay for that one.",
)
async def delete(job_id: str, context: Context, tenant: Tenant) -> Response:
    """Erase a job."""
    locations = await context.jobs.delete(job_id, tenant)
    await asyncio.to_thread(context.storage.erase, locations)
    await context.jobs.forget(locations)
    return Response(status_code=204)
