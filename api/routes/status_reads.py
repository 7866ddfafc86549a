"""The hot path: ``GET /jobs/{id}`` without options, answered before routing. The route itself says the same, slower.

Clients that poll ask for nothing else. Each read asks the store which state the job is in, together with all other
reads of the moment; an answer that was written for that state is sent again as it is.
"""

import asyncio
import re

from fastapi import Request
from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth import Caller
from api.dependencies import ApiContext
from api.routes.answers import answer_read
from api.schemas.jobs import glance_tag

_PATH = re.compile(r"/jobs/([0-9a-f]{32})")

KEPT_SECONDS = 30.0
"""How long an answer is kept; a result that was erased must not stay in memory either."""

KEPT_ANSWERS = 4096
"""Answers that are kept at a time; further ones are written anew."""

LARGEST_KEPT_BYTES = 16 * 1024
"""Larger answers are written anew each time; with the number above this bounds what is kept to 64 MB."""


_Key = tuple[str, str, bool]
"""Job, tenant, and whether the reader sees identity: what an answer depends on beside the job's state."""


class _Answer(Struct, frozen=True):
    """A written answer and the state of the job that it was written for."""

    tag: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class StatusReads:
    """Answers plain reads of a job; passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[_Key, _Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; raises ServiceError, which the web boundary answers."""
        job_id = _plain_read(scope)
        if job_id is None:
            await self._app(scope, receive, send)
            return
        context: ApiContext = scope["app"].state.context
        caller: Caller = scope["state"]["caller"]
        key = (job_id, caller.tenant, caller.sees_identity)
        tag = glance_tag(await context.jobs.glance(job_id, caller.tenant))
        kept = self._kept.get(key)
        known = _known_tag(scope)
        if kept is not None and kept.tag == tag and known != tag:
            await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
            await send({"type": "http.response.body", "body": kept.body})
            return
        job, result = await context.jobs.read_with_result(job_id, caller.tenant)
        answer = await answer_read(job, result, caller, known)
        if answer.status_code == 200 and len(answer.body) <= LARGEST_KEPT_BYTES:
            self._keep(key, _Answer(answer.headers["etag"], answer.raw_headers, bytes(answer.body)))
        await answer(scope, receive, send)

    def _keep(self, key: _Key, answer: _Answer) -> None:
        if key in self._kept or len(self._kept) < KEPT_ANSWERS:
            self._kept[key] = answer
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget, key, answer)

    def _forget(self, key: _Key, answer: _Answer) -> None:
        if self._kept.get(key) is answer:
            del self._kept[key]


def _known_tag(scope: Scope) -> str | None:
    return Request(scope).headers.get("if-none-match")


def _plain_read(scope: Scope) -> str | None:
    """Give the id of the job that is asked for without options."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    found = _PATH.fullmatch(scope["path"])
    if found is None or any(name == b"prefer" for name, _ in scope["headers"]):
        return None
    return found[1]
