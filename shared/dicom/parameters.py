"""Tables of what is read: one row per key of the result, with its attribute and how its value is typed.

A row holds for classic and enhanced objects: where an enhanced one has another attribute for the same quantity the row
names it, and frames are read through a flat view (``functional_groups``), so that no row knows of macros but for the
documentation.
"""

from collections.abc import Iterable
from typing import TypeAlias

from shared.dicom.attributes import ABSENT, Attribute, Attributes, Reading, standard_attribute
from shared.dicom.encoding import Element
from shared.dicom.findings import Finding
from shared.dicom.rows import Answer, Kind, Parameter, answer_of, typed_reading
from shared.dicom.values import Provenance, Unreadable, Value

__all__ = ["Cell", "Extract", "Kind", "Parameter", "Row", "Table", "first_item", "typed_reading"]

REMEMBERED_BYTES = 256
"""Longest value that is remembered; what series repeat is short."""


class Cell:
    """An attribute that a row may read, and the last answer it gave.

    The files of a series repeat most values byte for byte, so that what was decoded, checked and given its provenance
    once holds for the next file too. Remembered is what means the same in every data set: ASCII without an escape
    sequence (PS3.5 section 6.1.2), in little endian, of an attribute whose representation PS3.6 leaves no choice of.
    It stays in this process's memory, one value at most, until another takes its place.
    """

    __slots__ = ("_is_steady", "_last", "attribute", "parameter")

    def __init__(self, row: Parameter, attribute: Attribute) -> None:
        self.attribute = attribute
        self.parameter = row.typed_for(attribute)
        self._is_steady = " or " not in attribute.vr
        self._last: tuple[Element, Answer] | None = None

    def answer(self, attributes: Attributes, element: Element) -> Answer:
        """Read the attribute from the element that has its tag."""
        last = self._last
        if last is not None and last[0] == element and attributes.is_little_endian:
            return last[1]
        reading = typed_reading(attributes.read(self.attribute), self.parameter)
        answer = answer_of(self.parameter, self.attribute, reading)
        if self._is_steady and attributes.is_little_endian and _is_plain(element.content):
            self._last = element, answer
        return answer


def _is_plain(content: bytes | None) -> bool:
    return content is not None and len(content) <= REMEMBERED_BYTES and content.isascii() and b"\x1b" not in content


Row: TypeAlias = tuple[str, tuple[Cell, ...]]
"""A row's key, and its attributes looked up."""


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
            (tuple(map(standard_attribute, path.split("."))), self._compile(path, enhanced=enhanced))
            for path in paths
            if path is not None
        )

    def _compile(self, sequence: str | None, *, enhanced: bool) -> tuple[Row, ...]:
        rows = (row for row in self.rows if row.sequence == sequence)
        return tuple((row.key, tuple(Cell(row, one) for one in row.candidates(enhanced=enhanced))) for row in rows)

    def by_tag(self) -> dict[int, list[Row]]:
        """Give the rows that read the data set itself, by the tag of each attribute that they may read."""
        rows: dict[int, list[Row]] = {}
        for row in self.plain:
            for cell in row[1]:
                rows.setdefault(cell.attribute.tag, []).append(row)
        return rows


def first_item(attributes: Attributes, path: Iterable[Attribute]) -> Attributes | None:
    """Follow sequences through their first items; None where one is absent or has no item."""
    for sequence in path:
        item = next(attributes.items(sequence.keyword), None) if attributes.read(sequence) is not ABSENT else None
        if item is None:
            return None
        attributes = item
    return attributes


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
        values, find = self.values, attributes.encoded.get
        for key, cells in rows:
            for cell in cells:
                element = find(cell.attribute.tag)
                if element is not None and key not in values:
                    self._keep(key, cell.answer(attributes, element))

    def put(self, key: str, value: Value, provenance: Provenance) -> None:
        """Keep a value that a rule derived."""
        self.values[key] = value
        self.provenance[key] = provenance

    def find(self, code: str, detail: str) -> None:
        """Note an oddity; ``detail`` holds no value of the file."""
        self.findings.append(Finding(code, detail))

    def record(self, parameter: Parameter, attribute: Attribute, reading: Reading) -> Value | None:
        """Keep a typed reading under the row's key."""
        return self._keep(parameter.key, answer_of(parameter, attribute, reading))

    def _keep(self, key: str, answer: Answer) -> Value | None:
        if isinstance(answer, tuple):
            self.values[key], self.provenance[key] = answer
            return answer[0]
        if answer is not None:
            self.unreadable.append(answer)
        return None
