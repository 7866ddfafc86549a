"""The pages' routes: they read what the API serves, let a view shape it, and change nothing themselves."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from msgspec import Struct

from api.auth import Caller, CurrentCaller
from api.dashboard.pages import PageFiles, PageRoute, answer_page, render
from api.dashboard.session import MAX_KEY_CHARACTERS, SIGN_IN, SIGN_OUT, close_session, open_session, safe_address
from api.dashboard.streams import Drawing, stream_drawings
from api.dashboard.views.deliveries import view_deliveries
from api.dashboard.views.job_list import announce, view_row
from api.dashboard.views.job_page import view_job
from api.dashboard.views.operations import ModelUse, OperationsPage, view_model_use, view_operations
from api.dashboard.views.results import read_result, read_rows
from api.dashboard.wording import KINDS, STATUS_WORDS, WITHHELD
from api.dependencies import ApiContext, Context
from api.keys.key import Scope
from api.routes.answers import show_result
from shared.jobs.job import Job, JobKind, JobStatus

router = APIRouter(route_class=PageRoute, include_in_schema=False)

JOBS_PER_PAGE = 25
"""Jobs in one page of the list."""

DELIVERIES_SHOWN = 20
"""Most messages shown on the page of a job."""

FAILURES_SHOWN = 50
"""Most failed jobs that the operations page looks at."""

OPERATIONS_SECONDS = 5.0
"""How often the operations page is drawn while somebody looks at it."""

LEDGER_SECONDS = 3.0
"""How often a job's page is drawn while messages about it are on their way: they send no news of themselves."""


class Session(Struct, frozen=True):
    """What a page must know of its reader: whether there is somebody to sign out, and what may be offered."""

    is_signed_in: bool
    may_submit: bool
    sees_identity: bool


class Choice(Struct, frozen=True):
    """How the list is narrowed and where it begins."""

    reference: str = ""
    status: JobStatus | None = None
    kind: JobKind | None = None
    cursor: str | None = None


def _session(context: ApiContext, caller: Caller) -> Session:
    return Session(context.keys is not None, Scope.SUBMIT in caller.scopes, caller.sees_identity)


Text = Annotated[str, Query(max_length=128)]


