"""What a submission may say beside its files, in fields and in headers."""

import re
from datetime import timedelta

from fastapi import Request
from msgspec import Struct

from api.schemas.problem import FieldProblem, RequestRefused
from api.schemas.webhooks import read_callback
from shared.jobs.job import JobKind, Priority
from shared.jobs.parameters import JobParameters
from shared.webhooks.target_policy import TargetPolicy

MAX_REFERENCE = 128
"""Printable characters of a client reference; the wire contract's number."""

MAX_KEY = 255
"""Characters of an Idempotency-Key."""

_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,9})\"?\s*(?=$|[,;])", re.IGNORECASE)


class SubmissionHeaders(Struct, frozen=True):
    """The headers that steer a submission."""

    wait: timedelta | None
    idempotency_key: str | None
    cancel_after: timedelta | None


def read_wait(request: Request, longest: float) -> timedelta | None:
    """Give how long the sender wants the answer held (RFC 7240 section 4.3), capped; None where not asked."""
    found = _WAIT.search(",".join(request.headers.getlist("prefer")))
    return timedelta(seconds=min(int(found[1]), longest)) if found else None


def read_submission_headers(request: Request, longest_wait: float) -> SubmissionHeaders:
    """Read the headers of a submission; raises RequestRefused ``request.bad_field``."""
    return SubmissionHeaders(
        wait=read_wait(request, longest_wait),
        idempotency_key=_idempotency_key(request.headers.get("idempotency-key")),
        cancel_after=_cancel_after(request.headers.get("cancel-after")),
    )


def _idempotency_key(text: str | None) -> str | None:
    if text is None:
        return None
    key = text.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':  # a structured-field string, RFC 9651 section 3.3.3
        key = re.sub(r"\\(.)", r"\1", key[1:-1])
    if not key or len(key) > MAX_KEY or not key.isprintable():
        raise _bad("Idempotency-Key", f"Expected 1 to {MAX_KEY} printable characters.")
    return key


def _cancel_after(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,7}", text.strip(), re.ASCII):
        raise _bad("Cancel-After", "Expected a whole number of seconds, at least 1.")
    return timedelta(seconds=int(text))


def read_parameters(
    kind: JobKind, tenant: str, options: dict[str, str], cancel_after: timedelta | None, targets: TargetPolicy
) -> JobParameters:
    """Check the options of a submission; raises RequestRefused ``request.bad_field`` naming the field."""
    reference = options.get("client_reference") or None
    if reference is not None and (len(reference) > MAX_REFERENCE or not reference.isprintable()):
        raise _bad("client_reference", f"Expected at most {MAX_REFERENCE} printable characters.")
    priority = options.get("priority") or Priority.NORMAL
    if priority not in set(Priority):
        raise _bad("priority", f"Expected one of {', '.join(Priority)}.")
    return JobParameters(
        kind=kind,
        tenant=tenant,
        priority=Priority(priority),
        client_reference=reference,
        callback=read_callback(targets, tenant, options),
        cancel_after=cancel_after,
    )


def _bad(field: str, detail: str) -> RequestRefused:
    return RequestRefused(
        "request.bad_field",
        "The request has a field that cannot be used; `errors` names it.",
        errors=[FieldProblem(field=field, detail=detail)],
    )
