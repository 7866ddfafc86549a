"""Entering requests into the audit trail: who did what when to which job, ids only.

An entry is written before the answer is sent, so that nothing happens without one; only the answer that the service is
unavailable goes first, since the trail is kept by the store that may be away. What only the answer knows, such as a new
job's id, is taken from it.
"""

import re
import time

import msgspec
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.types import Message

from api.auth.access import ONCE_AN_HOUR
from api.auth.caller import Caller
from api.schemas.problem import PROBLEMS
from shared.errors import TransientError
from shared.jobs.audit import AuditEntry, AuditTrail
from shared.observability import get_logger

_JOB_ID = re.compile(r"[0-9a-f]{32}")
_LOCATION = re.compile(r"/jobs/([0-9a-f]{32})")

MOST_REMEMBERED = 100_000
"""Repetitions known at a time; beyond it some reads are entered twice."""


class Entry(Struct, frozen=True):
    """A request that is under way."""

    caller: Caller
    action: str
    job_id: str | None
    request_id: str


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
        written = _written(entry, status)
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


def _written(entry: Entry, status: int) -> AuditEntry:
    return AuditEntry(
        key_id=entry.caller.key_id,
        action=entry.action,
        job_id=entry.job_id,
        status=status,
        request_id=entry.request_id,
    )


def _log(code: str, written: AuditEntry) -> None:
    """Keep in the log what the trail could not take: what was asked for has happened or been refused already."""
    get_logger().error("audit entry not written", code=code, **msgspec.to_builtins(written))
