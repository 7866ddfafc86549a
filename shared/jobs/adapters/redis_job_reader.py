"""Reading jobs: one, many, their results, files and feed; and how the store and the workers are."""

import asyncio
import hashlib
from collections.abc import Mapping

import msgspec

from shared.errors import DataError
from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_glances import RecordGlances
from shared.jobs.adapters.redis_presence import ABSENT_AFTER, PRESENCE_KEY
from shared.jobs.adapters.redis_record import (
    BURIED,
    FIRST_UNIT,
    parse_job,
    place_in_queue,
    read_fields,
    read_upload,
    received_file,
    waiting_stage,
)
from shared.jobs.adapters.redis_scripts import read_lua
from shared.jobs.job import Job, JobKind, JobStatus, Stage, instant
from shared.jobs.outcomes import FileOutcome, decompress
from shared.jobs.renditions import QUEUES
from shared.jobs.store import Feed, FeedEvent, Glance, JobGone, JobUnknown, Load, Page
from shared.jobs.values import Shelf, find_held

SCAN_LIMIT = 5000
"""Jobs looked at for one page; a filter that matches rarely answers a short page and a cursor."""

FILTERED_BATCH = 250
"""Jobs looked at in one round trip where no index knows the filter."""

_outcome_decoder = msgspec.json.Decoder(FileOutcome)


