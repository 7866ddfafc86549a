"""Between the hash ``job:ID`` and the typed job. The Lua library names the fields; this is their only reader."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from shared.jobs.adapters.redis_commands import Answer
from shared.jobs.claim import Claim
from shared.jobs.job import STAGES, Failure, Job, JobKind, JobStatus, Priority, Stage, StageProgress, instant
from shared.jobs.outcomes import FileOutcome, decompress
from shared.jobs.parameters import ArchiveSlice, JobParameters, Retention, Upload, plan_chunks

LISTED_FILES = 100
"""Files with something to say that the job itself lists; the rest are paged through."""

RECORD_VERSION = 1
"""Version of the record's fields: raised when a worker of the release before would do a new record wrong.

A worker leaves newer records to newer workers, so that both may work side by side while a release is rolled out.
"""

FIRST_UNIT = f"{Stage.EXTRACT}/0"
"""The unit whose place in its queue is a waiting job's place."""

BURIED = {"deleted", "expired"}
"""Statuses of a tombstone."""

_encoder = msgspec.json.Encoder()
_failure_decoder = msgspec.json.Decoder(Failure)
_upload_decoder = msgspec.json.Decoder(Upload)
_counts_decoder = msgspec.json.Decoder(dict[str, int])
_slices_decoder = msgspec.msgpack.Decoder(tuple[ArchiveSlice, ...])


def milliseconds(duration: timedelta) -> int:
    """Give a duration as the whole milliseconds that scripts count in."""
    return int(duration / timedelta(milliseconds=1))


def chunk_fields(uploads: Sequence[Upload]) -> dict[str, str]:
    """Name the units of extraction and the uploads that each reads: ``c:extract/0`` = "first last"."""
    return {f"c:{Stage.EXTRACT}/{n}": f"{first} {last}" for n, (first, last) in enumerate(plan_chunks(uploads))}


def new_record(parameters: JobParameters, uploads: Sequence[Upload], retention: Retention) -> dict[str, str]:
    """Give the fields that ACCEPT writes; status and times are the script's own."""
    stored = sum(upload.location is not None for upload in uploads)
    counts = {"received": len(uploads), "accepted": stored, "duplicate": 0, "rejected": len(uploads) - stored}
    lifetime = min(filter(None, (parameters.cancel_after, retention.lifetime)))
    fields = {
        "version": str(RECORD_VERSION),
        "kind": parameters.kind.value,
        "tenant": parameters.tenant,
        "priority": parameters.priority.value,
        "rank": str(parameters.priority.rank),
        "counts": _encoder.encode(counts).decode(),
        "files": list_notable(tuple(received_file(upload) for upload in uploads)),
        "job_retention": str(milliseconds(retention.job)),
        "upload_retention": str(milliseconds(retention.uploads)),
        "lifetime": str(milliseconds(lifetime)),
        **chunk_fields(uploads),
    }
    if parameters.cancel_after is not None and lifetime == parameters.cancel_after:
        fields["cancel_after"] = "1"
    if parameters.traceparent:
        fields["traceparent"] = parameters.traceparent
    if parameters.client_reference:
        fields["reference"] = parameters.client_reference
    if parameters.callback is not None:
        fields["callback"] = parameters.callback.url
        fields["callback_events"] = ",".join(parameters.callback.events)
        fields["callback_target"] = parameters.callback.target
    return fields


def received_file(upload: Upload) -> FileOutcome:
    """Say what is known of a file before it is read: it was received, or refused at the door."""
    status = "received" if upload.location else "rejected"
    return FileOutcome(upload.index, upload.bytes, status, upload.sha256, upload.code, upload.detail)


def list_notable(files: Sequence[FileOutcome]) -> str:
    """Give the files with something to say as the JSON that the job shows."""
    return _encoder.encode([file for file in files if file.code is not None][:LISTED_FILES]).decode()


