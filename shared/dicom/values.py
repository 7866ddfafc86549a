"""The typed values of the result, and where each was read."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

Scalar = int | float | str

MAX_DISTINCT = 64
"""Distinct values up to which a varying quantity lists them; beyond, only its least and its most are given."""


class Varying(Struct, frozen=True):
    """A quantity that differs between the instances or frames of a series.

    ``distinct`` is ascending, and empty where there are more than ``MAX_DISTINCT`` values.
    """

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


def merge_values(values: Sequence[Value]) -> Value:
    """Give the one value, the range of numbers, or the most frequent of anything else; there is at least one."""
    first = values[0]
    if all(value == first for value in values):
        return first
    quantities = [value for value in values if isinstance(value, int | float | Varying) and not isinstance(value, bool)]
    if len(quantities) == len(values):
        return merge_quantities(quantities)
    return Counter(values).most_common(1)[0][0]


def merge_quantities(quantities: Sequence[float | Varying]) -> Varying:
    """Give the range of numbers and ranges, of which there is at least one."""
    lows = [one.min if isinstance(one, Varying) else one for one in quantities]
    highs = [one.max if isinstance(one, Varying) else one for one in quantities]
    distinct: set[float] = set()
    for one in quantities:
        distinct.update(one.distinct if isinstance(one, Varying) else (one,))
    too_many = len(distinct) > MAX_DISTINCT or any(isinstance(one, Varying) and not one.distinct for one in quantities)
    return Varying(min(lows), max(highs), () if too_many else tuple(sorted(distinct)))
