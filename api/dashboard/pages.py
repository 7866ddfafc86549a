"""Pages: the templates, the headers that go with each, and errors as pages."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.dashboard.wording import cause_of, count
from api.schemas.jobs import rfc3339
from api.schemas.problem import PROBLEMS
from shared.errors import ServiceError

_HERE = Path(__file__).parent

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every page: our own files, nothing inline, nobody's frame."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""Headers of every page."""


def show_moment(moment: datetime | None) -> str:
    """Write an instant for people; a script on the page turns it into the reader's own time."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%-d %b %Y, %H:%M UTC")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = show_moment
    environment.globals["count"] = count
    environment.filters["rfc3339"] = rfc3339
    return environment


def render(template: str, **values: object) -> str:
    """Fill a template; everything that is not our own markup is escaped."""
    return _environment().get_template(template).render(values)


def answer_page(template: str, status: int, /, **values: object) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(render(template, **values), status, HEADERS)


class PageRoute(APIRoute):
    """A route whose errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # Any: FastAPI's signature
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ServiceError as error:
                status, title = PROBLEMS[error.code]
                return answer_page(
                    "problem.html",
                    status,
                    title=title,
                    detail=cause_of(error.code, error.detail),
                    code=error.code,
                    session=None,
                )

        return answer


class PageFiles(StaticFiles):
    """Stylesheet, scripts and icon: kept by the browser, asked for anew whether they changed."""

    def __init__(self) -> None:
        super().__init__(directory=_HERE / "static")

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
