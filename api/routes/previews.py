"""Pictures of a job's series, made by a worker when first asked for."""

import asyncio
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Response
from msgspec import Struct

from api.auth import Tenant
from api.dependencies import Context
from api.routes.jobs import UNKNOWN
from api.routes.renditions import await_rendition
from api.schemas.problem import ProblemDocument, RequestRefused
from shared.jobs.job import Job
from shared.jobs.outcomes import read_sources

router = APIRouter(prefix="/jobs", tags=["jobs"])


class _Series(Struct):
    series_instance_uid: str


class _Study(Struct):
    series: tuple[_Series, ...]


class _Side(Struct):
    studies: tuple[_Study, ...] = ()


class _Result(_Side):
    baseline: _Side | None = None
    followup: _Side | None = None


_result_decoder = msgspec.json.Decoder(_Result)


@router.get(
    "/{job_id}/preview.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}, "description": "The picture, or a placeholder that says why there is none"},
        409: {"model": ProblemDocument, "description": "Still being made"},
        **UNKNOWN,
        410: {"model": ProblemDocument, "description": "Deleted, or its files are past their retention"},
    },
    summary="See a series",
    description="One frame of the middle slice, for orientation only. `series` is a Series Instance UID, by default "
    "the first series with images; `phase` is the index of a cardiac phase of that series; `side` is one of "
    "the two of a comparison. A picture that cannot be made is a placeholder, and the header `Preview-Problem` names "
    "the reason.",
)
async def read_preview(
    job_id: str,
    context: Context,
    tenant: Tenant,
    series: Annotated[str | None, Query(max_length=64)] = None,
    phase: Annotated[int | None, Query(ge=0, le=9999)] = None,
    side: Literal["baseline", "followup"] | None = None,
) -> Response:
    """Answer with the picture of a series."""
    job, result = await context.jobs.read_with_result(job_id, tenant)
    name = f"preview-{_choose(job, result, series, phase, side)}"
    rendition = await await_rendition(context, job_id, tenant, name)
    with await asyncio.to_thread(context.storage.open, rendition.location) as stored:
        picture = await asyncio.to_thread(stored.read)
    headers = {"Cache-Control": "no-store"} | ({"Preview-Problem": rendition.code} if rendition.code else {})
    return Response(picture, 200, headers, media_type=rendition.media_type)


def _choose(job: Job, result: bytes | None, series: str | None, phase: int | None, side: str | None) -> int:
    """Find the frame that stands for what was asked; raises RequestRefused ``job.no_preview``."""
    sources = read_sources(job.previews)
    numbers = [source.series_number for source in sources]
    if series is not None or side is not None:  # a big result is read where its series are asked for
        listed = enumerate(_list_series(result))
        chosen = {n for n, (of_side, uid) in listed if series in {None, uid} and side in {None, of_side}}
        numbers = [number for number in numbers if number in chosen]
    wanted = next(iter(numbers), None)
    for number, source in enumerate(sources):
        if source.series_number == wanted and source.phase_index == phase:
            return number
    detail = "There is no image to show for this series and phase; the job's result lists both."
    raise RequestRefused("job.no_preview", detail)


def _list_series(result: bytes | None) -> list[tuple[str | None, str]]:
    """List side and UID of all series of a result, in the order in which sources count them."""
    if result is None:
        return []
    read = _result_decoder.decode(result)
    sides = {None: read, "baseline": read.baseline, "followup": read.followup}
    return [
        (side, series.series_instance_uid)
        for side, tree in sides.items()
        if tree is not None
        for study in tree.studies
        for series in study.series
    ]
