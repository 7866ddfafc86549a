"""The ports of the job engine: one for the api, one for workers, one for the sweeper.

Every transition is one atomic step with the store's own clock; ``now`` (milliseconds since 1970) is given only by
tests that drive time. Every method raises TransientError where the store cannot be reached or is full.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from shared.errors import DataError
from shared.jobs.audit import AuditEntry
from shared.jobs.claim import Claim, FoundMembers
from shared.jobs.job import Failure, Job, JobKind, JobStatus, Stage
from shared.jobs.outcomes import FileOutcome, Outcome
from shared.jobs.parameters import Idempotency, JobParameters, Upload


class StateConflict(DataError):
    """The job's state does not allow what was asked."""


class JobUnknown(DataError):
    """There is no such job, or it is another tenant's."""

    def __init__(self) -> None:
        super().__init__("job.unknown", "There is no job with this id; check the id that the submission answered.")


class JobGone(DataError):
    """The job was deleted, or its retention is over."""

    def __init__(self) -> None:
        super().__init__("job.gone", "This job was deleted or its retention is over; submit the files again.")


class Accepted(Struct, frozen=True):
    """The job is recorded, as ``job`` unless it was before; bytes at ``redundant`` were stored already elsewhere.

    ``hints`` are still to be sent: one for each new unit, within bounds, for which no idle worker was found awake, and
    none behind a long queue.
    """

    job_id: str
    redundant: tuple[str, ...] = ()
    is_replay: bool = False
    hints: int = 0
    job: Job | None = None


class Page(Struct, frozen=True):
    """Some jobs, newest first, and where the next page begins."""

    jobs: tuple[Job, ...]
    next_cursor: str | None


class Glance(Struct, frozen=True):
    """Which state of a job is current: its revision, and the place of its first unit among those waiting."""

    revision: int
    queue_position: int | None


class FeedEvent(Struct, frozen=True):
    """One state change of a tenant's job."""

    seq: int
    type: str
    job_id: str
    status: str
    timestamp: str


class Feed(Struct, frozen=True):
    """State changes in order, the newest sequence number there is, and whether these reach it."""

    events: tuple[FeedEvent, ...]
    last: int
    done: bool


class Load(Struct, frozen=True):
    """How full the store is: units that wait, and memory used as a share of the limit (0 where there is none).

    ``unfinished_jobs`` counts those of the tenant that was asked for. ``waiting`` has every queue of ready work by
    name, also the one of renditions, which are no units of jobs and not in ``waiting_units``.
    """

    waiting_units: int
    memory_share: float
    unfinished_jobs: int
    waiting: dict[str, int]


class Sweep(Struct, frozen=True):
    """What one sweep did and found."""

    recovered: int
    resumed: int
    asked: int
    given_up: int
    next_due_ms: int
    to_erase: int
    ready: dict[str, int]
    hints: dict[str, int]
    """Hints on their way as far as the store knows; those that a broker or a worker lost are among them."""


class JobStore(Protocol):
    """What the api does with jobs; a job of another tenant is unknown."""

    async def accept(
        self,
        job_id: str,
        parameters: JobParameters,
        uploads: Sequence[Upload],
        idempotency: Idempotency | None = None,
        entry: AuditEntry | None = None,
    ) -> Accepted:
        """Record a job with its first units; again with the same id it changes nothing.

        Parameters
        ----------
        entry
            Entered into the audit trail in the same step, with the id of the job or of the one it stands for.

        Raises
        ------
        DataError
            ``idempotency.mismatch`` where the key stands for other content.
        StateConflict
            ``idempotency.in_progress`` where the first request with the key is still being received.
        """

    async def reserve(self, tenant: str, key: str, reservation: str, ttl: timedelta) -> bool:
        """Hold an idempotency key while its request is received; False where it is held or used already."""

    async def prolong(self, tenant: str, key: str, reservation: str, ttl: timedelta) -> None:
        """Hold a reserved key longer; without effect where the reservation was lost."""

    async def is_being_received(self, tenant: str, key: str) -> bool:
        """Tell whether another request holds the key and has not become a job yet."""

    async def release(self, tenant: str, key: str, reservation: str) -> None:
        """Let go of a reservation whose request came to nothing."""

    async def read(self, job_id: str, tenant: str) -> Job:
        """Give the job; raises JobUnknown or JobGone."""

    async def read_with_result(self, job_id: str, tenant: str) -> tuple[Job, bytes | None]:
        """Give the job and, once there is one, its result as JSON, in one round trip; raises as ``read`` does."""

    async def glance(self, job_id: str, tenant: str) -> Glance:
        """Tell in which state the job is, for much less than reading it; raises as ``read`` does."""

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
        """Give the tenant's jobs, newest first."""

    async def read_result(self, job_id: str) -> bytes | None:
        """Give the result as JSON without the long instance lists, None before it exists."""

    async def read_instances(self, job_id: str) -> bytes:
        """Give the instance lists that the result leaves out, as a JSON object by series instance UID."""

    async def read_model_input(self, job_id: str) -> bytes | None:
        """Give what was sent to the model for this job as JSON, None where nothing was."""

    async def read_files(self, job: Job, first: int, limit: int) -> tuple[FileOutcome, ...]:
        """Give what became of each received file, in the upload's order, from a position on."""

    async def cancel(self, job_id: str, tenant: str) -> Job:
        """End a live job; raises JobUnknown, JobGone or StateConflict."""

    async def retry(self, job_id: str, tenant: str) -> Job:
        """Run a failed job again; raises JobUnknown, JobGone or StateConflict."""

    async def delete(self, job_id: str, tenant: str) -> tuple[str, ...]:
        """Bury a job and give the locations to erase; raises JobUnknown or JobGone."""

    async def forget(self, locations: Sequence[str]) -> None:
        """Confirm that these locations are erased; until then the eraser is told of them too."""

    async def read_feed(self, tenant: str, since: int, limit: int) -> Feed:
        """Give the tenant's state changes after a sequence number."""

    async def read_load(self, tenant: str) -> Load:
        """Tell how full the store is."""

    async def present_roles(self) -> dict[str, int]:
        """Count the processes of each role (``extract``, ``network``, ``sweeper``) that signed in lately."""

    async def ping(self) -> None:
        """Raise TransientError unless the store answers."""


