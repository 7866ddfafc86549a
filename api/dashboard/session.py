"""A browser's session: the API key in a cookie that no script and no other site can use.

The cookie holds the key itself, so that a session ends at once where the key is revoked, and needs no store. For the
gate behind, a request with the cookie is a request with the key. Because browsers send cookies by themselves, and
because a deployment without keys trusts whoever reaches it, requests that change something are checked for where they
come from (Fetch Metadata, then Origin); with the cookie they also need a header that no other site can set.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import ApiContext
from api.schemas.problem import RequestRefused

COOKIE = "dashboard_key"
"""Holds the API key of a signed-in browser."""

PROOF_HEADER = "x-dashboard"
"""A header that scripts of our pages set; another site cannot without asking us first, which we refuse."""

SIGN_IN = "/dashboard/sign-in"
SIGN_OUT = "/dashboard/sign-out"

_FORMS = {SIGN_IN, SIGN_OUT}
"""Plain forms: their origin is checked, a header they cannot set."""

_OPEN = (SIGN_IN, "/dashboard/static/")
_READING = {"GET", "HEAD", "OPTIONS"}
MAX_KEY_CHARACTERS = 256


class BrowserSession:
    """Turns the cookie into the key, refuses what other sites send, and asks for signing in before a page."""

    def __init__(self, app: ASGIApp, *, origins: tuple[str, ...] = ()) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; raises RequestRefused ``access.cross_site``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "authorization" not in headers and "x-api-key" not in headers:
            key = _cookie_key(headers)
            if scope["method"] not in _READING:
                self._require_own_page(scope["path"], headers, has_cookie=key is not None)
            context: ApiContext = scope["app"].state.context
            if context.keys is not None:
                is_known = key is not None and context.keys.find(key) is not None
                if not is_known and _is_page(scope):
                    await RedirectResponse(_sign_in_address(scope["path"]), 303)(scope, receive, send)
                    return
                if key is not None and not scope["path"].startswith(_OPEN):
                    scope = {**scope, "headers": [*scope["headers"], (b"x-api-key", key.encode())]}
        await self._app(scope, receive, send)

    def _require_own_page(self, path: str, headers: Headers, *, has_cookie: bool) -> None:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin is not None and origin in self._origins and not has_cookie:
            return
        is_foreign = site not in {None, "same-origin", "none"}
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            is_foreign = True
        lacks_proof = has_cookie and path not in _FORMS and PROOF_HEADER not in headers
        if is_foreign or lacks_proof:
            detail = "A page of another site sent this request; open the dashboard itself, or send a key in a header."
            raise RequestRefused("access.cross_site", detail)


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    is_ours = path == "/" or (path.startswith("/dashboard/") and not path.startswith(_OPEN))
    return is_ours and path != SIGN_OUT


def _sign_in_address(path: str) -> str:
    return SIGN_IN if path == "/" else f"{SIGN_IN}?next={quote(path)}"


def _cookie_key(headers: Headers) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    if morsel is None or not morsel.value.isascii() or len(morsel.value) > MAX_KEY_CHARACTERS:
        return None
    return morsel.value or None


def open_session(request: Request, key: str, address: str) -> RedirectResponse:
    """Answer a sign-in: the cookie, and on to an address of our own."""
    answer = RedirectResponse(safe_address(address), 303)
    is_secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=is_secure, path="/")
    return answer


def close_session() -> RedirectResponse:
    """Answer a sign-out."""
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def safe_address(address: str) -> str:
    """Give an address only where it is a page of the dashboard, else its start."""
    is_ours = address.startswith("/dashboard/") and "//" not in address and "\\" not in address
    return address if is_ours and address.isprintable() else "/"
