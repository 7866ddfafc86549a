"""Builders for the job engine: stores on a real server, and jobs with only what matters stated."""

from datetime import timedelta

from shared.archives.directory import Member
from shared.jobs.adapters.redis_connection import build_async_redis, build_redis
from shared.jobs.adapters.redis_job_store import RedisJobStore, build_job_store
from shared.jobs.adapters.redis_sweep_store import RedisSweepStore, build_sweep_store
from shared.jobs.adapters.redis_work_store import RedisWorkStore, build_work_store
from shared.jobs.audit import AuditBounds
from shared.jobs.claim import FoundMembers
from shared.jobs.job import JobKind, Priority, mint_job_id
from shared.jobs.outcomes import Counts, FileOutcome, Outcome, Source
from shared.jobs.parameters import ArchiveSlice, Callback, JobParameters, Retention, Upload
from shared.jobs.values import ALL_IN_REDIS, Shelf
from tests.support.valkey import TestServer

RETENTION = Retention(job=timedelta(days=7), uploads=timedelta(hours=24), lifetime=timedelta(hours=24))
"""The defaults of the settings."""

AUDIT = AuditBounds(200_000, timedelta(days=90))
"""The default bounds of the audit trail."""

LEASE = timedelta(seconds=15)
"""The default lease."""

T0 = 1_800_000_000_000
"""The instant at which tests that drive time begin, in milliseconds."""

TENANT = "default"
"""The tenant of tests that need only one."""


def make_upload(index: int = 0, *, size: int = 1000, sha256: str | None = None, nonce: str = "00000000") -> Upload:
    """A stored file; its hash is its index unless given."""
    digest = sha256 or f"{index:064x}"
    return Upload(index, digest, size, location=f"uploads/{digest[:2]}/{digest}.{nonce}", content="dicom")


def make_found(count: int, *, index: int = 0) -> FoundMembers:
    """The members of an archive that a unit listed: it stood for one file and found so many."""
    members = tuple(Member(number, 100 * number, 60, 100, number, True, False) for number in range(count))
    return FoundMembers(count - 1, (ArchiveSlice(make_upload(index), members),))


def make_outcome(result: bytes = b'{"metadata":{},"studies":[]}', previews: tuple[Source, ...] = ()) -> Outcome:
    """The outcome of a job with one good file."""
    file = FileOutcome(0, 1000, "accepted", f"{0:064x}")
    return Outcome(
        result=result, instances=b"", counts=Counts(1, 1, 0, 0), warnings=(), files=(file,), previews=previews
    )


class Engine:
    """The three stores on one server, with time driven by the test."""

    def __init__(
        self,
        server: TestServer,
        *,
        attempts: int = 3,
        files: int = 10_000,
        retention: Retention = RETENTION,
        shelf: Shelf = ALL_IN_REDIS,
    ) -> None:
        self.url = server.url
        self.redis = server.client()
        self.work: RedisWorkStore = build_work_store(
            build_redis(server.url), lease=LEASE, attempts=attempts, files=files, shelf=shelf
        )
        self.sweeper: RedisSweepStore = build_sweep_store(build_redis(server.url))
        self._async_redis = build_async_redis(server.url)
        self.jobs: RedisJobStore = build_job_store(self._async_redis, retention, AUDIT, shelf)

    async def accept(
        self,
        uploads: tuple[Upload, ...] = (),
        *,
        kind: JobKind = JobKind.ANALYZE,
        priority: Priority = Priority.NORMAL,
        tenant: str = TENANT,
        reference: str | None = None,
        cancel_after: timedelta | None = None,
        callback: Callback | None = None,
        now: int | None = T0,
    ) -> str:
        """Record a job and give its id."""
        parameters = JobParameters(
            kind=kind,
            tenant=tenant,
            priority=priority,
            client_reference=reference,
            cancel_after=cancel_after,
            callback=callback,
        )
        accepted = await self.jobs.accept(mint_job_id(), parameters, uploads or (make_upload(),), now=now)
        return accepted.job_id

    def due(self) -> dict[str, int]:
        """Give the due index."""
        return {member.decode(): int(score) for member, score in self.redis.zrange("jobs:due", 0, -1, withscores=True)}

    def ready(self, stage: str) -> list[str]:
        """Give the ready units of a stage in their order."""
        return [member.decode() for member in self.redis.zrange(f"ready:{stage}", 0, -1)]

    async def close(self) -> None:
        """Close the connections."""
        self.redis.close()
        await self._async_redis.aclose()
