"""The result of a job in the format that its reader prefers."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.auth import CurrentCaller
from api.dependencies import Context
from api.routes.answers import POLL_SECONDS, show_result
from api.routes.jobs import UNKNOWN
from api.schemas.jobs import ResultDocument, failure_document, formats_of
from api.schemas.negotiation import choose_media_type
from api.schemas.problem import ProblemDocument, RequestRefused
from shared.formats import FORMATS, Format, FormatName
from shared.jobs.job import Job
from shared.jobs.parameters import SIDES

router = APIRouter(prefix="/jobs", tags=["jobs"])

_SCHEMA_TYPES = {FormatName.CSV: "string", FormatName.FHIR: "object"}

_CONTENT: dict[str, dict[str, object]] = {
    # JSON first and described by its model: generated clients take the first.
    one.media_type: {} if one.name is FormatName.JSON else {"schema": {"type": _SCHEMA_TYPES[one.name]}}
    for one in FORMATS.values()
}

_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": ResultDocument, "content": _CONTENT, "description": "The result; the job's links name its formats"},
    406: {"model": ProblemDocument, "description": "No format that the client accepts; `detail` lists what there is"},
    409: {"model": ProblemDocument, "description": "Not there yet, or the job has none"},
    **UNKNOWN,
}


@router.get(
    "/{job_id}/result",
    response_class=Response,
    responses=_ANSWERS,
    summary="Read the result of a job",
    description="Readable as soon as the metadata is assembled; a summary may be added later. In the format that "
    "`Accept` prefers, or that `format` names whatever `Accept` says: "
    + "; ".join(f"`{one.media_type}` ({one.name}): {one.description}" for one in FORMATS.values())
    + ". Without a preference it is JSON, and FHIR for jobs of `/dicom/fhir`. In JSON, lists of more than 64 instances "
    "are left out unless `instances=true`; the other formats are always whole.",
)
async def read_result(
    job_id: str,
    request: Request,
    context: Context,
    caller: CurrentCaller,
    *,
    instances: bool = False,
    asked: Annotated[FormatName | None, Query(alias="format", description="Wins over Accept")] = None,
) -> Response:
    """Answer with the bare result."""
    job, result = await context.jobs.read_with_result(job_id, caller.tenant)
    chosen = _choose(formats_of(job.kind), request, asked)
    if result is None:
        raise _no_result(job)
    result = await show_result(result, caller)
    is_whole = instances or chosen.name is not FormatName.JSON
    lists = await context.jobs.read_instances(job.id) if is_whole else b"{}"
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{job.id}.{chosen.ending}"',
    }
    if chosen.name is FormatName.JSON:
        content = with_instances(result, lists) if instances else result
        return Response(content, 200, headers, media_type=chosen.stated_type)
    pieces = chosen.write(result, lists)
    first = await asyncio.to_thread(next, pieces)  # what can fail fails before the status is sent
    return StreamingResponse(_chain(first, pieces), 200, headers, media_type=chosen.stated_type)


def _chain(first: bytes, further: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from further


def _choose(offered: Sequence[Format], request: Request, asked: FormatName | None) -> Format:
    """Choose among a job's formats, the first being its own."""
    if asked is not None:
        chosen = next((one for one in offered if one.name is asked), None)
    else:
        accept = ",".join(request.headers.getlist("accept"))
        media_type = choose_media_type(accept, [one.media_type for one in offered])
        chosen = next((one for one in offered if one.media_type == media_type), None)
    if chosen is None:
        listed = ", ".join(f"{one.media_type} (?format={one.name})" for one in offered)
        detail = f"The result of this job can be had as {listed}; send one of them in Accept, or none."
        raise RequestRefused("result.not_acceptable", detail, headers={"Vary": "Accept"})
    return chosen


def with_instances(result: bytes, instances: bytes) -> bytes:
    """Put the lists that a result leaves out into their places; those of a comparison stand by side."""
    lists = orjson.loads(instances)
    document = orjson.loads(result)
    if "studies" in document:
        _place_lists(document, lists)
    else:
        for side in SIDES:
            _place_lists(document[side], lists.get(side, {}))
    return orjson.dumps(document)


def _place_lists(tree: dict[str, Any], lists: dict[str, object]) -> None:  # Any: JSON of the result's own shape
    for study in tree["studies"]:
        for series in study["series"]:
            if series["series_instance_uid"] in lists:
                series["instances"] = lists[series["series_instance_uid"]]


def _no_result(job: Job) -> RequestRefused:
    if job.error is not None:
        code = failure_document(job.id, job.error)["code"]
        return RequestRefused("job.failed", f"The job failed with {code} and has no result; read the job.")
    if job.status.is_terminal:
        return RequestRefused("job.failed", f"The job was {job.status} before it had a result.")
    detail = f"The job is {job.status}; its result is not there yet."
    return RequestRefused("job.not_done", detail, headers={"Retry-After": str(POLL_SECONDS[job.status])})
