"""What reading an object gives beside its block: provenance, what could not be used, and findings.

Every element of an object is read through here, so that each answer of the attributes (PS3.5 sections 6.2 and 7.4)
is kept: a value where it is present and right, its place and rule where it is not.
"""

import re
from collections.abc import Iterator

from shared.dicom.attributes import Attributes, Invalid, Present, Reading, standard_attribute
from shared.dicom.findings import Finding
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance, Scalar, Unreadable

MAX_UNREADABLE = 50
"""Attributes that could not be used, kept per object."""

MAX_ITEMS = 20_000
"""Items of one sequence that are looked at; the largest real structure sets and evidence lists have fewer."""

_TERM = re.compile(r"[A-Z0-9_ ]{1,16}")
"""A code string as PS3.5 section 6.2 writes it: no free text fits in."""


class Ledger:
    """Gathers what is said about one object while its block is built.

    Parameters
    ----------
    extract
        Receives provenance and what could not be used, as for every other value of the instance.
    """

    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._rejected = 0
        self._findings: dict[Finding, None] = {}
        self.has_repaired_text = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The oddities, each once."""
        return tuple(self._findings)

    def find(self, code: str, detail: str) -> None:
        """Note an oddity; ``detail`` holds no value of the file."""
        self._findings[Finding(code, detail)] = None

    def reject(self, keyword: str, reason: str) -> None:
        """Note an attribute that is present but breaks a rule."""
        attribute = standard_attribute(keyword)
        one = Unreadable(keyword, attribute.tag_text, reason)
        if one not in self._extract.unreadable and self._rejected < MAX_UNREADABLE:
            self._rejected += 1
            self._extract.unreadable.append(one)

    def trace(self, key: str, provenance: Provenance) -> None:
        """Keep where a value was read under its dotted key inside the series."""
        self._extract.provenance[key] = provenance

    def forget(self, key: str) -> None:
        """Take back the provenance of a value that is not given after all."""
        self._extract.provenance.pop(key, None)

    def text(self, attributes: Attributes, keyword: str, key: str | None = None) -> str | None:
        """Read one text."""
        value = self._one(attributes, Parameter(key or "", keyword, Kind.TEXT))
        self.has_repaired_text = self.has_repaired_text or attributes.has_repaired_text
        return None if value is None else str(value)

    def term(self, attributes: Attributes, keyword: str, key: str | None = None) -> str | None:
        """Read one code string; what is not written as one is not passed on."""
        parameter = Parameter(key or "", keyword, Kind.TEXT)
        reading = typed_reading(attributes.read(parameter.attribute), parameter)
        if isinstance(reading, Present) and not _TERM.fullmatch(str(reading.values[0])):
            reading = Invalid("value.characters")
        value = self._keep(parameter, reading)
        return None if value is None else str(value)

    def integer(
        self, attributes: Attributes, keyword: str, key: str | None = None, *, least: float | None = 0
    ) -> int | None:
        """Read one whole number."""
        value = self._one(attributes, Parameter(key or "", keyword, Kind.INTEGER, least=least))
        return value if isinstance(value, int) else None

    def number(
        self, attributes: Attributes, keyword: str, key: str | None = None, *, least: float | None = None
    ) -> float | None:
        """Read one finite number."""
        value = self._one(attributes, Parameter(key or "", keyword, Kind.NUMBER, least=least))
        return float(value) if isinstance(value, int | float) else None

    def items(self, attributes: Attributes, keyword: str, *, most: int = MAX_ITEMS) -> Iterator[Attributes]:
        """Give the items of a sequence up to a bound; a broken or longer sequence becomes a finding."""
        number = 0
        for item in attributes.items(keyword):
            if number == most:
                self.find("object.more_than_listed", f"{keyword} has more than {most} items; the rest is not given.")
                return
            number += 1
            yield item
        if number == 0 and attributes.is_broken_sequence(keyword):
            self.find("object.damaged_sequence", f"{keyword} cannot be parsed; what stands inside it is not given.")

    def first(self, attributes: Attributes, keyword: str) -> Attributes | None:
        """Give the first item of a sequence that has one."""
        return next(self.items(attributes, keyword), None)

    def count(self, attributes: Attributes, keyword: str) -> int:
        """Count the items of a sequence."""
        return sum(1 for _ in self.items(attributes, keyword))

    def _one(self, attributes: Attributes, parameter: Parameter) -> Scalar | None:
        return self._keep(parameter, typed_reading(attributes.read(parameter.attribute), parameter))

    def _keep(self, parameter: Parameter, reading: Reading) -> Scalar | None:
        if isinstance(reading, Invalid):
            self.reject(parameter.keyword, reading.reason)
        if not isinstance(reading, Present):
            return None
        if parameter.key:
            self.trace(parameter.key, Provenance(parameter.keyword, parameter.attribute.tag_text, reading.raw))
        return reading.values[0]
