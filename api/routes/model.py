"""The language model as a reader sees it: what was sent to it for a job, and what was used of it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from api.auth import Tenant
from api.dependencies import Context
from api.routes.jobs import UNKNOWN
from api.schemas.model import ModelInputDocument, UsageDocument
from api.schemas.problem import RequestRefused

router = APIRouter(tags=["model"])

MAX_DAYS = 40
"""Days of the account that are kept."""


@router.get(
    "/jobs/{job_id}/model-input",
    responses={200: {"model": ModelInputDocument}, **UNKNOWN},
    summary="Read exactly what was sent to the language model for a job",
    description="The bodies of the requests, the facts in them, and which values were withheld and why. "
    "404 where nothing was sent. What is shown is kept and erased with the job.",
)
async def read_model_input(job_id: str, context: Context, tenant: Tenant) -> Response:
    """Answer with what was sent."""
    job = await context.jobs.read(job_id, tenant)
    sent = await context.jobs.read_model_input(job.id) if job.has_model_input else None
    if sent is None:
        raise RequestRefused(
            "job.no_model_input",
            "Nothing was sent to the language model for this job; `summary_detail.reason` of its result says why.",
        )
    return Response(sent, headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get(
    "/usage",
    responses={200: {"model": UsageDocument}},
    summary="Read what was used of the language model",
    description="Calls, tokens, cost by the published list prices, and answers that needed no call, by UTC day.",
)
async def read_usage(
    context: Context, days: Annotated[int, Query(ge=1, le=MAX_DAYS, description="Days, today included")] = 7
) -> Response:
    """Answer with the account of the last days."""
    account = await context.usage.read_days(days)
    document = {"days": account, "budget_usd_per_day": context.settings.model_budget_usd_per_day}
    return Response(msgspec.json.encode(document), headers={"Cache-Control": "no-store"}, media_type="application/json")
