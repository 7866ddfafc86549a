"""Entering requests into the audit trail: who did what when to which job, ids only.

An entry is written before the answer is sent, so that nothing happens without one; only the answer that the service is
unavailable goes first, since the trail is kept by the store that may be away. What only the answer knows, such as a new
job's id, is taken from it. A route may have its entry made in the very step that it is about.
"""

import re
import time

import msgspec
from fastapi import Request
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.types import Message, Send

from api.auth.access import ONCE_AN_HOUR
from api.auth.caller import Caller
from api.schemas.problem import PROBLEMS
from shared.errors import TransientError
from shared.jobs.audit import AuditEntry, AuditTrail
from shared.observability import get_logger

_JOB_ID = re.compile(r"[0-9a-f]{32}")
_LOCATION = re.compile(r"/jobs/([0-9a-f]{32})")

UNAVAILABLE = 503
"""Status of an answer that does not wait for its entry in the trail."""

MOST_REMEMBERED = 100_000
"""Repetitions known at a time; beyond it some reads are entered twice."""


class Entry(Struct):
    """A request that is under way; ``is_entered`` is set by who enters it in the step that it is about.

    Known to the request's state, and so holds nothing that knows the request: a circle of each would slow every answer.
    """

    caller: Caller
    action: str
    job_id: str | None
    request_id: str
    is_entered: bool = False

    def written(self, status: int) -> AuditEntry:
        """Give what the trail holds of it."""
        return AuditEntry(
            key_id=self.caller.key_id,
            action=self.action,
            job_id=self.job_id,
            status=status,
            request_id=self.request_id,
        )


class Trail:
    """Enters requests; remembers which reads were entered within the hour."""

    def __init__(self) -> None:
        self._seen: set[tuple[str | None, str, str | None]] = set()
        self._hour = 0

    def begin(self, caller: Caller, action: str, job_id: str | None, request_id: str) -> Entry:
        """Note a request; an id that this service cannot have minted is never written anywhere."""
        minted = job_id if job_id is not None and _JOB_ID.fullmatch(job_id) else None
        return Entry(caller, action, minted, request_id)

    async def record(self, trail: AuditTrail, entry: Entry, start: Message) -> None:
        """Enter a request whose answer begins with this message."""
        if entry.job_id is None and (found := _LOCATION.fullmatch(Headers(raw=start["headers"]).get("location", ""))):
            entry = msgspec.structs.replace(entry, job_id=found[1])
        await self._write(trail, entry, start["status"])

    async def record_refusal(self, trail: AuditTrail, entry: Entry, code: str) -> None:
        """Enter a request that was refused on the way."""
        await self._write(trail, entry, PROBLEMS[code][0])

    async def _write(self, trail: AuditTrail, entry: Entry, status: int) -> None:
        if entry.action in ONCE_AN_HOUR and status < 400 and self._is_repeated(entry):
            return
        written = entry.written(status)
        try:
            await trail.record(entry.caller.tenant, written)
        except TransientError as error:
            _log(error.code, written)

    def _is_repeated(self, entry: Entry) -> bool:
        hour = int(time.time() // 3600)
        if hour != self._hour or len(self._seen) >= MOST_REMEMBERED:
            self._seen, self._hour = set(), hour
        mark = (entry.caller.key_id, entry.action, entry.job_id)
        if mark in self._seen:
            return True
        self._seen.add(mark)
        return False


class Recorder:
    """Enters a request into the audit trail before its answer, or after the answer that the service is unavailable."""

    def __init__(self, trail: Trail, audit: AuditTrail, entry: Entry, send: Send) -> None:
        self._trail = trail
        self._audit = audit
        self._entry = entry
        self._send = send
        self._late: Message | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start" and not self._entry.is_entered:
            if message["status"] == UNAVAILABLE:
                self._late = message
            else:
                await self._trail.record(self._audit, self._entry, message)
        await self._send(message)

    async def finish(self) -> None:
        """Enter what is still to be entered."""
        if self._late is not None:
            await self._trail.record(self._audit, self._entry, self._late)


def entry_of(request: Request) -> Entry:
    """Give what is to be entered of a request."""
    entry = request.state.entry
    assert isinstance(entry, Entry)
    return entry


def _log(code: str, written: AuditEntry) -> None:
    """Keep in the log what the trail could not take: what was asked for has happened or been refused already."""
    get_logger().error("audit entry not written", code=code, **msgspec.to_builtins(written))
