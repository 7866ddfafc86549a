"""Tables of what is read: one row per key of the result, with its attribute and how its value is typed."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from msgspec import Struct

from shared.dicom.attributes import (
    Absent,
    Attribute,
    Attributes,
    Empty,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
    as_single,
    standard_attribute,
)
from shared.dicom.values import Provenance, Unreadable, Value


class Kind(StrEnum):
    """How a value is typed."""

    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    NUMBERS = "numbers"
    TEXTS = "texts"
    ANY_TEXT = "any_text"
    """One text as itself, several as a list."""


class Parameter(Struct, frozen=True):
    """One row: the dotted key inside the series, the attribute's keyword and the type of its value.

    ``least`` and ``most`` bound what is plausible, inclusive; ``count`` is the value multiplicity of NUMBERS.
    """

    key: str
    keyword: str
    kind: Kind
    count: int | None = None
    least: float | None = None
    most: float | None = None

    @property
    def attribute(self) -> Attribute:
        """The attribute's tag and value representation in PS3.6."""
        return _attribute(self.keyword)


@cache
def _attribute(keyword: str) -> Attribute:
    return standard_attribute(keyword)


class Extract:
    """Gathers what was read from one instance: values, their provenance and what could not be used."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.provenance: dict[str, Provenance] = {}
        self.unreadable: list[Unreadable] = []

    def take(self, attributes: Attributes, parameters: Iterable[Parameter]) -> None:
        """Read every row of a table."""
        for parameter in parameters:
            self.take_one(attributes, parameter)

    def take_one(self, attributes: Attributes, parameter: Parameter) -> Value | None:
        """Read one row; gives the value where it is present and right."""
        attribute = parameter.attribute
        return self.record(parameter, attribute, typed_reading(attributes.read(attribute), parameter))

    def record(self, parameter: Parameter, attribute: Attribute, reading: Reading) -> Value | None:
        """Keep a typed answer under the row's key."""
        match reading:
            case Present(raw, values):
                is_list = parameter.kind in {Kind.NUMBERS, Kind.TEXTS} or len(values) > 1
                value: Value = values if is_list else values[0]
                self.values[parameter.key] = value
                self.provenance[parameter.key] = Provenance(attribute.keyword, attribute.tag_text, raw)
                return value
            case Invalid(reason):
                self.unreadable.append(Unreadable(attribute.keyword, attribute.tag_text, reason))
                return None
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
        case Kind.NUMBERS:
            return _counted(_bounded(as_numbers(reading), parameter), parameter)
        case Kind.TEXTS | Kind.ANY_TEXT:
            return reading


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
