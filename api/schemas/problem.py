"""Problem documents (RFC 9457): every error code of the service with its status and title, in one table."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from shared.errors import DataError


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str = Field(examples=["priority"])
    detail: str = Field(examples=["Expected one of urgent, normal, offpeak."])


class ProblemDocument(BaseModel):
    """The answer to every request that failed."""

    type: str = Field(examples=["urn:problem:job.unknown"])
    title: str = Field(examples=["Unknown job"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no job with this id; check the id that the submission answered."])
    instance: str = Field(examples=["/jobs/0199a1b2c3d4"])
    code: str = Field(examples=["job.unknown"])
    request_id: str | None = Field(default=None, examples=["5f2b8c0e9d7a4f31b6c8d2e4a1f03b57"])
    errors: list[FieldProblem] | None = None


PROBLEMS: dict[str, tuple[int, str]] = {
    "access.key_missing": (401, "Key missing"),
    "access.key_invalid": (401, "Key not valid"),
    "access.scope_missing": (403, "Key lacks a scope"),
    "tenant.too_many_requests": (429, "Too many requests"),
    "tenant.too_many_jobs": (429, "Too many unfinished jobs"),
    "request.malformed": (400, "Malformed request"),
    "request.head_too_large": (431, "Request line and headers too large"),
    "request.head_too_slow": (408, "Request headers too slow"),
    "request.bad_field": (422, "Bad field"),
    "request.unsupported_media_type": (415, "Unsupported media type"),
    "request.not_found": (404, "No such resource"),
    "request.method_not_allowed": (405, "Method not allowed"),
    "request.incomplete": (400, "Request ended early"),
    "upload.empty": (422, "Nothing was sent"),
    "upload.archive_damaged": (422, "Archive damaged"),
    "upload.archive_empty": (422, "Archive empty"),
    "upload.archive_split": (422, "Archive in several parts"),
    "upload.archive_overlapping": (422, "Archive with overlapping members"),
    "upload.archive_expands_too_far": (413, "Archive expands too far"),
    "upload.too_large": (413, "Upload too large"),
    "upload.too_slow": (408, "Upload too slow"),
    "upload.too_many_files": (413, "Too many files"),
    "dicom.not_dicom": (422, "Not a DICOM file"),
    "job.no_preview": (404, "No image to show"),
    "job.preview_pending": (409, "Still being made"),
    "job.files_gone": (410, "Files erased"),
    "dicom.none_readable": (422, "No readable DICOM file"),
    "compare.wrong_parts": (422, "Not one file for each side"),
    "compare.side_unreadable": (422, "One side has no readable DICOM file"),
    "idempotency.mismatch": (422, "Idempotency key used for other content"),
    "idempotency.in_progress": (409, "First request still in progress"),
    "result.not_acceptable": (406, "Result has no such format"),
    "job.unknown": (404, "Unknown job"),
    "job.gone": (410, "Job is gone"),
    "job.not_done": (409, "Result not there yet"),
    "job.failed": (409, "Job failed"),
    "job.no_model_input": (404, "Nothing was sent to the model"),
    "job.not_cancelable": (409, "Job cannot be canceled"),
    "job.not_retryable": (409, "Job cannot be retried"),
    "job.uploads_gone": (409, "Uploads are gone"),
    "job.attempts_exhausted": (500, "Job given up"),
    "job.deadline_exceeded": (504, "Job took too long"),
    "webhook.no_secret": (409, "No secret for callbacks"),
    "webhook.endpoint_unknown": (404, "Unknown endpoint"),
    "webhook.too_many_endpoints": (409, "Too many endpoints"),
    "webhook.endpoint_inactive": (409, "Endpoint is not active"),
    "webhook.delivery_unknown": (404, "Unknown delivery"),
    "webhook.delivery_unfinished": (409, "Delivery still being tried"),
    "webhook.job_deleted": (409, "Job was deleted"),
    "storage.missing": (410, "Stored bytes are gone"),
    "storage.full": (507, "Storage full"),
    "storage.unavailable": (503, "Storage unavailable"),
    "store.full": (503, "Job store full"),
    "store.unavailable": (503, "Job store unavailable"),
    "queue.full": (503, "Too much work waiting"),
    "queue.unavailable": (503, "Broker unavailable"),
    "service.not_ready": (503, "Service not ready"),
    "service.busy": (503, "Too many connections"),
    "internal.error": (500, "Internal error"),
}
"""Code to status and title. A code is never reused for something else."""

RETRY_AFTER_SECONDS = {408: 5, 429: 10, 503: 5, 507: 60}
"""What ``Retry-After`` says for a status unless the error knows better."""


class RequestRefused(DataError):
    """A request that cannot be served; ``errors`` names the fields at fault, ``headers`` go with the answer."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: list[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.errors = errors
        self.headers = dict(headers or {})


def problem(
    code: str,
    detail: str,
    *,
    instance: str | None = None,
    request_id: str | None = None,
    errors: list[FieldProblem] | None = None,
) -> dict[str, object]:
    """Build a problem document; an unknown code is our own mistake and raises KeyError."""
    status, title = PROBLEMS[code]
    document: dict[str, object] = {
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if instance is not None:
        document["instance"] = instance
    if request_id is not None:
        document["request_id"] = request_id
    if errors:
        document["errors"] = [error.model_dump() for error in errors]
    return document
