"""A job as clients read it."""

from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.problem import PROBLEMS, problem
from shared.formats import FORMATS, Format, FormatName
from shared.jobs.job import Failure, Job, JobKind, StageProgress
from shared.jobs.store import Glance


class StageDocument(BaseModel):
    """How far one stage of a job is."""

    status: str = Field(examples=["running"])
    completed: int | None = Field(default=None, examples=[120])
    total: int | None = Field(default=None, examples=[320])
    queue_position: int | None = None
    retry_at: datetime | None = None
    reason: str | None = None


class JobDocument(BaseModel):
    """A job; what is absent is not known or not there yet."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f"])
    kind: str = Field(examples=["analyze"])
    status: str = Field(examples=["queued"])
    done: bool
    partial: bool
    stages: dict[str, StageDocument]
    priority: str = Field(examples=["normal"])
    created_at: datetime
    attempt: int | None = None
    client_reference: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    counts: dict[str, int]
    files: list[dict[str, Any]]  # Any: documented by example, rendered from typed records
    warnings: list[dict[str, Any]]  # Any: documented by example, rendered from typed records
    result: dict[str, Any] | None = None  # Any: the result has a schema of its own
    error: dict[str, Any] | None = None  # Any: a problem document
    links: dict[str, str]


class JobsDocument(BaseModel):
    """A page of jobs, newest first; ``next_cursor`` is null on the last page."""

    jobs: list[JobDocument]
    next_cursor: str | None


class ResultDocument(BaseModel):
    """What the files say: the flat card, the typed tree and, where asked for, the summary.

    ``withheld`` lists what was left out for a key without the scope ``identified``.
    """

    model_config = ConfigDict(extra="allow")

    metadata: dict[str, str | int]
    studies: list[dict[str, Any]]  # Any: documented by the wire contract, rendered from typed records
    summary: str | None = None
    summary_detail: dict[str, Any] | None = None  # Any: as above
    withheld: list[str] | None = None


class FileDocument(BaseModel):
    """What became of one received file."""

    index: int
    sha256: str | None = Field(default=None, description="Of an upload; members of archives have crc32 instead")
    bytes: int
    status: str = Field(examples=["accepted"], description="received, accepted, duplicate, rejected or skipped")
    code: str | None = None
    detail: str | None = None
    crc32: str | None = Field(default=None, description="Of a member, in hex, as its archive states it")


class FilesDocument(BaseModel):
    """A page of files in the upload's order; ``next_cursor`` is null on the last page."""

    files: list[FileDocument]
    next_cursor: str | None


class FeedEntry(BaseModel):
    """One state change."""

    seq: int
    type: str = Field(examples=["job.succeeded"])
    job_id: str
    status: str
    timestamp: datetime


class FeedDocument(BaseModel):
    """State changes in order; ``done`` says that these reach the newest, ``last``."""

    events: list[FeedEntry]
    last: int
    done: bool


_EXPLANATIONS = {
    "job.attempts_exhausted": "Processing ended without an answer each time it was tried; a file may be harmful to the "
    "parser. Retry the job once; if it fails again, send the files in smaller jobs to find the one at fault.",
    "job.deadline_exceeded": "The job was not done within its deadline; retry it when the service is less busy.",
}


_OWN_FORMATS = {JobKind.FHIR: FormatName.FHIR}
"""The format of a kind's result for a reader without preference; JSON of every other."""


def formats_of(kind: JobKind) -> tuple[Format, ...]:
    """Give the formats that a result of this kind has, its own first."""
    if kind is JobKind.COMPARE:  # two trees and what differs: neither a list of instances nor imaging studies say it
        return (FORMATS[FormatName.JSON],)
    own = _OWN_FORMATS.get(kind, FormatName.JSON)
    return tuple(sorted(FORMATS.values(), key=lambda one: one.name is not own))


def rfc3339(moment: datetime | None) -> str | None:
    """Write an instant as RFC 3339 with milliseconds and Z."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def job_document(job: Job, result: bytes | None = None) -> dict[str, object]:
    """Build the JSON shape of a job; absent values are left out.

    Parameters
    ----------
    result
        The result as JSON where it is to be shown inside the job.
    """
    document: dict[str, object | None] = {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "done": job.status.is_terminal,
        "partial": job.partial,
        "stages": {stage.stage.value: _stage_document(stage) for stage in job.stages},
        "attempt": job.attempt,
        "priority": job.priority,
        "client_reference": job.client_reference,
        "created_at": rfc3339(job.created_at),
        "started_at": rfc3339(job.started_at),
        "completed_at": rfc3339(job.completed_at),
        "expires_at": rfc3339(job.expires_at),
        "counts": job.counts,
        "files": orjson.Fragment(job.files),
        "warnings": orjson.Fragment(job.warnings),
        "result": None if result is None else orjson.Fragment(result),
        "error": None if job.error is None else failure_document(job.id, job.error),
        "links": _links(job),
    }
    return {key: value for key, value in document.items() if value is not None}


def failure_document(job_id: str, failure: Failure) -> dict[str, object]:
    """Build the problem document of a failed job."""
    code = failure.code if failure.code in PROBLEMS else "internal.error"
    detail = failure.detail or _EXPLANATIONS.get(code, PROBLEMS[code][1])
    return problem(code, detail, instance=f"/jobs/{job_id}")


def _stage_document(stage: StageProgress) -> dict[str, object]:
    document: dict[str, object | None] = {
        "status": stage.status,
        "completed": stage.completed,
        "total": stage.total,
        "queue_position": stage.queue_position,
        "retry_at": rfc3339(stage.retry_at),
        "reason": stage.reason,
    }
    return {key: value for key, value in document.items() if value is not None}


def _links(job: Job) -> dict[str, str]:
    path = f"/jobs/{job.id}"
    links = {"self": path, "events": f"{path}/events", "files": f"{path}/files"}
    if job.has_result:
        links["result"] = f"{path}/result"
        links |= {f"result_{one.name}": f"{path}/result?format={one.name}" for one in formats_of(job.kind)}
    if job.previews != b"[]":
        links["preview"] = f"{path}/preview.png"
    if job.has_model_input:
        links["model_input"] = f"{path}/model-input"
    if not job.status.is_terminal:
        links["cancel"] = f"{path}/cancel"
    if job.status == "failed":
        links["retry"] = f"{path}/retry"
    return links


def entity_tag(job: Job) -> str:
    """Give the ETag of a job's document: it changes with every transition and with the place in the queue."""
    places = "".join(f"-{stage.queue_position}" for stage in job.stages if stage.queue_position)
    return f'"{job.revision}{places}"'


def glance_tag(glance: Glance) -> str:
    """Give the ETag that the job's document has, unless the job waits for a later stage than its first."""
    place = f"-{glance.queue_position}" if glance.queue_position else ""
    return f'"{glance.revision}{place}"'