async def read_choice(
    reference: Text = "",
    status: Text = "",
    kind: Text = "",
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Choice:
    """Read the choice from the address; a state or kind that there is not narrows nothing."""
    return Choice(
        reference.strip(),
        JobStatus(status) if status in set(JobStatus) else None,
        JobKind(kind) if kind in set(JobKind) else None,
        cursor or None,
    )


Chosen = Annotated[Choice, Depends(read_choice)]


@router.get("/")
async def jobs_page(request: Request, context: Context, caller: CurrentCaller, choice: Chosen) -> Response:
    """Show the upload and the list of jobs."""
    return answer_page(
        "jobs.html",
        200,
        session=_session(context, caller),
        choice=choice,
        query=request.url.query,
        statuses=STATUS_WORDS,
        kinds=KINDS,
        max_files=context.settings.max_files,
        **await _list(context, caller, choice),
    )


@router.get("/dashboard/jobs/live")
async def jobs_live(context: Context, caller: CurrentCaller, choice: Chosen) -> StreamingResponse:
    """Stream the list as it changes."""
    session = _session(context, caller)

    async def draw() -> Drawing:
        shown = await _list(context, caller, choice)
        return Drawing(render("job_list.html", session=session, choice=choice, **shown))

    return stream_drawings(draw, context.changes.watch_all())


async def _list(context: ApiContext, caller: Caller, choice: Choice) -> dict[str, object]:
    page = await context.jobs.list(
        caller.tenant,
        status=choice.status,
        kind=choice.kind,
        reference=choice.reference or None,
        limit=JOBS_PER_PAGE,
        cursor=choice.cursor,
    )
    rows = [view_row(job) for job in page.jobs]
    return {"rows": rows, "next_cursor": page.next_cursor, "announcement": announce(rows)}


@router.get("/dashboard/jobs/{job_id}")
async def job_page(job_id: str, context: Context, caller: CurrentCaller) -> Response:
    """Show a job."""
    job = await context.jobs.read(job_id, caller.tenant)
    values = await _shown(context, caller, job)
    return answer_page("job.html", 200, session=_session(context, caller), **values)


@router.get("/dashboard/jobs/{job_id}/live")
async def job_live(job_id: str, context: Context, caller: CurrentCaller) -> StreamingResponse:
    """Stream a job's page as it changes."""
    await context.jobs.read(job_id, caller.tenant)
    session = _session(context, caller)

    async def draw() -> Drawing:
        job = await context.jobs.read(job_id, caller.tenant)
        values = await _shown(context, caller, job)
        return Drawing(render("job_body.html", session=session, **values), is_last=not values["is_live"])

    return stream_drawings(draw, context.changes.watch(job_id), look_again=LEDGER_SECONDS)


async def _shown(context: ApiContext, caller: Caller, job: Job) -> dict[str, object]:
    stored = await context.jobs.read_result(job.id) if job.has_result else None
    result = None if stored is None else read_result(await show_result(stored, caller))
    rows = {} if stored is None else read_rows(await context.jobs.read_instances(job.id), job.kind)
    ledger = await context.webhooks.list_deliveries(
        caller.tenant, job_id=job.id, status=None, limit=DELIVERIES_SHOWN, cursor=None
    )
    sent = await context.jobs.read_model_input(job.id) if job.has_model_input else None
    deliveries = view_deliveries(ledger.deliveries)
    return {
        "is_live": not job.status.is_terminal or any(not one.is_ended for one in deliveries),
        "page": view_job(job, result, rows, shows_pictures=caller.sees_identity),
        "deliveries": deliveries,
        "sent": None if sent is None else msgspec.json.decode(sent),
        "withheld_words": WITHHELD,
    }


@router.get("/dashboard/operations")
async def operations_page(context: Context, caller: CurrentCaller) -> Response:
    """Show how the service is."""
    page = await _operations(context, caller)
    return answer_page("operations.html", 200, session=_session(context, caller), page=page)


@router.get("/dashboard/operations/live")
async def operations_live(context: Context, caller: CurrentCaller) -> StreamingResponse:
    """Stream the operations page."""

    async def draw() -> Drawing:
        return Drawing(render("operations_body.html", page=await _operations(context, caller)))

    return stream_drawings(draw, context.changes.watch_all(), look_again=OPERATIONS_SECONDS)


async def _operations(context: ApiContext, caller: Caller) -> OperationsPage:
    failed = await context.jobs.list(caller.tenant, status=JobStatus.FAILED, limit=FAILURES_SHOWN)
    return view_operations(
        await context.jobs.read_load(caller.tenant),
        await context.webhooks.count_waiting(),
        await context.jobs.present_roles(),
        failed.jobs,
        datetime.now(UTC),
        await _model_use(context, caller),
    )


async def _model_use(context: ApiContext, caller: Caller) -> ModelUse | None:
    if Scope.ADMIN not in caller.scopes:
        return None
    settings = context.settings
    return view_model_use(
        await context.usage.read_days(1),
        budget_usd=settings.model_budget_usd_per_day,
        requests_per_minute=settings.model_requests_per_minute,
        is_allowed=settings.model_egress == "on",
    )


@router.get(SIGN_IN)
async def sign_in_page(
    context: Context, next_page: Annotated[str, Query(alias="next", max_length=256)] = "/"
) -> Response:
    """Ask for a key; where none are configured there is nothing to ask."""
    if context.keys is None:
        return RedirectResponse("/", 303)
    return answer_page("sign_in.html", 200, session=None, next_page=safe_address(next_page), refusal=None)


@router.post(SIGN_IN)
async def sign_in(
    request: Request,
    context: Context,
    key: Annotated[str, Form(max_length=MAX_KEY_CHARACTERS)] = "",
    next_page: Annotated[str, Form(alias="next", max_length=256)] = "/",
) -> Response:
    """Take a key and keep it in the browser's cookie."""
    if context.keys is None:
        return RedirectResponse("/", 303)
    found = context.keys.find(key.strip())
    if found is not None and Scope.READ in found.scopes:
        return open_session(request, key.strip(), next_page)
    refusal = "This key is not valid. Check it, or ask for a new one."
    if found is not None:
        refusal = "This key may send files but not read jobs. Ask for a key with the scope read."
    return answer_page("sign_in.html", 403, session=None, next_page=safe_address(next_page), refusal=refusal)


@router.post(SIGN_OUT)
async def sign_out() -> Response:
    """Forget the key."""
    return close_session()


def install_dashboard(app: FastAPI) -> None:
    """Serve the pages and their files."""
    app.mount("/dashboard/static", PageFiles(), name="dashboard_static")
    app.include_router(router)
