"""Following jobs."""

from fastapi import APIRouter, Request, Response

from api.auth import Tenant
from api.dependencies import Context
from api.routes.answers import POLL_SECONDS, answer_job, wait_headers, wait_until_done
from api.schemas.dicom import read_wait
from api.schemas.jobs import JobDocument, entity_tag, failure_document
from api.schemas.problem import ProblemDocument, RequestRefused

router = APIRouter(prefix="/jobs", tags=["jobs"])

UNKNOWN: dict[int | str, dict[str, object]] = {
    404: {"model": ProblemDocument, "description": "No such job"},
    410: {"model": ProblemDocument, "description": "Deleted, or past its retention"},
}


@router.get(
    "/{job_id}",
    responses={200: {"model": JobDocument}, 304: {"description": "Unchanged since the ETag sent"}, **UNKNOWN},
    summary="Read a job",
    description="With `Prefer: wait=N` the answer is held for up to N seconds until the job is done.",
)
async def read_job(job_id: str, request: Request, context: Context, tenant: Tenant) -> Response:
    """Answer with a job and its result."""
    wait = read_wait(request, context.settings.max_wait_seconds)
    job = await wait_until_done(context, job_id, tenant, wait)
    if request.headers.get("if-none-match") == entity_tag(job):
        return Response(status_code=304, headers={"ETag": entity_tag(job), **wait_headers(wait)})
    return await answer_job(context, job, headers=wait_headers(wait))


@router.get(
    "/{job_id}/result",
    responses={409: {"model": ProblemDocument, "description": "Not there yet, or the job has none"}, **UNKNOWN},
    summary="Read the result of a job",
    description="Readable as soon as the metadata is assembled; a summary may be added later.",
)
async def read_result(job_id: str, context: Context, tenant: Tenant) -> Response:
    """Answer with the bare result."""
    job = await context.jobs.read(job_id, tenant)
    result = await context.jobs.read_result(job.id) if job.has_result else None
    if result is not None:
        return Response(result, headers={"Cache-Control": "no-store"}, media_type="application/json")
    if job.error is not None:
        failure = failure_document(job.id, job.error)
        raise RequestRefused("job.failed", f"The job failed with {failure['code']} and has no result; read the job.")
    if job.status.is_terminal:
        raise RequestRefused("job.failed", f"The job was {job.status} before it had a result.")
    raise RequestRefused(
        "job.not_done",
        f"The job is {job.status}; its result is not there yet.",
        headers={"Retry-After": str(POLL_SECONDS[job.status])},
    )
