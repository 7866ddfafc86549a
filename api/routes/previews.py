"""Pictures of a job's series, made by a worker when first asked for."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from msgspec import Struct

from api.auth import Tenant
from api.dependencies import ApiContext, Context
from api.routes.jobs import UNKNOWN
from api.schemas.problem import ProblemDocument, RequestRefused
from shared.jobs.job import Job
from shared.jobs.outcomes import read_sources
from shared.jobs.renditions import RENDER, Rendition

router = APIRouter(prefix="/jobs", tags=["jobs"])


class _Series(Struct):
    series_instance_uid: str


class _Study(Struct):
    series: tuple[_Series, ...]


class _Studies(Struct):
    studies: tuple[_Study, ...]


_studies_decoder = msgspec.json.Decoder(_Studies)

HELD_SECONDS = 15.0
"""How long a request is held while its picture is made."""


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
    "the first series with images; `phase` is the index of a cardiac phase of that series. A picture that cannot be "
    "made is a placeholder, and the header `Preview-Problem` names the reason.",
)
async def read_preview(
    job_id: str,
    context: Context,
    tenant: Tenant,
    series: Annotated[str | None, Query(max_length=64)] = None,
    phase: Annotated[int | None, Query(ge=0, le=9999)] = None,
) -> Response:
    """Answer with the picture of a series."""
    job, result = await context.jobs.read_with_result(job_id, tenant)
    name = f"preview-{_choose(job, result, series, phase)}"
    rendition = await _await_rendition(context, job_id, tenant, name)
    with await asyncio.to_thread(context.storage.open, rendition.location) as stored:
        picture = await asyncio.to_thread(stored.read)
    headers = {"Cache-Control": "no-store"} | ({"Preview-Problem": rendition.code} if rendition.code else {})
    return Response(picture, 200, headers, media_type=rendition.media_type)


def _choose(job: Job, result: bytes | None, series: str | None, phase: int | None) -> int:
    """Find the frame that stands for what was asked; raises RequestRefused ``job.no_preview``."""
    sources = read_sources(job.previews)
    wanted = sources[0].series_number if sources and series is None else _number_of(result, series)
    for number, source in enumerate(sources):
        if source.series_number == wanted and source.phase_index == phase:
            return number
    detail = "There is no image to show for this series and phase; the job's result lists both."
    raise RequestRefused("job.no_preview", detail)


def _number_of(result: bytes | None, series: str | None) -> int | None:
    """Find the place of a series among all series of a result."""
    studies = _studies_decoder.decode(result).studies if result is not None else ()
    uids = [one.series_instance_uid for study in studies for one in study.series]
    return uids.index(series) if series in uids else None


async def _await_rendition(context: ApiContext, job_id: str, tenant: str, name: str) -> Rendition:
    loop = asyncio.get_running_loop()
    ends = loop.time() + HELD_SECONDS
    with context.changes.watch(job_id) as changed:
        while True:
            changed.clear()
            rendition = await context.renditions.want(job_id, tenant, name)
            if rendition is not None:
                return rendition
            context.hints.send(RENDER)
            left = ends - loop.time()
            if left <= 0:
                detail = "The picture is still being made; ask again shortly."
                raise RequestRefused("job.preview_pending", detail, headers={"Retry-After": "2"})
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                continue