def read_upload(content: bytes) -> Upload:
    """Read one line of ``job:ID:uploads``."""
    return _upload_decoder.decode(content)


def pair(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    """Give a hash as a script answers it, names and values in turn, in the shape of a command's answer."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def read_fields(flat: Mapping[bytes, bytes]) -> dict[str, str]:
    """Decode a record as Redis answers it."""
    return {name.decode(): value.decode() for name, value in flat.items()}


def parse_job(job_id: str, fields: Mapping[str, str]) -> Job:
    """Build the snapshot of a live or finished job from its record."""
    kind = JobKind(fields["kind"])
    created = instant(fields["created"])
    assert created is not None
    counts = _counts_decoder.decode(fields["counts"])
    attempt = fields.get("attempt")
    error = fields.get("error")
    return Job(
        id=job_id,
        tenant=fields["tenant"],
        kind=kind,
        status=JobStatus(fields["status"]),
        priority=Priority(fields["priority"]),
        revision=int(fields["revision"]),
        created_at=created,
        received=counts["received"],
        stages=tuple(_stages(kind, fields)),
        attempt=None if attempt is None else int(attempt),
        partial=fields.get("partial") == "1",
        client_reference=fields.get("reference"),
        started_at=instant(fields.get("started")),
        completed_at=instant(fields.get("completed")),
        expires_at=instant(fields.get("expires")),
        counts=counts,
        warnings=fields.get("warnings", "[]").encode(),
        files=fields.get("files", "[]").encode(),
        error=None if error is None else _failure_decoder.decode(error),
        has_result=fields.get(f"s:{Stage.ASSEMBLE}") == "succeeded",
        previews=fields.get("previews", "[]").encode(),
        has_model_input=fields.get("model_input") == "1",
    )


def parse_claim(stage: Stage, answer: Answer) -> Claim:
    """Build the claim that CLAIM answers."""
    unit, fence, attempt, kind, tenant, trace, is_only, uploads, members, waited, left = answer
    job_id, part = unit.decode().split("/", 1)
    return Claim(
        unit=unit.decode(),
        fence=fence,
        attempt=attempt,
        job_id=job_id,
        stage=stage,
        part=part,
        kind=JobKind(kind.decode()),
        tenant=tenant.decode(),
        uploads=tuple(read_upload(line) for line in uploads),
        slices=_slices_decoder.decode(decompress(members)) if members else (),
        waited=timedelta(milliseconds=int(waited)),
        left=timedelta(milliseconds=int(left)),
        traceparent=trace.decode() or None,
        is_only=bool(is_only),
    )


def waiting_stage(job: Job) -> StageProgress | None:
    """Give the stage whose units wait in their queue, None where none do."""
    return next((stage for stage in job.stages if stage.status == "queued"), None)


def place_in_queue(job: Job, rank: int | None) -> Job:
    """Say how many units wait before the job's first one; as it is where it does not wait."""
    queued = waiting_stage(job)
    if queued is None or rank is None:
        return job
    placed = msgspec.structs.replace(queued, queue_position=rank + 1)
    return msgspec.structs.replace(job, stages=tuple(placed if stage is queued else stage for stage in job.stages))


def _stages(kind: JobKind, fields: Mapping[str, str]) -> list[StageProgress]:
    stages = []
    for stage in STAGES[kind]:
        status = fields.get(f"s:{stage}")
        if status is None:
            continue
        total, done = fields.get(f"total:{stage}"), fields.get(f"done:{stage}")
        state, _, _, retry_at, reason = (fields.get(f"u:{stage}") or "- 0 0 0 -").split(" ", 4)
        waiting = state == "waiting"
        stages.append(
            StageProgress(
                stage=stage,
                status=status,
                completed=None if total is None else int(done or 0),
                total=None if total is None else int(total),
                retry_at=instant(retry_at) if waiting else None,
                reason=reason if waiting else None,
            )
        )
    return stages
