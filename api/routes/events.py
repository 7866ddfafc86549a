"""News of jobs: one job's server-sent events, and the tenant's ordered feed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
import orjson
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from api.auth import Tenant
from api.dependencies import ApiContext, Context
from api.routes.jobs import MAX_PAGE, UNKNOWN
from api.schemas.jobs import FeedDocument, job_document
from shared.errors import ServiceError

router = APIRouter(tags=["events"])

HEARTBEAT_SECONDS = 15.0
"""Time after which a comment is sent, so that no proxy takes the silence for death."""


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {}},
            "description": "Ends after a terminal state",
        },
        **UNKNOWN,
    },
    summary="Follow a job",
    description="Server-sent events named `job`; data is the job without its result, `id` counts its changes. "
    "A client that reconnects with Last-Event-ID is sent only what it has not seen.",
)
async def follow_job(
    job_id: str,
    context: Context,
    tenant: Tenant,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Stream a job's changes."""
    await context.jobs.read(job_id, tenant)  # unknown and gone are answers, not events
    seen = int(last_event_id) if last_event_id and last_event_id.isdigit() else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(context, job_id, tenant, seen), 200, headers, media_type="text/event-stream")


async def _stream(context: ApiContext, job_id: str, tenant: str, seen: int | None) -> AsyncIterator[bytes]:
    with context.changes.watch(job_id) as changed:
        while True:
            changed.clear()
            try:
                job = await context.jobs.read(job_id, tenant)
            except ServiceError:  # deleted meanwhile, or the store is away: the client reconnects and is told
                return
            if job.revision != seen:
                seen = job.revision
                yield b"event: job\nid: %d\ndata: %s\n\n" % (seen, orjson.dumps(job_document(job)))
            if job.status.is_terminal:
                return
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"


@router.get(
    "/events",
    responses={200: {"model": FeedDocument}},
    summary="Read all state changes in order",
    description="What a client that missed a webhook reads: everything after `since`, until `done`.",
)
async def read_feed(
    context: Context,
    tenant: Tenant,
    since: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
) -> Response:
    """Answer with a page of the tenant's feed."""
    feed = await context.jobs.read_feed(tenant, since, limit)
    return Response(msgspec.json.encode(feed), headers={"Cache-Control": "no-store"}, media_type="application/json")
