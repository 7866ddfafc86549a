"""Measurements of structured reports, grouped where the document groups them. Implements PS3.16 TID 1500 and 1501.

Tracking identifiers name lesions of a patient and are left out: the place in the list is what a group is called.
"""

from collections.abc import Iterator

from msgspec import Struct

from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.quantities import read_measured

MAX_MEASUREMENTS = 500
"""Measurements that are listed per document; all are counted."""

_GROUP = "125007"
_FINDING = ("121071",)
_CATEGORY = ("276214006", "121242")
_SITE = ("363698007", "G-C0E3")
_DERIVATION = ("121401",)
_METHOD = ("370129005", "G-C036")
"""Concepts in DCM, SNOMED CT and its codes of earlier editions."""


class Measurement(Struct, frozen=True, omit_defaults=True):
    """One number as the document states it, with its concept and unit."""

    concept: Code | None = None
    value: float | None = None
    unit: Code | None = None
    derivation: Code | None = None
    method: Code | None = None
    finding_site: Code | None = None


class MeasurementGroup(Struct, frozen=True, omit_defaults=True):
    """Measurements of one thing; ``image_count`` is the number of image references in the group."""

    finding: Code | None = None
    finding_category: Code | None = None
    finding_sites: tuple[Code, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    image_count: int = 0


class Measurements(Struct, frozen=True):
    """All measurements of a document: in groups, and those outside any."""

    groups: tuple[MeasurementGroup, ...]
    others: tuple[Measurement, ...]


def read_measurements(root: ContentItem, ledger: Ledger) -> Measurements:
    """Read the measurements of a document, at most ``MAX_MEASUREMENTS``."""
    reader = _Reader(ledger)
    groups = [reader.group(item) for item in root.outermost(_GROUP)]
    others = tuple(reader.measurements(_outside(root)))
    if reader.left < 0:
        text = f"The document has more than {MAX_MEASUREMENTS} measurements; the rest is not given."
        ledger.find("content.more_measurements", text)
    return Measurements(tuple(group for group in groups if group != MeasurementGroup()), others)


def _outside(item: ContentItem) -> Iterator[ContentItem]:
    """Give the items below one that lie in no measurement group."""
    for child in item.children:
        if not child.is_named((_GROUP,)):
            yield child
            yield from _outside(child)


class _Reader:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.left = MAX_MEASUREMENTS

    def group(self, item: ContentItem) -> MeasurementGroup:
        sites = (self._code(child) for child in item.within(*_SITE) if child.value_type == "CODE")
        return MeasurementGroup(
            finding=item.coded(self._ledger, *_FINDING),
            finding_category=item.coded(self._ledger, *_CATEGORY),
            finding_sites=tuple(dict.fromkeys(site for site in sites if site is not None)),
            measurements=tuple(self.measurements(item.below())),
            image_count=sum(1 for child in item.below() if child.value_type == "IMAGE"),
        )

    def measurements(self, items: Iterator[ContentItem]) -> Iterator[Measurement]:
        for item in items:
            if item.value_type != "NUM":
                continue
            self.left -= 1
            if self.left >= 0:
                yield self._measurement(item)

    def _measurement(self, item: ContentItem) -> Measurement:
        measured = read_measured(item, self._ledger)
        return Measurement(
            concept=item.concept,
            value=None if measured is None else measured.value,
            unit=None if measured is None else measured.unit,
            derivation=item.modifier(self._ledger, *_DERIVATION),
            method=item.modifier(self._ledger, *_METHOD),
            finding_site=item.modifier(self._ledger, *_SITE),
        )

    def _code(self, item: ContentItem) -> Code | None:
        return read_code(item.attributes, "ConceptCodeSequence", self._ledger)
