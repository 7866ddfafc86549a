"""The audit trail as one Redis stream per tenant, bounded in number and age."""

from datetime import timedelta

from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_scripts import read_lua
from shared.jobs.audit import AuditEntry, AuditPage
from shared.jobs.job import instant


class RedisAuditTrail:
    """``AuditTrail`` on one Redis server; ids of entries are the server's own time."""

    def __init__(self, client: AsyncCommands, *, most: int, retention: timedelta) -> None:
        self._redis = client
        self._most = most
        self._retention_ms = retention // timedelta(milliseconds=1)
        self._record = client.register_script(read_lua("audit"))

    async def record(self, tenant: str, entry: AuditEntry) -> None:
        """Append an entry, and let go of those past the bounds; see the port."""
        fields: list[str | int] = ["action", entry.action, "status", entry.status, "request", entry.request_id]
        if entry.key_id:
            fields += ["key", entry.key_id]
        if entry.job_id:
            fields += ["job", entry.job_id]
        with redis_errors():
            await self._record(keys=[f"audit:{tenant}"], args=[self._most, self._retention_ms, *fields])

    async def read(self, tenant: str, cursor: str | None, limit: int) -> AuditPage:
        """Give entries after the cursor; see the port."""
        first = f"({cursor}" if cursor else "-"
        with redis_errors():
            rows = await self._redis.xrange(f"audit:{tenant}", min=first, max="+", count=limit)
        entries = tuple(_entry(seq, fields) for seq, fields in rows)
        return AuditPage(entries, entries[-1].seq if len(entries) == limit else None)


def _entry(seq: bytes, flat: dict[bytes, bytes]) -> AuditEntry:
    fields = {name.decode(): value.decode() for name, value in flat.items()}
    moment = instant(seq.split(b"-")[0].decode())
    assert moment is not None
    return AuditEntry(
        action=fields["action"],
        status=int(fields["status"]),
        request_id=fields["request"],
        key_id=fields.get("key"),
        job_id=fields.get("job"),
        seq=seq.decode(),
        timestamp=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def build_audit_trail(client: AsyncCommands, *, most: int, retention: timedelta) -> RedisAuditTrail:
    """Make the api's audit trail."""
    return RedisAuditTrail(client, most=most, retention=retention)
