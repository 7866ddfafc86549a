"""Reading jobs and their files, and looking over many of them."""

from typing import Annotated

import msgspec
import orjson
from fastapi import APIRouter, Query, Request, Response

from api.auth import CurrentCaller, Tenant
from api.dependencies import Context
from api.routes.answers import answer_read, wait_headers, wait_until_done
from api.schemas.dicom import read_wait
from api.schemas.jobs import FilesDocument, JobDocument, JobsDocument, job_document
from api.schemas.problem import ProblemDocument
from shared.jobs.job import JobKind, JobStatus

router = APIRouter(prefix="/jobs", tags=["jobs"])

MAX_PAGE = 500
"""Most jobs or files in one page."""

UNKNOWN: dict[int | str, dict[str, object]] = {
    404: {"model": ProblemDocument, "description": "No such job"},
    410: {"model": ProblemDocument, "description": "Deleted, or past its retention"},
}

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Most entries of this page")]
Cursor = Annotated[str | None, Query(max_length=64, description="next_cursor of the page before")]


@router.get(
    "",
    responses={200: {"model": JobsDocument}},
    summary="List jobs, newest first",
    description="Filters combine; a page may be short where few jobs match. Results are left out.",
)
async def list_jobs(
    context: Context,
    tenant: Tenant,
    status: JobStatus | None = None,
    kind: JobKind | None = None,
    client_reference: Annotated[str | None, Query(max_length=128)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Answer with a page of jobs."""
    page = await context.jobs.list(
        tenant, status=status, kind=kind, reference=client_reference, limit=limit, cursor=cursor
    )
    return _json({"jobs": [job_document(job) for job in page.jobs], "next_cursor": page.next_cursor})


@router.get(
    "/{job_id}",
    responses={200: {"model": JobDocument}, 304: {"description": "Unchanged since the ETag sent"}, **UNKNOWN},
    summary="Read a job",
    description="With `Prefer: wait=N` the answer is held for up to N seconds until the job is done.",
)
async def read_job(job_id: str, request: Request, context: Context, caller: CurrentCaller) -> Response:
    """Answer with a job and its result."""
    wait = read_wait(request, context.settings.max_wait_seconds)
    job, result = await wait_until_done(context, job_id, caller.tenant, wait)
    return await answer_read(job, result, caller, request.headers.get("if-none-match"), wait_headers(wait))


@router.get(
    "/{job_id}/files",
    responses={200: {"model": FilesDocument}, **UNKNOWN},
    summary="Page through the files of a job",
    description="Every received file in the upload's order with what became of it; names are never kept. "
    "Members of an archive stand in its place once it was listed; until then it counts as one file.",
)
async def read_files(
    job_id: str,
    context: Context,
    tenant: Tenant,
    limit: Limit = 100,
    cursor: Annotated[int, Query(ge=0, le=2**53, description="next_cursor of the page before")] = 0,
) -> Response:
    """Answer with a page of files."""
    job = await context.jobs.read(job_id, tenant)
    files = await context.jobs.read_files(job, cursor, limit + 1)
    following = str(cursor + limit) if len(files) > limit else None
    return _json({"files": [_file_document(file) for file in files[:limit]], "next_cursor": following})


def _file_document(file: object) -> orjson.Fragment:
    return orjson.Fragment(msgspec.json.encode(file))


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), headers={"Cache-Control": "no-store"}, media_type="application/json")
