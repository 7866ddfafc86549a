"""The api's side of the job engine: accept, cancel, retry, delete."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from shared.errors import DataError
from shared.jobs.adapters.redis_audit import flatten, trail_key
from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_job_reader import RedisJobReader, digest
from shared.jobs.adapters.redis_record import (
    BURIED,
    milliseconds,
    new_record,
    pair,
    parse_job,
    place_in_queue,
    read_fields,
)
from shared.jobs.adapters.redis_scripts import Transition, read_script
from shared.jobs.audit import AuditBounds, AuditEntry
from shared.jobs.job import Job, Stage
from shared.jobs.parameters import Idempotency, JobParameters, Retention, Upload
from shared.jobs.queue import count_hints
from shared.jobs.store import Accepted, JobGone, JobUnknown, StateConflict
from shared.jobs.values import ALL_IN_REDIS, Shelf

GRACE = timedelta(seconds=10)
"""How long a fresh unit may wait before the sweeper asks after it."""

_encoder = msgspec.json.Encoder()


class RedisJobStore(RedisJobReader):
    """``JobStore`` on one Redis server."""

    def __init__(self, client: AsyncCommands, retention: Retention, shelf: Shelf, audit: AuditBounds) -> None:
        super().__init__(client, shelf)
        self._retention = retention
        self._audit = audit
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
        entry: AuditEntry | None = None,
        *,
        now: int | None = None,
    ) -> Accepted:
        """Record a job with its first units; see the port."""
        fields = new_record(parameters, uploads, self._retention)
        parts = _parts(fields)
        spec: dict[str, object] = {
            "fields": fields,
            "stage": Stage.EXTRACT,
            "total": sum(upload.location is not None for upload in uploads),
            "parts": parts,
            "uploads": uploads,
            "grace": milliseconds(GRACE),
            "hints": count_hints(len(parts)),
        }
        if idempotency is not None:
            spec["idempotency"] = {
                "key": _idempotency_key(parameters.tenant, idempotency.key),
                "reservation": idempotency.reservation,
                "fingerprint": idempotency.fingerprint,
                "ttl": milliseconds(idempotency.retention),
            }
        if entry is not None:
            spec["audit"] = {
                "trail": trail_key(parameters.tenant),
                "most": self._audit.entries,
                "retention": milliseconds(self._audit.retention),
                "entry": flatten(entry),
            }
        with redis_errors():
            answer = await self._accept(args=[_now(now), job_id, _encoder.encode(spec)])
        match answer[0]:
            case b"accepted":
                _, redundant, hints, flat, rank = answer
                job = place_in_queue(parse_job(job_id, read_fields(pair(flat))), rank)
                return Accepted(job_id, tuple(location.decode() for location in redundant), hints=hints, job=job)
            case b"existing":
                return Accepted(job_id, hints=count_hints(len(parts)))
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

    async def prolong(self, tenant: str, key: str, reservation: str, ttl: timedelta) -> None:
        """Hold a reserved key longer; see the port."""
        name = _idempotency_key(tenant, key)
        with redis_errors():
            if await self._redis.get(name) == reservation.encode():
                await self._redis.pexpire(name, milliseconds(ttl))

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

    async def delete(self, job_id: str, tenant: str, *, now: int | None = None) -> tuple[str, ...]:
        """Bury a job; see the port."""
        with redis_errors():
            answer = await self._delete(args=[_now(now), job_id, tenant])
        match answer[0]:
            case b"gone":
                raise JobGone
            case b"unknown":
                raise JobUnknown
            case _:
                return tuple(location.decode() for location in answer[1])

    async def forget(self, locations: Sequence[str]) -> None:
        """Confirm that these locations are erased; see the port."""
        if locations:
            with redis_errors():
                await self._redis.zrem("blobs:doomed", *locations)


def _parts(fields: dict[str, str]) -> list[str]:
    return [name.removeprefix("c:") for name in fields if name.startswith("c:")]


def _now(now: int | None) -> str:
    return "" if now is None else str(now)


def _idempotency_key(tenant: str, key: str) -> str:
    return f"idempotency:{tenant}:{digest(key)}"


def _refuse(answer: str, wanted: str, code: str, rule: str) -> None:
    if answer == wanted:
        return
    if answer == "unknown":
        raise JobUnknown
    if answer in BURIED:
        raise JobGone
    raise StateConflict(code, f"{rule}; this one is {answer}.")


def build_job_store(
    client: AsyncCommands,
    retention: Retention,
    audit: AuditBounds,
    shelf: Shelf = ALL_IN_REDIS,
) -> RedisJobStore:
    """Make the api's store; the shelf is where values lie that are too big for Redis."""
    return RedisJobStore(client, retention, shelf, audit)
