"""The server's protocol with the bounds that uvicorn leaves open: size and time of a request's head, connections.

What is refused here never became a request, so the answer is written by hand: a problem document all the same.
"""

import asyncio
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.schemas.problem import PROBLEMS, RETRY_AFTER_SECONDS, problem

HEAD_SECONDS = 20.0
"""Time within which the head of a request must be there, and a new connection must begin one."""

HARD_FACTOR = 2
"""Times the most connections from which on a new one is closed without a word."""

_REASONS = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Busy"}
_DETAILS = {
    "request.malformed": "The request is not HTTP; check the request line, the headers and the chunk sizes.",
    "request.head_too_large": "The request line and headers are larger than MAX_HEADER_BYTES; send less in them.",
    "request.head_too_slow": "The request line and headers did not come in time; send the request again.",
    "service.busy": "Too many connections are open; try again later.",
}


def refusal_document(code: str) -> bytes:
    """Give the problem document of what never became a request."""
    return orjson.dumps(problem(code, _DETAILS[code]))


def _raw_refusal(code: str) -> bytes:
    status, body = PROBLEMS[code][0], refusal_document(code)
    lines = [
        f"HTTP/1.1 {status} {_REASONS[status]}",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    if status in RETRY_AFTER_SECONDS:
        lines.append(f"Retry-After: {RETRY_AFTER_SECONDS[status]}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Busy:
    """Answers 503 in the application's place; whether the service works may always be asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request."""
        if scope["path"].startswith("/health"):
            await self._app(scope, receive, send)
            return
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"retry-after", str(RETRY_AFTER_SECONDS[503]).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": refusal_document("service.busy")})


class _HeadRefused(Exception):
    """Ends the parsing of a head that is too large."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools with bounds; ``bounded_protocol`` sets them."""

    most_connections = 2048
    most_head_bytes = 32_768
    head_seconds = HEAD_SECONDS

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # Any: uvicorn's signature
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._usual: Any = self.app  # Any: uvicorn types the same callable by other names than Starlette
        self._busy: Any = _Busy(self._usual)
        self._head_bytes = 0
        self._head_began: float | None = None
        self._code = "request.malformed"
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself
        """Take a connection, unless there are far too many."""
        super().connection_made(transport)
        if len(self.connections) > HARD_FACTOR * self.most_connections:
            transport.abort()
            return
        self._head_began = self.loop.time()
        self._timer = self.loop.call_later(self.head_seconds, self._look_at_head)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timers; uvicorn keeps its own, and with it the whole request, where the sender has reset."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse what came; a head that does not end is refused."""
        self._head_bytes = self._head_bytes + len(data) if self._head_began is not None else len(data)
        super().data_received(data)
        if self._head_began is not None and self._head_bytes > self.most_head_bytes:
            self._refuse("request.head_too_large")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        if self._head_began is None:
            self._head_began = self.loop.time()

    def on_headers_complete(self) -> None:
        """End a head; raises where it is too large, which uvicorn answers through ``send_400_response``."""
        self._head_began = None
        if self._head_bytes > self.most_head_bytes:  # else the head, a part of what came, cannot be too large either
            size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            if size > self.most_head_bytes:
                self._code = "request.head_too_large"
                raise _HeadRefused
        self.app = self._busy if len(self.connections) > self.most_connections else self._usual
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        del msg
        self._refuse(self._code)

    def _refuse(self, code: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(_raw_refusal(code))
            self.transport.close()

    def _look_at_head(self) -> None:
        began = self._head_began
        waited = 0.0 if began is None else self.loop.time() - began
        if waited >= self.head_seconds:
            self._refuse("request.head_too_slow")
            return
        self._timer = self.loop.call_later(self.head_seconds - waited, self._look_at_head)


def bounded_protocol(most_connections: int, most_head_bytes: int) -> type[BoundedProtocol]:
    """Give the protocol with these bounds."""
    bounds = {"most_connections": most_connections, "most_head_bytes": most_head_bytes}
    return type("ConfiguredProtocol", (BoundedProtocol,), bounds)
