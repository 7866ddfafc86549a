"""From errors to problem documents. This is the web boundary: no exception leaves it with its text."""

import secrets
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api.protection import PROTECTION, take_request_id
from api.schemas.problem import PROBLEMS, RETRY_AFTER_SECONDS, FieldProblem, RequestRefused, problem
from shared.errors import ServiceError
from shared.observability import get_logger

_HTTP_CODES = {404: "request.not_found", 405: "request.method_not_allowed"}


def answer_problem(
    request: Request,
    code: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make the response of an error."""
    request_id = request.scope.get("state", {}).get("request_id")
    document = problem(code, detail, instance=request.url.path, request_id=request_id, errors=errors)
    status = PROBLEMS[code][0]
    sent = dict(headers or {})
    if status in RETRY_AFTER_SECONDS:
        sent.setdefault("Retry-After", str(RETRY_AFTER_SECONDS[status]))
    return JSONResponse(document, status, sent, media_type="application/problem+json")


def answer_service_error(request: Request, error: ServiceError) -> JSONResponse:
    """Make the response of an error that this service raised on purpose."""
    if isinstance(error, RequestRefused):
        return answer_problem(request, error.code, error.detail, errors=error.errors, headers=error.headers)
    if PROBLEMS[error.code][0] >= 500:
        get_logger().warning("request not served", code=error.code)
    return answer_problem(request, error.code, error.detail)


async def _service_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    return answer_service_error(request, error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(field=".".join(str(part) for part in entry["loc"][1:]), detail=_safe_message(entry))
        for entry in error.errors()
    ]
    detail = "The request has fields that cannot be used; `errors` names each."
    return answer_problem(request, "request.bad_field", detail, errors=fields)


def _safe_message(entry: Mapping[str, object]) -> str:
    """Give pydantic's rule without the input that broke it; its context may quote that input."""
    return f"Rule {entry['type']} is not met."


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _HTTP_CODES.get(error.status_code, "request.malformed")
    detail = {
        "request.not_found": "There is nothing at this path; /docs lists what there is.",
        "request.method_not_allowed": "This path does not take this method; the Allow header lists those it takes.",
        "request.malformed": "The request could not be understood.",
    }[code]
    return answer_problem(request, code, detail, headers=error.headers)


async def _gone_client(request: Request, error: Exception) -> JSONResponse:
    del error
    return answer_problem(request, "request.incomplete", "The request ended before its body was complete.")


class WebBoundary:
    """The one place of the api where every exception is caught: no server above it sees, and logs, its text.

    It also gives every request its id and every answer the headers that protect it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; an unexpected exception becomes a problem document with an incident number."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = take_request_id(scope["headers"])
        exchange = _Exchange(scope, receive, send)
        if scope["method"] == "HEAD" and not scope["path"].endswith("/events"):
            scope = {**scope, "method": "GET"}  # the server drops the body; a stream of events would never end
        with bound_contextvars(request_id=state["request_id"]):
            await self._serve(scope, exchange)

    async def _serve(self, scope: Scope, exchange: "_Exchange") -> None:
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except ServiceError as error:
            if not exchange.has_begun:
                await answer_service_error(Request(scope), error)(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - the web boundary
            incident = secrets.token_hex(8)
            get_logger().error("request failed unexpectedly", incident=incident, error=error)
            if not exchange.has_begun:
                detail = f"An internal error occurred; it is logged as incident {incident}. Report it with this number."
                answer = answer_problem(Request(scope), "internal.error", detail)
                await answer(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its answer, as the boundary watches them."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        self._request_id: str = scope["state"]["request_id"]
        self._path: str = scope["path"]
        self._owes_body = _has_body(scope)
        self.receive = self._watch_body if self._owes_body else receive
        self._receive = receive
        self.has_begun = False

    async def _watch_body(self) -> Message:
        message = await self._receive()
        self._owes_body = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = message["headers"] = list(message.get("headers", ()))
            headers.append((b"x-request-id", self._request_id.encode()))
            PROTECTION.add_to(headers, self._path)
            if self._owes_body:
                headers.append((b"connection", b"close"))  # the rest of the body is neither awaited nor read
        await self._send(message)


def _has_body(scope: Scope) -> bool:
    return any(
        (name == b"content-length" and value != b"0") or name == b"transfer-encoding"
        for name, value in scope["headers"]
    )


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone_client)
    app.add_middleware(WebBoundary)
