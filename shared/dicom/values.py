"""The typed values of the result, and where each was read."""

from msgspec import Struct

Scalar = int | float | str


class Varying(Struct, frozen=True):
    """A quantity that differs between the instances or frames of a series; ``distinct`` is ascending."""

    min: float
    max: float
    distinct: tuple[float, ...]


Value = bool | int | float | str | tuple[Scalar, ...] | Varying
"""What one key of an ``acquisition`` block may hold; its unit stands in the key."""


class Provenance(Struct, frozen=True, omit_defaults=True):
    """Where a typed value was read.

    ``raw`` is the element's text exactly as the file has it; ``source`` says how a value was derived when it is
    not one attribute's own (``60000/HeartRate``) or that the reading rests on an unverified vendor note.
    """

    keyword: str
    tag: str
    raw: str | None = None
    source: str | None = None


class Unreadable(Struct, frozen=True):
    """An attribute that was present but could not be used, with the rule it broke and never its value."""

    keyword: str
    tag: str
    reason: str