class Changes(Protocol):
    """News of changed jobs."""

    def watch(self, job_id: str) -> AbstractContextManager[asyncio.Event]:
        """Give an event that is set at every change of the job while the block runs; it means "look again"."""

    def watch_all(self) -> AbstractContextManager[asyncio.Event]:
        """Give an event that is set at every change of any job while the block runs."""


class WorkStore(Protocol):
    """What a worker does with units; where a claim no longer holds, the answer is False and nothing changes."""

    def claim(self, stage: Stage, *, bell: str = "") -> Claim | None:
        """Take the best ready unit of the stage, None where nothing is ready.

        Whoever gives a bell, a name of its own, and gets nothing must call ``await_ring``: the next unit may ring it
        instead of sending a hint.
        """

    def await_ring(self, stage: Stage, bell: str) -> bool:
        """Listen for a moment whether a unit has come; tells whether one may have, and never misses one."""

    def beat(self, claims: Sequence[Claim]) -> list[bool]:
        """Prolong leases; tells for each claim whether it still holds."""

    def defer(self, claim: Claim, wait: timedelta, reason: str) -> bool:
        """Give a unit back without using up an attempt."""

    def disclose(self, claim: Claim, content: bytes) -> bool:
        """Keep with the job what is about to leave for the model; where the claim no longer holds, nothing may."""

    def finish_chunk(
        self, claim: Claim, content: bytes, completed: int, found: FoundMembers | None = None
    ) -> Claim | bool:
        """Record a chunk; where it was the last, the claim on ``assemble`` comes back with it.

        What was found becomes further chunks in the same step; a job that thereby has more files than it may ends as
        failed with ``upload.too_many_files``.
        """

    def read_parts(self, claim: Claim) -> Mapping[str, bytes]:
        """Give what the chunks produced, by part."""

    def read_uploads(self, claim: Claim) -> tuple[Upload, ...]:
        """Give every received file of the job, in the upload's order."""

    def finish_assembly(self, claim: Claim, outcome: Outcome) -> bool:
        """Record the result; it is readable from now on, and the job ends where no stage follows.

        With an only claim on extraction this is one step with the end of the extraction, of which no part is kept.
        """

    def read_result(self, claim: Claim) -> bytes:
        """Give the result as JSON."""

    def read_warnings(self, claim: Claim) -> bytes:
        """Give the job's warnings as a JSON array."""

    def finish_summary(self, claim: Claim, result: bytes, warnings: bytes) -> bool:
        """Record the result with its summary, and the job's warnings as a JSON array; the job ends."""

    def fail(self, claim: Claim, failure: Failure, files: tuple[FileOutcome, ...] = ()) -> bool:
        """End the job as failed; ``files`` says what was wrong with each."""


class SweepStore(Protocol):
    """What the sweeper and the eraser do."""

    def sweep(self) -> Sweep:
        """Act on all units whose time has come."""

    def correct_hints(self, queue: str, known: int, true: int) -> None:
        """Put right how many hints are on their way, unless it is no longer what was known."""

    def await_work(self, timeout: timedelta) -> str | None:
        """Wait until a queue has new work, or until the time is over; gives its name."""

    def expire(self) -> tuple[str, ...]:
        """End the retention of what is due; gives the locations to erase until FORGET confirms them."""

    def forget(self, locations: Sequence[str]) -> None:
        """Confirm that these locations are erased."""

    def owned_locations(self) -> set[str]:
        """Give every location that a job still refers to."""
