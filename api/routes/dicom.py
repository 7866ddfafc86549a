"""Submitting files."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from api.auth import Caller, CurrentCaller, entry_of
from api.dependencies import ApiContext, Context
from api.routes.answers import answer_job, wait_headers, wait_until_done
from api.routes.webhooks import require_secret
from api.schemas.dicom import SubmissionHeaders, read_parameters, read_submission_headers
from api.schemas.jobs import JobDocument
from api.schemas.problem import ProblemDocument, RequestRefused
from api.uploads import Limits, Received, receive_uploads
from shared.errors import DataError, TransientError
from shared.jobs.audit import AuditEntry
from shared.jobs.job import JobKind, Stage, mint_job_id
from shared.jobs.parameters import SIDES, Idempotency, JobParameters
from shared.jobs.store import Accepted
from shared.observability.metrics import count
from shared.observability.traces import current_traceparent

router = APIRouter(prefix="/dicom", tags=["submit"])

RESERVATION = timedelta(seconds=15)
"""How long an idempotency key stays held without a sign of life, as after the death of the process that received."""

IDEMPOTENCY_RETENTION = timedelta(hours=24)
"""How long a key stands for its job; the wire contract's number."""

_FILE = {"type": "string", "format": "binary"}
_OPTIONS = {
    "client_reference": {"type": "string", "maxLength": 128},
    "priority": {"type": "string", "enum": ["urgent", "normal", "offpeak"]},
    "callback_url": {"type": "string", "description": "Told of the job's events; see docs/webhooks.md."},
    "callback_events": {"type": "string", "description": "Comma list; default the terminal three."},
}
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "array", "items": _FILE, "description": "DICOM objects, or ZIP archives of them."},
        **_OPTIONS,
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "application/dicom": {"schema": _FILE},
            "application/zip": {"schema": _FILE},
            "application/octet-stream": {"schema": _FILE},
        },
    }
}
_SIDES_FORM = {
    "type": "object",
    "required": list(SIDES),
    "properties": {
        **{side: {**_FILE, "description": "A DICOM object, or a ZIP archive of them."} for side in SIDES},
        **_OPTIONS,
    },
}
_SIDES_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _SIDES_FORM}}}}
_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": JobDocument, "description": "The job, done within the time asked for with Prefer: wait"},
    202: {"model": JobDocument, "description": "The job is accepted; Location names it"},
    **{
        status: {"model": ProblemDocument, "description": text}
        for status, text in {
            400: "Malformed request",
            409: "The first request with this Idempotency-Key is still being received",
            413: "Body too large or too many files",
            415: "Media type not taken",
            422: "No usable file, a damaged or empty archive, or a field that cannot be used",
            503: "Job store or broker away, or too much work waiting",
            507: "Storage nearly full",
        }.items()
    },
}


@router.post(
    "/analyze",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=_BODY,
    summary="Extract the metadata of DICOM files",
    description="Send one DICOM object or one ZIP archive as the body, or several of either as parts named `file`. "
    "What a file is, is decided by its content. The answer names a job.",
)
async def analyze(request: Request, context: Context, caller: CurrentCaller) -> Response:
    """Accept a job that extracts."""
    return await _submit(request, context, caller, JobKind.ANALYZE)


@router.post(
    "/summarize",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=_BODY,
    summary="Extract the metadata of DICOM files and summarize it in plain words",
    description="As analyze; the result also has a summary for a reader who is not an engineer.",
)
async def summarize(request: Request, context: Context, caller: CurrentCaller) -> Response:
    """Accept a job that extracts and summarizes."""
    return await _submit(request, context, caller, JobKind.SUMMARIZE)


@router.post(
    "/fhir",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=_BODY,
    summary="Extract the metadata of DICOM files as FHIR",
    description="As analyze; the result is a FHIR R4B ImagingStudy, or a Bundle, unless another format is asked for.",
)
async def fhir(request: Request, context: Context, caller: CurrentCaller) -> Response:
    """Accept a job that extracts and is read as FHIR."""
    return await _submit(request, context, caller, JobKind.FHIR)


@router.post(
    "/compare",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=_SIDES_BODY,
    summary="Compare two uploads",
    description="Send a form with exactly two files, the parts `baseline` and `followup`; each may be one DICOM object "
    "or a ZIP archive of many. The result has both trees, which series were compared, their differences in protocol, "
    "geometry, dose, cardiac timing and equipment, and a summary of these. No identity is compared.",
)
async def compare(request: Request, context: Context, caller: CurrentCaller) -> Response:
    """Accept a job that compares."""
    return await _submit(request, context, caller, JobKind.COMPARE, SIDES)


