"""Glances at single jobs, gathered: all that are asked for while one round trip is under way share the next.

A client that polls asks after one job at a time, and a round trip of its own for each costs more than the answer.
"""

import asyncio

from msgspec import Struct

from shared.jobs.adapters.redis_commands import Answer, AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import FIRST_UNIT
from shared.jobs.job import Stage

MOST_AT_ONCE = 500
"""Jobs of one round trip."""


class RecordGlance(Struct, frozen=True):
    """The fields of a job's hash that tell whose it is and whether it changed, absent where there is no such job.

    ``rank`` is how many units wait before its first one.
    """

    tenant: bytes | None
    status: bytes | None
    revision: bytes | None
    rank: int | None


class _Batch:
    """Job ids that share a round trip, and the task that makes it."""

    def __init__(self) -> None:
        self.job_ids: dict[str, None] = {}
        self.task: asyncio.Task[dict[str, RecordGlance]]


class RecordGlances:
    """Gathers glances; belongs to one event loop."""

    def __init__(self, client: AsyncCommands) -> None:
        self._redis = client
        self._open: _Batch | None = None
        self._latest: asyncio.Task[dict[str, RecordGlance]] | None = None

    async def glance(self, job_id: str) -> RecordGlance:
        """Look at a job; raises TransientError."""
        batch = self._open
        if batch is None or len(batch.job_ids) >= MOST_AT_ONCE:
            batch = self._open = _Batch()
            batch.task = self._latest = asyncio.create_task(self._serve(batch, self._latest))
        batch.job_ids[job_id] = None
        # One reader that goes away must not take the others' answer along.
        return (await asyncio.shield(batch.task))[job_id]

    async def _serve(
        self, batch: _Batch, before: asyncio.Task[dict[str, RecordGlance]] | None
    ) -> dict[str, RecordGlance]:
        if before is not None and not before.done():
            await asyncio.wait([before])
        if self._open is batch:
            self._open = None
        pipeline = self._redis.pipeline(transaction=False)
        for job_id in batch.job_ids:
            pipeline.hmget(f"job:{job_id}", "tenant", "status", "revision")
            pipeline.zrank(f"ready:{Stage.EXTRACT}", f"{job_id}/{FIRST_UNIT}")
        with redis_errors():
            answers: list[Answer] = await pipeline.execute()
        return {
            job_id: RecordGlance(tenant, status, revision, rank)
            for job_id, (tenant, status, revision), rank in zip(batch.job_ids, answers[::2], answers[1::2], strict=True)
        }
