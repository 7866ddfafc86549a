"""The audit trail of a tenant: who did what when to which job. Holds ids that this service minted, nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

EXPORT_PAGE = 500
"""Entries read at a time for an export."""


class AuditEntry(Struct, frozen=True, omit_defaults=True):
    """One request; ``key_id`` is absent where no keys are configured, ``job_id`` where the request named none of ours.

    ``seq`` and ``timestamp`` are the trail's own and absent until it has taken the entry.
    """

    action: str
    status: int
    request_id: str
    key_id: str | None = None
    job_id: str | None = None
    seq: str | None = None
    timestamp: str | None = None


class AuditBounds(Struct, frozen=True):
    """How much of each tenant's trail is kept: about so many entries, and none older than this."""

    entries: int
    retention: timedelta


class AuditPage(Struct, frozen=True):
    """Entries in the order in which they were made, and where the next page begins."""

    entries: tuple[AuditEntry, ...]
    next_cursor: str | None


class AuditTrail(Protocol):
    """An append-only trail per tenant; every method raises TransientError where the store cannot be reached."""

    async def record(self, tenant: str, entry: AuditEntry) -> None:
        """Append an entry."""

    async def read(self, tenant: str, cursor: str | None, limit: int) -> AuditPage:
        """Give entries after the cursor, oldest first."""


async def export_lines(trail: AuditTrail, tenant: str, cursor: str | None = None) -> AsyncIterator[bytes]:
    """Give everything after the cursor as lines of JSON, a page at a time."""
    while True:
        page = await trail.read(tenant, cursor, EXPORT_PAGE)
        yield b"".join(msgspec.json.encode(entry) + b"\n" for entry in page.entries)
        cursor = page.next_cursor
        if cursor is None:
            return
