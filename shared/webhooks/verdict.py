"""What an attempt came to: the receiver's status, or the reason why there was none, and what follows from it."""

from enum import StrEnum

THROTTLING = {429, 502, 504}
"""Statuses that ask a sender to slow down; Standard Webhooks 1.0, "Deliverability and reliability"."""


class Verdict(StrEnum):
    """What follows from an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """Try again by the schedule."""
    THROTTLED = "throttled"
    """Try again by the schedule, and leave the whole target alone for a moment."""
    GONE = "gone"
    """Never send there again."""


class ErrorClass(StrEnum):
    """Why an attempt, or a delivery, did not succeed; safe to show: says nothing of what the receiver wrote."""

    NAME_NOT_RESOLVED = "name_not_resolved"
    TARGET_REFUSED = "target_refused"
    CONNECTION_FAILED = "connection_failed"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    BAD_RESPONSE = "bad_response"
    REDIRECTED = "redirected"
    THROTTLED = "throttled"
    GONE = "gone"
    REFUSED = "refused"
    """The receiver answered 4xx."""
    RECEIVER_ERROR = "receiver_error"
    """The receiver answered 5xx."""
    UNSIGNED = "unsigned"
    """There is no secret to sign with any more."""
    WORKER_LOST = "worker_lost"
    """The sending process ended before it noted the outcome: the receiver may have the event or not."""
    OVERDUE = "overdue"
    ENDPOINT_DISABLED = "endpoint_disabled"
    ENDPOINT_REMOVED = "endpoint_removed"
    JOB_DELETED = "job_deleted"


def judge_status(status: int) -> tuple[Verdict, ErrorClass | None]:
    """Judge a final HTTP status: 2xx alone is success, a redirect is a failure, 410 ends it (Standard Webhooks 1.0)."""
    if 200 <= status < 300:
        return Verdict.DELIVERED, None
    if status == 410:
        return Verdict.GONE, ErrorClass.GONE
    if status in THROTTLING:
        return Verdict.THROTTLED, ErrorClass.THROTTLED
    if 300 <= status < 400:
        return Verdict.FAILED, ErrorClass.REDIRECTED
    return Verdict.FAILED, ErrorClass.REFUSED if status < 500 else ErrorClass.RECEIVER_ERROR
