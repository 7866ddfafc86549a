"""The outcome of checking a text: shapes of the wire contract."""

from enum import StrEnum

from msgspec import Struct


class VerificationStatus(StrEnum):
    """What the check of a text against its facts gave."""

    PASSED = "passed"
    PASSED_AFTER_CORRECTION = "passed_after_correction"
    REJECTED = "rejected"
    """A model's text was rejected and the template stands in; ``rejected`` says why."""
    NOT_NEEDED = "not_needed"
    """The template was used without asking a model: it can only say what the facts hold."""


class Rejection(Struct, frozen=True, omit_defaults=True):
    """A claim that the facts do not support: the rule it broke, its words and its sentence, counted from 1."""

    code: str
    claim: str
    sentence: int
    expected: str | None = None


class Verification(Struct, frozen=True):
    """The outcome of checking a text against its facts."""

    status: VerificationStatus
    claims_checked: int
    rejected: tuple[Rejection, ...] = ()
