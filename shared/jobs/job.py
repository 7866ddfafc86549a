"""A job and its units: states, stages and the snapshot that readers see.

A *job* is the user's; a *unit* is one piece of work of one stage (``extract/3``, ``assemble``); a *claim* is one
attempt at a unit, told from all others by its fence. Status names are the wire contract's.
"""

import secrets
import time
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct


class JobStatus(StrEnum):
    """Where a job stands; the last three are terminal."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        """Whether the status never changes again by itself."""
        return self in {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELED}


class JobKind(StrEnum):
    """What the user asked for."""

    ANALYZE = "analyze"
    SUMMARIZE = "summarize"
    FHIR = "fhir"
    """As ``analyze``; its result is FHIR unless another format is asked for."""
    COMPARE = "compare"


class Stage(StrEnum):
    """A step of a job; each has a queue of its own."""

    EXTRACT = "extract"
    ASSEMBLE = "assemble"
    SUMMARIZE = "summarize"


class Priority(StrEnum):
    """Which job goes first; the rank orders the ready units before their age does."""

    URGENT = "urgent"
    NORMAL = "normal"
    OFFPEAK = "offpeak"

    @property
    def rank(self) -> int:
        """0 is served first."""
        return list(Priority).index(self)


STAGES: dict[JobKind, tuple[Stage, ...]] = {
    JobKind.ANALYZE: (Stage.EXTRACT, Stage.ASSEMBLE),
    JobKind.FHIR: (Stage.EXTRACT, Stage.ASSEMBLE),
    JobKind.SUMMARIZE: (Stage.EXTRACT, Stage.ASSEMBLE, Stage.SUMMARIZE),
    JobKind.COMPARE: (Stage.EXTRACT, Stage.ASSEMBLE, Stage.SUMMARIZE),
}
"""The stages of each kind, in order."""


def stage_after(kind: JobKind, stage: Stage) -> Stage | None:
    """Give the stage that follows, or None after the last."""
    stages = STAGES[kind]
    place = stages.index(stage) + 1
    return stages[place] if place < len(stages) else None


class StageProgress(Struct, frozen=True):
    """How far one stage is; ``total`` counts files in ``extract`` and is absent elsewhere."""

    stage: Stage
    status: str
    completed: int | None = None
    total: int | None = None
    retry_at: datetime | None = None
    reason: str | None = None
    queue_position: int | None = None


class Failure(Struct, frozen=True, omit_defaults=True):
    """Why a job failed: a stable code and a sentence, both safe to show."""

    code: str
    detail: str | None = None
    attempts: int | None = None
    stage: str | None = None


class Job(Struct, frozen=True):
    """What is known about a job at one instant, without its result."""

    id: str
    tenant: str
    kind: JobKind
    status: JobStatus
    priority: Priority
    revision: int
    created_at: datetime
    received: int
    stages: tuple[StageProgress, ...] = ()
    attempt: int | None = None
    partial: bool = False
    client_reference: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    counts: dict[str, int] | None = None
    warnings: bytes = b"[]"
    files: bytes = b"[]"
    error: Failure | None = None
    has_result: bool = False
    previews: bytes = b"[]"
    has_model_input: bool = False


def mint_job_id() -> str:
    """Make an id that sorts by time of creation: 48 bits of milliseconds, 80 random bits, in lower-case hex.

    References
    ----------
    The layout follows RFC 9562 section 5.7 (UUIDv7) without its version and variant bits.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def instant(milliseconds: str | int | None) -> datetime | None:
    """Turn milliseconds since 1970 into an aware UTC instant."""
    return None if milliseconds is None else datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
