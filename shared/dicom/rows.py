"""One row of what is read: a key of the result, its attribute, and how its value is typed and bounded."""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from shared.dicom.attributes import (
    Absent,
    Attribute,
    Empty,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
    as_single,
    standard_attribute,
)
from shared.dicom.values import Provenance, Scalar, Unreadable, Value


class Kind(StrEnum):
    """How a value is typed."""

    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    NUMBERS = "numbers"
    TEXTS = "texts"
    ANY_TEXT = "any_text"
    """One text as itself, several as a list."""
    ANY_NUMBER = "any_number"
    """One number as itself, several as a list."""


class Parameter(Struct, frozen=True):
    """One row: the dotted key inside the series, the attribute's keyword and the type of its value.

    ``least`` and ``most`` bound what is plausible, inclusive; ``count`` is the value multiplicity of NUMBERS.
    ``enhanced`` is the keyword that enhanced objects have instead; it is asked first there. ``sequence`` is a sequence
    whose first item is read instead of the data set, or a path of several with points between. Of rows with the same
    key the first that finds a value counts, those of sequences last. ``factor`` turns the attribute's unit into the
    key's. ``macro`` and ``section`` (of PS3.3) are said in the documentation.
    """

    key: str
    keyword: str
    kind: Kind
    count: int | None = None
    least: float | None = None
    most: float | None = None
    enhanced: str | None = None
    sequence: str | None = None
    factor: float | None = None
    macro: str | None = None
    section: str | None = None

    @property
    def attribute(self) -> Attribute:
        """The attribute's tag and value representation in PS3.6."""
        return standard_attribute(self.keyword)

    def candidates(self, *, enhanced: bool) -> tuple[Attribute, ...]:
        """The attributes that may hold the value, the first to be asked first."""
        if self.enhanced is None:
            return (self.attribute,)
        both = (standard_attribute(self.enhanced), self.attribute)
        return both if enhanced else both[::-1]

    def typed_for(self, attribute: Attribute) -> "Parameter":
        """Type a whole number's row as a number where the attribute need not be whole, as mA in enhanced objects."""
        return replace(self, kind=Kind.NUMBER) if self.kind is Kind.INTEGER and attribute.vr in _DECIMAL else self


Answer: TypeAlias = tuple[Value, Provenance] | Unreadable | None
"""What a row says of one data set: its value with where it was read, why that cannot be used, or nothing."""

_LISTS = {Kind.NUMBERS, Kind.TEXTS}
_DECIMAL = {"DS", "FD", "FL"}
"""Value representations of numbers that need not be whole."""


def answer_of(parameter: Parameter, attribute: Attribute, reading: Reading) -> Answer:
    """Turn a typed reading into the answer of a row."""
    match reading:
        case Present(raw, values):
            if parameter.factor is not None:
                values = tuple(_scaled(value, parameter.factor) for value in values)
            value: Value = values if parameter.kind in _LISTS or len(values) > 1 else values[0]
            return value, Provenance(attribute.keyword, attribute.tag_text, raw, _source(parameter, attribute))
        case Invalid(reason):
            return Unreadable(attribute.keyword, attribute.tag_text, reason)
        case Absent() | Empty():
            return None


def typed_reading(reading: Reading, parameter: Parameter) -> Reading:
    """Apply a row's type, multiplicity and bounds to what was read."""
    match parameter.kind:
        case Kind.NUMBER:
            return _bounded(as_single(as_numbers(reading)), parameter)
        case Kind.INTEGER:
            return _bounded(as_single(as_integers(reading)), parameter)
        case Kind.TEXT:
            return as_single(reading)
        case Kind.ANY_NUMBER:
            return _bounded(as_numbers(reading), parameter)
        case Kind.NUMBERS:
            return _counted(_bounded(as_numbers(reading), parameter), parameter)
        case Kind.TEXTS | Kind.ANY_TEXT:
            return reading


def _source(parameter: Parameter, attribute: Attribute) -> str | None:
    """Say how a value was converted and in which sequence it stands, where either is so."""
    converted = f"{attribute.keyword} x {parameter.factor:g}" if parameter.factor is not None else ""
    place = f"in {parameter.sequence}" if parameter.sequence is not None else ""
    return " ".join(filter(None, (converted, place))) or None


def _scaled(value: Scalar, factor: float) -> Scalar:
    """Multiply and drop the digits that only binary arithmetic adds."""
    return value if isinstance(value, str) else float(f"{value * factor:.12g}")


def _bounded(reading: Reading, parameter: Parameter) -> Reading:
    if isinstance(reading, Present):
        for value in reading.values:
            assert not isinstance(value, str)
            if (parameter.least is not None and value < parameter.least) or (
                parameter.most is not None and value > parameter.most
            ):
                return Invalid("value.range")
    return reading


def _counted(reading: Reading, parameter: Parameter) -> Reading:
    if isinstance(reading, Present) and parameter.count is not None and len(reading.values) != parameter.count:
        return Invalid("value.multiplicity")
    return reading
