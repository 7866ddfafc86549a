"""The browser's session: what another site may not do, and where the key goes."""

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dashboard.session import COOKIE, BrowserSession, safe_address
from api.schemas.problem import RequestRefused

KEY = "key-of-tenant-a"
HOST = "http://testserver"


class Ring:
    """Keys with one in force."""

    def find(self, text: str) -> str | None:
        """Give the key."""
        return text if text == KEY else None


async def echo(request: Request) -> Response:
    """Answer with the key that arrived."""
    return JSONResponse({"key": request.headers.get("x-api-key")})


async def refused(request: Request, error: Exception) -> Response:
    """Answer a refusal with its code."""
    del request
    assert isinstance(error, RequestRefused)
    return JSONResponse({"code": error.code}, 403)


def browser(*, keys: Ring | None, **cookies: str) -> TestClient:
    """A browser in front of a service that echoes."""
    paths = ["/", "/jobs/1", "/dashboard/jobs/1", "/dashboard/sign-in", "/dashboard/static/page.js"]
    app = Starlette(routes=[Route(path, echo, methods=["GET", "POST", "DELETE"]) for path in paths])
    app.state.context = SimpleNamespace(keys=keys)
    app.add_middleware(BrowserSession, origins=("https://viewer.example",))
    # As in the service, the web boundary stands outside of the session.
    app.add_middleware(Boundary)
    return TestClient(app, cookies=cookies, follow_redirects=False)


class Boundary:
    """Answers refusals, as the web boundary does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        try:
            await self._app(scope, receive, send)
        except RequestRefused as error:
            await (await refused(Request(scope), error))(scope, receive, send)


def test_the_cookie_is_the_key_for_everything_behind() -> None:
    """A signed-in page calls the same API as a program."""
    answer = browser(keys=Ring(), **{COOKIE: KEY}).get("/jobs/1")
    assert answer.json() == {"key": KEY}


@pytest.mark.parametrize("cookies", [{}, {COOKIE: "revoked"}], ids=["without a key", "with a revoked key"])
def test_a_page_asks_to_sign_in(cookies: dict[str, str]) -> None:
    """The reader comes back to the page that was wanted."""
    answer = browser(keys=Ring(), **cookies).get("/dashboard/jobs/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/sign-in?next=/dashboard/jobs/1")


def test_without_configured_keys_nobody_signs_in() -> None:
    """An open service on one machine has no door."""
    assert browser(keys=None).get("/").status_code == 200


@pytest.mark.parametrize("path", ["/dashboard/sign-in", "/dashboard/static/page.js"])
def test_what_signing_in_needs_is_open(path: str) -> None:
    """The sign-in page and its stylesheet are for everybody."""
    assert browser(keys=Ring()).get(path).status_code == 200


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("keys", [None, Ring()], ids=["open", "with keys"])
def test_another_site_changes_nothing(keys: Ring | None, headers: dict[str, str]) -> None:
    """Neither with the reader's cookie nor on a service without keys."""
    answer = browser(keys=keys, **{COOKIE: KEY}).post("/jobs/1", headers={**headers, "X-Dashboard": "1"})
    assert (answer.status_code, answer.json()) == (403, {"code": "access.cross_site"})


def test_with_the_cookie_a_change_needs_the_header_of_our_pages() -> None:
    """A form of another site cannot set it, whatever the browser says of its origin."""
    client = browser(keys=Ring(), **{COOKIE: KEY})
    assert client.post("/jobs/1", headers={"Origin": HOST}).status_code == 403
    assert client.post("/jobs/1", headers={"Origin": HOST, "X-Dashboard": "1"}).status_code == 200


PROGRAMS = [{}, {"X-API-Key": KEY, "Origin": "https://elsewhere.example"}]


@pytest.mark.parametrize("headers", PROGRAMS, ids=["curl", "key"])
def test_programs_are_not_asked_where_they_come_from(headers: dict[str, str]) -> None:
    """Only browsers send cookies and origins by themselves."""
    assert browser(keys=None).post("/jobs/1", headers=headers).status_code == 200


def test_an_allowed_origin_may_call_an_open_service() -> None:
    """A viewer that the operator listed is no stranger."""
    answer = browser(keys=None).post("/jobs/1", headers={"Origin": "https://viewer.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("/dashboard/jobs/1", "/dashboard/jobs/1"),
        ("/", "/"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/dashboard//elsewhere.example", "/"),
        ("/dashboard/\\elsewhere", "/"),
        ("/jobs/1/result", "/"),
    ],
)
def test_signing_in_leads_to_pages_of_ours_only(address: str, safe: str) -> None:
    """No link with a foreign target behind our sign-in."""
    assert safe_address(address) == safe
