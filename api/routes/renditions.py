"""Waiting for what a worker makes of a job's files when somebody asks for it."""

import asyncio

from api.dependencies import ApiContext
from api.schemas.problem import RequestRefused
from shared.jobs.renditions import RENDER, Rendition

HELD_SECONDS = 15.0
"""How long a request is held while its rendition is made."""


async def await_rendition(context: ApiContext, job_id: str, tenant: str, name: str) -> Rendition:
    """Give a rendition, holding on while it is made; raises RequestRefused ``job.preview_pending``."""
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
                detail = "It is still being made; ask again shortly."
                raise RequestRefused("job.preview_pending", detail, headers={"Retry-After": "2"})
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                continue
