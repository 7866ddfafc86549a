"""The api's side of the job engine: accept, read, list, cancel, retry, delete."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from shared.errors import DataError
from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_presence import ABSENT_AFTER, PRESENCE_KEY
from shared.jobs.adapters.redis_record import (
    BURIED,
    milliseconds,
    new_record,
    parse_job,
    read_fields,
    read_upload,
)
from shared.jobs.adapters.redis_scripts import Transition, read_script
from shared.jobs.job import STAGES, Job, JobKind, JobStatus, Stage, instant
from shared.jobs.outcomes import FileOutcome, decompress
from shared.jobs.parameters import Idempotency, JobParameters, Retention, Upload
from shared.jobs.store import Accepted, Feed, FeedEvent, JobGone, JobUnknown, Load, Page, StateConflict

GRACE = timedelta(seconds=10)
"""How long a fresh unit may wait before the sweeper asks after it."""

SCAN_LIMIT = 5000
"""Jobs looked at for one page; a filter that matches rarely answers a short page and a cursor."""

_encoder = msgspec.json.Encoder()
_outcome_decoder = msgspec.json.Decoder(FileOutcome)


class RedisJobStore:
    """``JobStore`` on one Redis server."""

    def __init__(self, client: AsyncCommands, retention: Retention) -> None:
        self._redis = client
        self._retention = retention
        self._accept = client.register_script(read_script(Transition.ACCEPT))
        self._cancel = client.register_script(read_script(Transition.CANCEL))
        self._retry = client.register_script(read_script(Transition.RETRY))
        self._delete = client.register_script(read_script(Transition.DELETE))

    async def accept(
        self,
        job_id: str,
        parameters: JobParameters,
        uploads: Sequence[Upload],
        idempotency: Idempotency | None = None,
        *,
        now: int | None = None,
    ) -> Accepted:
        """Record a job with its first units; see the port."""
        fields = new_record(parameters, uploads, self._retention)
        spec: dict[str, object] = {
            "fields": fields,
            "stage": Stage.EXTRACT,
            "total": sum(upload.location is not None for upload in uploads),
            "parts": _parts(fields),
            "uploads": uploads,
            "grace": milliseconds(GRACE),
        }
        if idempotency is not None:
            spec["idempotency"] = {
                "key": _idempotency_key(parameters.tenant, idempotency.key),
                "reservation": idempotency.reservation,
                "fingerprint": idempotency.fingerprint,
                "ttl": milliseconds(idempotency.retention),
            }
        with redis_errors():
            answer = await self._accept(args=[_now(now), job_id, _encoder.encode(spec)])
        match answer[0]:
            case b"accepted":
                return Accepted(job_id, redundant=tuple(location.decode() for location in answer[1]))
            case b"existing":
                return Accepted(job_id)
            case b"replayed":
                return Accepted(answer[1].decode(), is_replay=True)
            case b"mismatch":
                raise DataError(
                    "idempotency.mismatch",
                    "This Idempotency-Key was used for another upload; send a new key with new content.",
                )
            case _:
                raise StateConflict(
                    "idempotency.in_progress",
                    "The first request with this Idempotency-Key is still being received; try again shortly.",
                )

    async def reserve(self, tenant: str, key: str, reservation: str, ttl: timedelta) -> bool:
        """Hold an idempotency key while its request is received; see the port."""
        with redis_errors():
            return bool(
                await self._redis.set(_idempotency_key(tenant, key), reservation, nx=True, px=milliseconds(ttl))
            )

    async def is_being_received(self, tenant: str, key: str) -> bool:
        """Tell whether another request holds the key and has not become a job yet."""
        with redis_errors():
            held = await self._redis.get(_idempotency_key(tenant, key))
        return held is not None and not held.startswith(b"done ")

    async def release(self, tenant: str, key: str, reservation: str) -> None:
        """Let go of a reservation whose request came to nothing; see the port."""
        name = _idempotency_key(tenant, key)
        with redis_errors():
            # Between the two commands only the reservation's own expiry or our own ACCEPT could intervene.
            if await self._redis.get(name) == reservation.encode():
                await self._redis.delete(name)

    async def read(self, job_id: str, tenant: str) -> Job:
        """Give the job; see the port."""
        with redis_errors():
            flat = await self._redis.hgetall(f"job:{job_id}")
        job = self._parse(job_id, tenant, read_fields(flat))
        if job.status is JobStatus.QUEUED:
            return await self._with_queue_position(job)
        return job

    def _parse(self, job_id: str, tenant: str, fields: dict[str, str]) -> Job:
        if fields.get("tenant") != tenant:
            raise JobUnknown
        if fields["status"] in BURIED:
            raise JobGone
        return parse_job(job_id, fields)

    async def _with_queue_position(self, job: Job) -> Job:
        queued = next((stage for stage in job.stages if stage.status == "queued"), None)
        if queued is None:
            return job
        unit = f"{job.id}/{queued.stage}/0" if queued.stage is Stage.EXTRACT else f"{job.id}/{queued.stage}"
        with redis_errors():
            rank = await self._redis.zrank(f"ready:{queued.stage}", unit)
        if rank is None:
            return job
        placed = msgspec.structs.replace(queued, queue_position=int(rank) + 1)
        stages = tuple(placed if stage is queued else stage for stage in job.stages)
        return msgspec.structs.replace(job, stages=stages)

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
            key += f":reference:{_sha1(reference)}"
        elif status:
            key += f":status:{status}"
        found: list[Job] = []
        scanned, start = 0, b"(" + cursor.encode() if cursor else b"+"
        while scanned < SCAN_LIMIT:
            with redis_errors():
                members = await self._redis.zrevrangebylex(key, start, b"-", start=0, num=limit + 1)
                pipeline = self._redis.pipeline(transaction=False)
                for member in members:
                    pipeline.hgetall(b"job:" + member)
                records = await pipeline.execute() if members else []
            scanned += len(members)
            for member, flat in zip(members, records, strict=True):
                fields = read_fields(flat)
                if fields.get("status", "deleted") in BURIED:
                    continue
                job = parse_job(member.decode(), fields)
                if (status and job.status != status) or (kind and job.kind != kind):
                    continue
                if len(found) == limit:
                    return Page(tuple(found), next_cursor=found[-1].id)
                found.append(job)
            if len(members) <= limit:
                return Page(tuple(found), next_cursor=None)
            start = b"(" + members[-1]
        return Page(tuple(found), next_cursor=start[1:].decode())

    async def read_result(self, job_id: str) -> bytes | None:
        """Give the result as JSON; see the port."""
        with redis_errors():
            content = await self._redis.get(f"job:{job_id}:result")
        return None if content is None else decompress(content)

    async def read_instances(self, job_id: str) -> bytes:
        """Give the instance lists that the result leaves out, as JSON by series."""
        with redis_errors():
            content = await self._redis.get(f"job:{job_id}:instances")
        return b"{}" if content is None else decompress(content)

    async def read_files(self, job: Job, first: int, limit: int) -> tuple[FileOutcome, ...]:
        """Give what became of each received file, in the upload's order, from a position on."""
        with redis_errors():
            lines = await self._redis.lrange(f"job:{job.id}:files", first, first + limit - 1)
            if lines or job.has_result:
                return tuple(_outcome_decoder.decode(line) for line in lines)
            lines = await self._redis.lrange(f"job:{job.id}:uploads", first, first + limit - 1)
        return tuple(_received(read_upload(line)) for line in lines)

    async def cancel(self, job_id: str, tenant: str, *, now: int | None = None) -> Job:
        """End a live job; see the port."""
        with redis_errors():
            answer = (await self._cancel(args=[_now(now), job_id, tenant])).decode()
        _refuse(answer, "canceled", "job.not_cancelable", "Only a queued or running job can be canceled")
        return await self.read(job_id, tenant)

    async def retry(self, job_id: str, tenant: str, *, now: int | None = None) -> Job:
        """Run a failed job again; see the port."""
        with redis_errors():
            fields = read_fields(await self._redis.hgetall(f"job:{job_id}"))
            spec = {"stage": Stage.EXTRACT, "parts": _parts(fields), "grace": milliseconds(GRACE)}
            answer = (await self._retry(args=[_now(now), job_id, tenant, _encoder.encode(spec)])).decode()
        if answer == "uploads_gone":
            raise StateConflict("job.uploads_gone", "The uploaded files are past their retention; send them again.")
        _refuse(answer, "retried", "job.not_retryable", "Only a failed job can be retried")
        return await self.read(job_id, tenant)

    async def delete(self, job_id: str, tenant: str, *, now: int | None = None) -> None:
        """Bury a job; see the port."""
        with redis_errors():
            answer = (await self._delete(args=[_now(now), job_id, tenant])).decode()
        if answer == "gone":
            raise JobGone
        if answer == "unknown":
            raise JobUnknown

    async def read_feed(self, tenant: str, since: int, limit: int) -> Feed:
        """Give the tenant's state changes after a sequence number; see the port."""
        with redis_errors():
            entries = await self._redis.xrange(f"feed:{tenant}", min=f"({since}-1", max="+", count=limit)
            last = int(await self._redis.get(f"feed:{tenant}:sequence") or 0)
        events = tuple(_feed_event(entry_id, fields) for entry_id, fields in entries)
        reached = events[-1].seq if events else last
        return Feed(events=events, last=last, done=reached >= last)

    async def read_load(self) -> Load:
        """Tell how full the store is; see the port."""
        with redis_errors():
            pipeline = self._redis.pipeline(transaction=False)
            for stage in STAGES[JobKind.SUMMARIZE]:
                pipeline.zcard(f"ready:{stage}")
            pipeline.info("memory")
            *waiting, memory = await pipeline.execute()
        limit = int(memory.get("maxmemory", 0))
        return Load(waiting_units=sum(waiting), memory_share=int(memory["used_memory"]) / limit if limit else 0.0)

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


def _parts(fields: dict[str, str]) -> list[str]:
    return [name.removeprefix("c:") for name in fields if name.startswith("c:")]


def _now(now: int | None) -> str:
    return "" if now is None else str(now)


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _idempotency_key(tenant: str, key: str) -> str:
    return f"idempotency:{tenant}:{_sha1(key)}"


def _received(upload: Upload) -> FileOutcome:
    status = "received" if upload.location else "rejected"
    return FileOutcome(upload.index, upload.sha256, upload.bytes, status, upload.code, upload.detail)


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


def _refuse(answer: str, wanted: str, code: str, rule: str) -> None:
    if answer == wanted:
        return
    if answer == "unknown":
        raise JobUnknown
    if answer in BURIED:
        raise JobGone
    raise StateConflict(code, f"{rule}; this one is {answer}.")


def build_job_store(client: AsyncCommands, retention: Retention) -> RedisJobStore:
    """Make the api's store."""
    return RedisJobStore(client, retention)
