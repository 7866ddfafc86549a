"""The errors of the service: a kind, a stable code and a message that is safe to show.

The kind alone decides retry, HTTP status class and whether somebody is alerted. A message says what was found,
what was expected and what to do; it never holds an element's value, a file name or a path from the sender.
"""

from enum import StrEnum


class ErrorKind(StrEnum):
    """Who has to act on an error."""

    DATA = "data"
    """The file or the request is at fault: never retried."""
    TRANSIENT = "transient"
    """The surroundings are at fault: retried later."""
    INTERNAL = "internal"
    """We are at fault: a bug, logged as class and frames without its text."""


class ServiceError(Exception):
    """Base of every error that this service raises on purpose."""

    kind: ErrorKind = ErrorKind.INTERNAL

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class DataError(ServiceError):
    """The sender's file or request cannot be used."""

    kind = ErrorKind.DATA


class TransientError(ServiceError):
    """Something we depend on is away or full; the same call may succeed later."""

    kind = ErrorKind.TRANSIENT