def digest(text: str) -> str:
    """Shorten a sender's text for use in a key's name, as the Lua library does."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisJobReader:
    """The reading half of ``JobStore``."""

    def __init__(self, client: AsyncCommands, shelf: Shelf) -> None:
        self._redis = client
        self._shelf = shelf
        self._glances = RecordGlances(client)
        self._load = client.register_script(read_lua("load"))

    async def read(self, job_id: str, tenant: str) -> Job:
        """Give the job; see the port."""
        with redis_errors():
            flat = await self._redis.hgetall(f"job:{job_id}")
        job = self._parse(job_id, tenant, read_fields(flat))
        return job if job.status.is_terminal else await self._with_queue_position(job)

    async def read_with_result(self, job_id: str, tenant: str) -> tuple[Job, bytes | None]:
        """Give the job with its result; see the port."""
        with redis_errors():
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.hgetall(f"job:{job_id}")
            pipeline.get(f"job:{job_id}:result")
            pipeline.zrank(f"ready:{Stage.EXTRACT}", f"{job_id}/{FIRST_UNIT}")
            flat, content, rank = await pipeline.execute()
        job = self._parse(job_id, tenant, read_fields(flat))
        if rank is not None:
            job = place_in_queue(job, rank)
        elif not job.status.is_terminal:
            job = await self._with_queue_position(job)
        if not job.has_result or content is None:
            return job, None
        return job, await self._unpack(f"job:{job_id}:result", content)

    async def _unpack(self, key: str, stored: bytes) -> bytes:
        """Give the JSON for which something stands under a key."""
        if find_held(stored) is None:
            return decompress(stored)
        try:
            return decompress(await asyncio.to_thread(self._shelf.get, stored))
        except DataError:
            # A summary or a retry may have replaced the value meanwhile; then what stands there now is asked for.
            with redis_errors():
                now_stored = await self._redis.get(key)
            if now_stored is None or now_stored == stored:
                raise
            return await self._unpack(key, now_stored)

    async def glance(self, job_id: str, tenant: str) -> Glance:
        """Tell in which state the job is; see the port."""
        found = await self._glances.glance(job_id)
        if found.tenant is None or found.tenant.decode() != tenant:
            raise JobUnknown
        if found.revision is None or found.status is None or found.status.decode() in BURIED:
            raise JobGone
        return Glance(int(found.revision), None if found.rank is None else found.rank + 1)

    def _parse(self, job_id: str, tenant: str, fields: dict[str, str]) -> Job:
        if fields.get("tenant") != tenant:
            raise JobUnknown
        if fields["status"] in BURIED:
            raise JobGone
        return parse_job(job_id, fields)

    async def _with_queue_position(self, job: Job) -> Job:
        queued = waiting_stage(job)
        if queued is None:
            return job
        unit = FIRST_UNIT if queued.stage is Stage.EXTRACT else str(queued.stage)
        with redis_errors():
            rank = await self._redis.zrank(f"ready:{queued.stage}", f"{job.id}/{unit}")
        return place_in_queue(job, rank)

    async def list(
        self,
        tenant: str,
        *,
        status: JobStatus | None = None,
        kind: JobKind | None = None,
        reference: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """Give the tenant's jobs, newest first; see the port."""
        key = f"jobs:of:{tenant}"
        if reference:
            key += f":reference:{digest(reference)}"
        elif status:
            key += f":status:{status}"
        found: list[Job] = []
        batch = limit + 1 if kind is None else max(limit + 1, FILTERED_BATCH)
        scanned, start = 0, b"(" + cursor.encode() if cursor else b"+"
        while scanned < SCAN_LIMIT:
            with redis_errors():
                members = await self._redis.zrevrangebylex(key, start, b"-", start=0, num=batch)
                pipeline = self._redis.pipeline(transaction=False)
                for member in members:
                    pipeline.hgetall(b"job:" + member)
                records = await pipeline.execute() if members else []
            scanned += len(members)
            for member, flat in zip(members, records, strict=True):
                if not _matches(flat, status, kind):
                    continue
                job = parse_job(member.decode(), read_fields(flat))
                if len(found) == limit:
                    return Page(tuple(found), next_cursor=found[-1].id)
                found.append(job)
            if len(members) < batch:
                return Page(tuple(found), next_cursor=None)
            start = b"(" + members[-1]
        return Page(tuple(found), next_cursor=start[1:].decode())

    async def read_result(self, job_id: str) -> bytes | None:
        """Give the result as JSON; see the port."""
        with redis_errors():
            content = await self._redis.get(f"job:{job_id}:result")
        return None if content is None else await self._unpack(f"job:{job_id}:result", content)

    async def read_instances(self, job_id: str) -> bytes:
        """Give the instance lists that the result leaves out, as JSON by series."""
        with redis_errors():
            content = await self._redis.get(f"job:{job_id}:instances")
        return b"{}" if content is None else await self._unpack(f"job:{job_id}:instances", content)

    async def read_model_input(self, job_id: str) -> bytes | None:
        """Give what was sent to the model for this job; see the port."""
        with redis_errors():
            content = await self._redis.get(f"job:{job_id}:model_input")
        return None if content is None else decompress(content)

    async def read_files(self, job: Job, first: int, limit: int) -> tuple[FileOutcome, ...]:
        """Give what became of each received file, in the upload's order, from a position on."""
        with redis_errors():
            lines = await self._redis.lrange(f"job:{job.id}:files", first, first + limit - 1)
            if lines or job.has_result:
                return tuple(_outcome_decoder.decode(line) for line in lines)
            lines = await self._redis.lrange(f"job:{job.id}:uploads", first, first + limit - 1)
        return tuple(received_file(read_upload(line)) for line in lines)

    async def read_feed(self, tenant: str, since: int, limit: int) -> Feed:
        """Give the tenant's state changes after a sequence number; see the port."""
        with redis_errors():
            entries = await self._redis.xrange(f"feed:{tenant}", min=f"({since}-1", max="+", count=limit)
            last = int(await self._redis.get(f"feed:{tenant}:sequence") or 0)
        events = tuple(_feed_event(entry_id, fields) for entry_id, fields in entries)
        reached = events[-1].seq if events else last
        return Feed(events=events, last=last, done=reached >= last)

    async def read_load(self, tenant: str) -> Load:
        """Tell how full the store is; see the port."""
        with redis_errors():
            used_bytes, most_bytes, unfinished, *depths = await self._load(args=[tenant, *QUEUES])
        waiting = dict(zip(QUEUES, depths, strict=True))
        return Load(
            waiting_units=sum(waiting[stage] for stage in Stage),
            memory_share=used_bytes / most_bytes if most_bytes else 0.0,
            unfinished_jobs=unfinished,
            waiting=waiting,
        )

    async def present_roles(self) -> dict[str, int]:
        """Count the processes of each role that signed in lately; see the port."""
        with redis_errors():
            signs = await self._redis.hvals(PRESENCE_KEY)
            seconds, _ = await self._redis.time()
        oldest = seconds - ABSENT_AFTER.total_seconds()
        lately = [role.decode() for role, at in (sign.split(b" ") for sign in signs) if int(at) >= oldest]
        return {role: lately.count(role) for role in lately}

    async def ping(self) -> None:
        """Raise TransientError unless the store answers."""
        with redis_errors():
            await self._redis.ping()


def _matches(flat: Mapping[bytes, bytes], status: JobStatus | None, kind: JobKind | None) -> bool:
    """Tell whether a record belongs to a list, before it is parsed: where no index knows the filter, most do not."""
    current = flat.get(b"status", b"deleted").decode()
    if current in BURIED or (status is not None and current != status):
        return False
    return kind is None or flat.get(b"kind") == kind.encode()


def _feed_event(entry_id: bytes, fields: dict[bytes, bytes]) -> FeedEvent:
    moment = instant(fields[b"at"].decode())
    assert moment is not None
    return FeedEvent(
        seq=int(entry_id.split(b"-")[0]),
        type=fields[b"type"].decode(),
        job_id=fields[b"job"].decode(),
        status=fields[b"status"].decode(),
        timestamp=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )
