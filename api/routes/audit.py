"""The audit trail of a tenant, page by page or as a whole."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.auth import Tenant
from api.dependencies import Context
from api.routes.jobs import Limit
from api.schemas.audit import AuditDocument
from shared.jobs.audit import export_lines

router = APIRouter(tags=["audit"])

LINES = "application/x-ndjson"
"""Media type of the whole trail, one JSON object a line."""

Cursor = Annotated[str | None, Query(pattern=r"^\d{1,16}(-\d{1,16})?$", description="next_cursor of the page before")]


@router.get(
    "/audit",
    responses={
        200: {
            "model": AuditDocument,
            "content": {LINES: {"schema": {"type": "string"}}},
            "description": "Entries, oldest first",
        }
    },
    summary="Read who did what to which job",
    description="Ids only: the key, the action, the job, the answer's status. With `Accept: application/x-ndjson` the "
    "answer is everything from the cursor on, one entry a line. A read is entered once per hour, key and job.",
)
async def read_audit(
    request: Request, context: Context, tenant: Tenant, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Answer with a page of the trail, or with all of it."""
    if LINES in request.headers.get("accept", ""):
        return StreamingResponse(export_lines(context.audit, tenant, cursor), media_type=LINES)
    page = await context.audit.read(tenant, cursor, limit)
    return Response(msgspec.json.encode(page), media_type="application/json")
