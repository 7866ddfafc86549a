"""The content tree of a structured report, read once and within bounds. Implements PS3.3 C.17.3.

The texts, names and dates of a report are not read: only what kind of item stands where, under which concept.
"""

from collections.abc import Collection, Iterator

from msgspec import Struct

from shared.dicom.attributes import Absent, Attributes, standard_attribute
from shared.dicom.objects.codes import PUBLIC_SCHEMES, Code, read_code
from shared.dicom.objects.ledger import Ledger

MAX_CONTENT_ITEMS = 30_000
"""Content items that are read; a long angiography with 500 irradiation events has about 25,000."""

MAX_DEPTH = 24
"""Nesting of content items that is followed; the deepest template of PS3.16 nests under 12."""

VALUE_TYPES = frozenset(
    {
        "CODE", "COMPOSITE", "CONTAINER", "DATE", "DATETIME", "IMAGE", "NUM", "PNAME", "SCOORD", "SCOORD3D",
        "TABLE", "TCOORD", "TEXT", "TIME", "UIDREF", "WAVEFORM",
    }
)  # fmt: skip
"""Value types of PS3.3 Table C.17.3.2.1-1."""

_BY_REFERENCE = standard_attribute("ReferencedContentItemIdentifier")

OTHER_TYPE = "OTHER"
"""Stands for a value type that the standard does not know."""


class ContentItem(Struct, frozen=True):
    """One item with its concept name, and the items below it in the document's order."""

    attributes: Attributes
    value_type: str
    concept: Code | None
    children: tuple["ContentItem", ...]

    def below(self) -> Iterator["ContentItem"]:
        """Give every item below this one, in the document's order."""
        for child in self.children:
            yield child
            yield from child.below()

    def within(self, *values: str) -> Iterator["ContentItem"]:
        """Give the items at any depth under one of the concepts, by code values of public schemes."""
        return (item for item in self.below() if item.is_named(values))

    def outermost(self, *values: str) -> Iterator["ContentItem"]:
        """Give the items under one of the concepts, but none inside another: each item belongs to one at most."""
        for child in self.children:
            if child.is_named(values):
                yield child
            else:
                yield from child.outermost(*values)

    def is_named(self, values: Collection[str]) -> bool:
        """Tell whether the concept has one of the code values, in whichever generation of a public scheme."""
        return self.concept is not None and self.concept.value in values and self.concept.scheme in PUBLIC_SCHEMES

    def coded(self, ledger: Ledger, *values: str) -> Code | None:
        """Give the value of the first CODE item at any depth under one of the concepts."""
        return _first_code(self.within(*values), ledger)

    def modifier(self, ledger: Ledger, *values: str) -> Code | None:
        """Give the value of the first CODE item directly below under one of the concepts."""
        return _first_code((child for child in self.children if child.is_named(values)), ledger)


def _first_code(items: Iterator[ContentItem], ledger: Ledger) -> Code | None:
    for item in items:
        if item.value_type == "CODE":
            return read_code(item.attributes, "ConceptCodeSequence", ledger)
    return None


def read_content(attributes: Attributes, ledger: Ledger) -> ContentItem:
    """Read the tree of a document, whose data set is the root item itself.

    Returns
    -------
    ContentItem
        With at most ``MAX_CONTENT_ITEMS`` below it and ``MAX_DEPTH`` levels; what lies beyond becomes a finding.
    """
    return _Reader(ledger).item(attributes, 0)


class _Reader:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._left = MAX_CONTENT_ITEMS

    def item(self, attributes: Attributes, depth: int) -> ContentItem:
        value_type = self._ledger.term(attributes, "ValueType") or OTHER_TYPE
        return ContentItem(
            attributes,
            value_type if value_type in VALUE_TYPES else OTHER_TYPE,
            read_code(attributes, "ConceptNameCodeSequence", self._ledger),
            tuple(self._children(attributes, depth)),
        )

    def _children(self, attributes: Attributes, depth: int) -> Iterator[ContentItem]:
        for item in self._ledger.items(attributes, "ContentSequence", most=MAX_CONTENT_ITEMS):
            if depth == MAX_DEPTH:
                text = f"Content items nest deeper than {MAX_DEPTH} levels; what lies below is not given."
                self._ledger.find("content.too_deep", text)
                return
            if self._left == 0:
                text = f"The document has more than {MAX_CONTENT_ITEMS} content items; the rest is not given."
                self._ledger.find("content.too_long", text)
                return
            self._left -= 1
            if isinstance(item.read(_BY_REFERENCE), Absent):  # a pointer to another item is no item of its own
                yield self.item(item, depth + 1)
