"""Pictures of a job's series, made by a worker when first asked for."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import Tenant
from api.dependencies import ApiContext, Context
from api.routes.jobs import UNKNOWN
from api.schemas.problem import ProblemDocument, RequestRefused
from shared.jobs.job import Job
from shared.jobs.outcomes import read_sources
from shared.jobs.renditions import RENDER, Rendition

router = APIRouter(prefix="/jobs", tags=["jobs"])

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
    job = await context.jobs.read(job_id, tenant)
    name = f"preview-{_choose(job, series, phase)}"
    rendition = await _await_rendition(context, job_id, tenant, name)
    with await asyncio.to_thread(context.storage.open, rendition.location) as stored:
        picture = await asyncio.to_thread(stored.read)
    headers = {"Cache-Control": "no-store"} | ({"Preview-Problem": rendition.code} if rendition.code else {})
    return Response(picture, 200, headers, media_type=rendition.media_type)


def _choose(job: Job, series: str | None, phase: int | None) -> int:
    """Find the frame that stands for what was asked; raises RequestRefused ``job.no_preview``."""
    sources = read_sources(job.previews)
    wanted = series or next((source.series_instance_uid for source in sources), None)
    for number, source in enumerate(sources):
        if source.series_instance_uid == wanted and source.phase_index == phase:
            return number
    detail = "There is no image to show for this series and phase; the job's result lists both."
    raise RequestRefused("job.no_preview", detail)


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
