"""Tables of what is read: one row per key of the result, with its attribute and how its value is typed.

A row holds for classic and enhanced objects: where an enhanced one has another attribute for the same quantity the row
names it, and frames are read through a flat view (``functional_groups``), so that no row knows of macros but for the
documentation.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from shared.dicom.attributes import (
    ABSENT,
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
from shared.dicom.findings import Finding
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
        return _attribute(self.keyword)

    def candidates(self, *, enhanced: bool) -> tuple[Attribute, ...]:
        """The attributes that may hold the value, the first to be asked first."""
        if self.enhanced is None:
            return (self.attribute,)
        both = (_attribute(self.enhanced), self.attribute)
        return both if enhanced else both[::-1]


Row: TypeAlias = tuple[str, tuple[tuple[Attribute, Parameter], ...]]
"""A row's key, and its attributes looked up, each with how it is typed."""

_DECIMAL = {"DS", "FD", "FL"}
"""Value representations of numbers that need not be whole."""


class Table:
    """Rows with their attributes looked up once, as reading many objects asks for them again and again.

    Parameters
    ----------
    rows
        Those that read a sequence come after those that read the data set itself, whatever their order here.
    enhanced
        Whether the attributes of enhanced objects are asked first.
    """

    def __init__(self, rows: Iterable[Parameter], *, enhanced: bool = False) -> None:
        self.rows = tuple(rows)
        paths = tuple(dict.fromkeys(row.sequence for row in self.rows))
        self.plain = self._compile(None, enhanced=enhanced)
        self.sequences: tuple[tuple[tuple[Attribute, ...], tuple[Row, ...]], ...] = tuple(
            (tuple(map(_attribute, path.split("."))), self._compile(path, enhanced=enhanced))
            for path in paths
            if path is not None
        )

    def _compile(self, sequence: str | None, *, enhanced: bool) -> tuple[Row, ...]:
        return tuple(
            (row.key, tuple((attribute, _typed(row, attribute)) for attribute in row.candidates(enhanced=enhanced)))
            for row in self.rows
            if row.sequence == sequence
        )

    def by_tag(self) -> dict[int, list[Row]]:
        """Give the rows that read the data set itself, by the tag of each attribute that they may read."""
        rows: dict[int, list[Row]] = {}
        for row in self.plain:
            for attribute, _ in row[1]:
                rows.setdefault(attribute.tag, []).append(row)
        return rows


def _typed(row: Parameter, attribute: Attribute) -> Parameter:
    """Type a whole number's row as a number where the attribute need not be whole, as mA in enhanced objects."""
    return replace(row, kind=Kind.NUMBER) if row.kind is Kind.INTEGER and attribute.vr in _DECIMAL else row


@cache
def _attribute(keyword: str) -> Attribute:
    return standard_attribute(keyword)


def first_item(attributes: Attributes, path: Iterable[Attribute]) -> Attributes | None:
    """Follow sequences through their first items; None where one is absent or has no item."""
    for sequence in path:
        item = next(attributes.items(sequence.keyword), None) if attributes.read(sequence) is not ABSENT else None
        if item is None:
            return None
        attributes = item
    return attributes


_LISTS = {Kind.NUMBERS, Kind.TEXTS}


class Extract:
    """Gathers what was read from one instance: values, their provenance, what could not be used, and findings."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.provenance: dict[str, Provenance] = {}
        self.unreadable: list[Unreadable] = []
        self.findings: list[Finding] = []

    def take_one(self, attributes: Attributes, parameter: Parameter) -> Value | None:
        """Read one row; gives the value where it is present and right."""
        attribute = parameter.attribute
        return self.record(parameter, attribute, typed_reading(attributes.read(attribute), parameter))

    def take_table(self, attributes: Attributes, table: Table) -> None:
        """Read every row of a compiled table, those of sequences from the sequence's first item."""
        self.take_rows(attributes, table.plain)
        self.take_sequences(attributes, table)

    def take_sequences(self, attributes: Attributes, table: Table) -> None:
        """Read the rows of sequences alone."""
        for path, rows in table.sequences:
            item = first_item(attributes, path)
            if item is not None:
                self.take_rows(item, rows)

    def take_rows(self, attributes: Attributes, rows: Iterable[Row]) -> None:
        """Read rows whose attributes were looked up; a key that has its value is not read again."""
        values, read = self.values, attributes.read
        for key, candidates in rows:
            for attribute, parameter in candidates:
                reading = read(attribute)
                if reading is not ABSENT and key not in values:
                    self.record(parameter, attribute, typed_reading(reading, parameter))

    def put(self, key: str, value: Value, provenance: Provenance) -> None:
        """Keep a value that a rule derived."""
        self.values[key] = value
        self.provenance[key] = provenance

    def find(self, code: str, detail: str) -> None:
        """Note an oddity; ``detail`` holds no value of the file."""
        self.findings.append(Finding(code, detail))

    def record(self, parameter: Parameter, attribute: Attribute, reading: Reading) -> Value | None:
        """Keep a typed answer under the row's key."""
        match reading:
            case Present(raw, values):
                if parameter.factor is not None:
                    values = tuple(_scaled(value, parameter.factor) for value in values)
                is_list = parameter.kind in _LISTS or len(values) > 1
                value: Value = values if is_list else values[0]
                self.values[parameter.key] = value
                source = _source(parameter, attribute)
                self.provenance[parameter.key] = Provenance(attribute.keyword, attribute.tag_text, raw, source)
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
