"""The list of jobs: each as one row that says how it stands, why, and what can be done."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from api.dashboard.wording import KINDS, State, advice_for, cause_of, files_line, progress_of, state_of
from api.schemas.jobs import failure_document
from shared.jobs.job import Job, JobStatus


class Trouble(Struct, frozen=True):
    """Why a job failed, what the reader does about it, and the code to give to an operator."""

    why: str
    advice: str
    code: str


class JobRow(Struct, frozen=True):
    """One job; ``progress`` is a phrase while it lives."""

    id: str
    name: str
    kind: str
    state: State
    progress: str | None
    completed: int | None
    total: int | None
    trouble: Trouble | None
    files: str
    created_at: datetime
    completed_at: datetime | None
    expires_at: datetime | None
    can_cancel: bool
    can_retry: bool
    is_done: bool
    is_partial: bool


def view_row(job: Job) -> JobRow:
    """Build the row of a job."""
    counted = next((stage for stage in job.stages if stage.total is not None and stage.status == "running"), None)
    return JobRow(
        id=job.id,
        name=job.client_reference or f"Job {job.id[-8:]}",
        kind=KINDS[job.kind],
        state=state_of(job),
        progress=progress_of(job),
        completed=None if counted is None else counted.completed or 0,
        total=None if counted is None else counted.total,
        trouble=_trouble(job),
        files=files_line(job.counts),
        created_at=job.created_at,
        completed_at=job.completed_at,
        expires_at=job.expires_at,
        can_cancel=not job.status.is_terminal,
        can_retry=job.status is JobStatus.FAILED,
        is_done=job.status.is_terminal,
        is_partial=job.partial and job.status is JobStatus.SUCCEEDED,
    )


def _trouble(job: Job) -> Trouble | None:
    if job.error is None:
        return None
    document = failure_document(job.id, job.error)
    code = str(document["code"])
    return Trouble(cause_of(code, str(document["detail"])), advice_for(code), code)


def announce(rows: Sequence[JobRow]) -> str:
    """Say in one phrase how the shown jobs stand, for readers who cannot see the list change."""
    live = sum(not row.is_done for row in rows)
    failed = sum(row.can_retry for row in rows)
    parts = [f"{len(rows)} {'job' if len(rows) == 1 else 'jobs'} shown"]
    if live:
        parts.append(f"{live} in progress or waiting")
    if failed:
        parts.append(f"{failed} could not be done")
    return ", ".join(parts)
