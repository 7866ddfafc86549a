"""The audit trail as one Redis stream per tenant, bounded in number and age."""

from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import milliseconds
from shared.jobs.adapters.redis_scripts import read_lua
from shared.jobs.audit import AuditBounds, AuditEntry, AuditPage
from shared.jobs.job import instant


class RedisAuditTrail:
    """``AuditTrail`` on one Redis server; ids of entries are the server's own time."""

    def __init__(self, client: AsyncCommands, bounds: AuditBounds) -> None:
        self._redis = client
        self._bounds = (bounds.entries, milliseconds(bounds.retention))
        self._record = client.register_script(read_lua("trail") + read_lua("audit"))

    async def record(self, tenant: str, entry: AuditEntry) -> None:
        """Append an entry, and let go of those past the bounds; see the port."""
        with redis_errors():
            await self._record(keys=[trail_key(tenant)], args=[*self._bounds, *flatten(entry)])

    async def read(self, tenant: str, cursor: str | None, limit: int) -> AuditPage:
        """Give entries after the cursor; see the port."""
        first = f"({cursor}" if cursor else "-"
        with redis_errors():
            rows = await self._redis.xrange(trail_key(tenant), min=first, max="+", count=limit)
        entries = tuple(_entry(seq, fields) for seq, fields in rows)
        return AuditPage(entries, entries[-1].seq if len(entries) == limit else None)


def trail_key(tenant: str) -> str:
    """Name a tenant's trail."""
    return f"audit:{tenant}"


def flatten(entry: AuditEntry) -> list[str]:
    """Give an entry's names and values in turn, as the stream has them."""
    fields = ["action", entry.action, "status", str(entry.status), "request", entry.request_id]
    if entry.key_id:
        fields += ["key", entry.key_id]
    if entry.job_id:
        fields += ["job", entry.job_id]
    return fields


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


def build_audit_trail(client: AsyncCommands, bounds: AuditBounds) -> RedisAuditTrail:
    """Make the api's audit trail."""
    return RedisAuditTrail(client, bounds)
