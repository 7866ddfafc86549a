"""Health: is the process alive, and can it serve?"""

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.dependencies import ApiContext, Context
from shared.errors import TransientError

router = APIRouter(prefix="/health", tags=["health"])

REQUIRED_ROLES = ("extract", "network", "sweeper")
"""Processes without which an accepted job would not be finished."""


class HealthDocument(BaseModel):
    """Whether the service can serve, and what each check says."""

    status: str = Field(examples=["ok"])
    checks: dict[str, str]


@router.get("/live", summary="Tell whether the process answers", description="Checks nothing else.")
async def live() -> dict[str, str]:
    """Answer that the process is alive."""
    return {"status": "ok"}


@router.get(
    "/ready",
    responses={
        200: {"model": HealthDocument},
        503: {
            "model": HealthDocument,
            "description": "Something needed is not there; `checks` names it",
            "x-own-shape": True,
        },
    },
    summary="Tell whether jobs can be accepted and finished",
    description="Checks the job store, the storage and that each kind of worker has signed in lately.",
)
@router.get("", include_in_schema=False)
async def ready(context: Context) -> Response:
    """Answer what is there and what is not."""
    checks = {
        "redis": await _check_store(context),
        "storage": await _check_storage(context),
        "workers": await _check_workers(context),
    }
    is_ready = all(answer == "ok" for answer in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return JSONResponse(body, 200 if is_ready else 503, {"Cache-Control": "no-store"})


async def _check_store(context: ApiContext) -> str:
    try:
        await context.jobs.ping()
    except TransientError as error:
        return error.code
    return "ok"


async def _check_storage(context: ApiContext) -> str:
    try:
        await asyncio.to_thread(context.storage.check)
    except TransientError as error:
        return error.code
    return "ok"


async def _check_workers(context: ApiContext) -> str:
    try:
        present = await context.jobs.present_roles()
    except TransientError as error:
        return error.code
    missing = [role for role in REQUIRED_ROLES if not present.get(role)]
    return f"missing: {', '.join(missing)}" if missing else "ok"