async def _submit(
    request: Request, context: ApiContext, caller: Caller, kind: JobKind, sides: Sequence[str] = ()
) -> Response:
    settings, tenant, entry = context.settings, caller.tenant, entry_of(request)
    headers = read_submission_headers(request, settings.max_wait_seconds)
    read_parameters(kind, tenant, dict(request.query_params), headers.cancel_after, context.targets)
    await context.room.require(tenant)
    reservation = await _reserve(context, tenant, headers)
    try:
        limits = Limits(bytes=settings.max_upload_bytes, files=settings.max_files)
        async with _kept_reserved(context, tenant, headers.idempotency_key, reservation):
            received = await receive_uploads(request, context.storage, limits, sides)
        _count_uploads(received)
        # Who waits is answered by what becomes of the job; every other entry belongs to the step that records it.
        written = entry.written(202) if headers.wait is None else None
        accepted = await _accept(request, context, tenant, kind, headers, received, reservation, written)
        entry.is_entered = written is not None
    except BaseException:  # whatever ended the request, its key is free again; the exception itself goes on
        if reservation is not None and headers.idempotency_key is not None:
            await asyncio.shield(context.jobs.release(tenant, headers.idempotency_key, reservation))
        raise
    if headers.wait is None and accepted.job is not None:
        job, result = accepted.job, None
    else:
        job, result = await wait_until_done(context, accepted.job_id, tenant, headers.wait)
    answer = {"Location": f"/jobs/{job.id}", **wait_headers(headers.wait)}
    if accepted.is_replay:
        answer["Idempotent-Replayed"] = "true"
    status = 200 if headers.wait is not None and job.status.is_terminal else 202
    return await answer_job(job, result, caller, status=status, headers=answer)


async def _reserve(context: ApiContext, tenant: str, headers: SubmissionHeaders) -> str | None:
    """Hold the sender's key while the body is received; None without a key, or where it stands for a job already."""
    key = headers.idempotency_key
    if key is None:
        return None
    reservation = f"receiving {secrets.token_hex(8)}"
    if await context.jobs.reserve(tenant, key, reservation, RESERVATION):
        return reservation
    if await context.jobs.is_being_received(tenant, key):
        raise RequestRefused(
            "idempotency.in_progress",
            "The first request with this Idempotency-Key is still being received; try again shortly.",
            headers={"Retry-After": "1"},
        )
    return None


@asynccontextmanager
async def _kept_reserved(
    context: ApiContext, tenant: str, key: str | None, reservation: str | None
) -> AsyncIterator[None]:
    """Prolong the reservation of a key while the body is received, however long that takes."""
    if key is None or reservation is None:
        yield
        return

    async def prolong() -> None:
        while True:
            await asyncio.sleep(RESERVATION.total_seconds() / 3)
            with suppress(TransientError):
                await context.jobs.prolong(tenant, key, reservation, RESERVATION)

    task = asyncio.create_task(prolong())
    try:
        yield
    finally:
        task.cancel()


async def _accept(
    request: Request,
    context: ApiContext,
    tenant: str,
    kind: JobKind,
    headers: SubmissionHeaders,
    received: Received,
    reservation: str | None,
    entry: AuditEntry | None,
) -> Accepted:
    locations = [upload.location for upload in received.uploads if upload.location]
    try:
        options = {**dict(request.query_params), **received.options}
        parameters = read_parameters(kind, tenant, options, headers.cancel_after, context.targets)
        if parameters.callback is not None:
            await require_secret(context, tenant)
        idempotency = None
        if headers.idempotency_key is not None:
            idempotency = Idempotency(
                key=headers.idempotency_key,
                reservation=reservation or "",
                fingerprint=_fingerprint(parameters, received),
                retention=IDEMPOTENCY_RETENTION,
            )
        accepted = await _record(context, parameters, received, idempotency, entry)
    except DataError:  # refused for good: no job refers to these bytes
        await asyncio.to_thread(context.storage.erase, locations)
        raise
    context.hints.send(Stage.EXTRACT, accepted.hints)
    if needless := locations if accepted.is_replay else accepted.redundant:
        await asyncio.to_thread(context.storage.erase, needless)
    return accepted


async def _record(
    context: ApiContext,
    parameters: JobParameters,
    received: Received,
    idempotency: Idempotency | None,
    entry: AuditEntry | None,
) -> Accepted:
    job_id = mint_job_id()
    parameters = msgspec.structs.replace(parameters, traceparent=current_traceparent())
    try:
        return await context.jobs.accept(job_id, parameters, received.uploads, idempotency, entry)
    except TransientError:
        # The record may have been written all the same: the same id makes the second try harmless. If that fails
        # too, the bytes stay until the search for bytes without a job, since a job may refer to them.
        return await context.jobs.accept(job_id, parameters, received.uploads, idempotency, entry)


def _count_uploads(received: Received) -> None:
    stored = sum(upload.location is not None for upload in received.uploads)
    count("upload_files", stored, outcome="stored")
    count("upload_files", len(received.uploads) - stored, outcome="refused")
    count("upload_bytes", sum(upload.bytes for upload in received.uploads))


def _fingerprint(parameters: JobParameters, received: Received) -> str:
    uploads = sorted(received.uploads, key=lambda upload: upload.side or "")  # sides may come in either order
    content = "\n".join([parameters.kind, *(upload.sha256 for upload in uploads)])
    return hashlib.sha256(content.encode()).hexdigest()
