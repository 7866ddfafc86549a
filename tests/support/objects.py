"""Objects that are not images, made from the standard's own definitions: sequences, codes and content items.

Everything is encoded by ``tests.support.datasets`` (PS3.5 section 7.1); an item is written with a defined length.
"""

import struct

from shared.dicom.attributes import standard_attribute
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.objects.blocks import Blocks
from tests.support.datasets import Value, encode, make_file, read, standard

Element = tuple[int, bytes]
Concept = tuple[str, str, str]
"""Code value, coding scheme designator, code meaning."""

STORAGE = "1.2.840.10008.5.1.4.1.1."
MGY_CM = ("mGy.cm", "UCUM", "mGy.cm")
MGY = ("mGy", "UCUM", "mGy")
SECOND = ("s", "UCUM", "s")
MILLIMETER = ("mm", "UCUM", "mm")
NO_UNITS = ("1", "UCUM", "no units")


def dcm(value: str, meaning: str = "meaning") -> Concept:
    """A concept of PS3.16 Annex D."""
    return value, "DCM", meaning


def sct(value: str, meaning: str = "meaning") -> Concept:
    """A concept of SNOMED CT."""
    return value, "SCT", meaning


def item(*elements: Element) -> bytes:
    """Encode one sequence item."""
    body = b"".join(content for _, content in sorted(elements))
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body


def sequence(keyword: str, *items: bytes) -> Element:
    """Encode a sequence of items."""
    tag = standard_attribute(keyword).tag
    return tag, encode(tag, "SQ", b"".join(items))


def plain(**values: Value) -> list[Element]:
    """Encode elements by keyword."""
    return [standard(keyword, value) for keyword, value in values.items()]


def code(keyword: str, *concepts: Concept) -> Element:
    """Encode a code sequence."""
    return sequence(keyword, *(item(*_code(concept)) for concept in concepts))


def _code(concept: Concept) -> list[Element]:
    value, scheme, meaning = concept
    return plain(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def content(value_type: str, concept: Concept | None, *elements: Element, children: tuple[bytes, ...] = ()) -> bytes:
    """Encode a content item (PS3.3 C.17.3)."""
    named = [code("ConceptNameCodeSequence", concept)] if concept else []
    below = [sequence("ContentSequence", *children)] if children else []
    return item(*plain(RelationshipType="CONTAINS", ValueType=value_type), *named, *below, *elements)


def container(concept: Concept, *children: bytes) -> bytes:
    """Encode a CONTAINER item."""
    return content("CONTAINER", concept, children=children)


def coded(concept: Concept, value: Concept, *children: bytes) -> bytes:
    """Encode a CODE item."""
    return content("CODE", concept, code("ConceptCodeSequence", value), children=children)


def num(concept: Concept, value: str | None, unit: Concept | None = None, *children: bytes) -> bytes:
    """Encode a NUM item; a value of None is the empty sequence of a measurement that failed."""
    measured = () if value is None else (item(*plain(NumericValue=value), *_unit(unit)),)
    return content("NUM", concept, sequence("MeasuredValueSequence", *measured), children=children)


def _unit(unit: Concept | None) -> list[Element]:
    return [code("MeasurementUnitsCodeSequence", unit)] if unit else []


def text(concept: Concept, value: str) -> bytes:
    """Encode a TEXT item."""
    return content("TEXT", concept, *plain(TextValue=value))


def image(sop_instance: str = "1.2.3.9") -> bytes:
    """Encode an IMAGE item."""
    return content(
        "IMAGE", None, sequence("ReferencedSOPSequence", item(*plain(ReferencedSOPInstanceUID=sop_instance)))
    )


def document(title: Concept, *children: bytes) -> list[Element]:
    """The root of a content tree: a document's title and its items."""
    root = [*plain(ValueType="CONTAINER"), code("ConceptNameCodeSequence", title)]
    return [*root, sequence("ContentSequence", *children)] if children else root


def evidence(*series: tuple[str, tuple[str, ...]]) -> Element:
    """Encode the evidence of a report: series with their instances (PS3.3 C.17.2.3)."""
    items = [
        item(
            *plain(SeriesInstanceUID=uid),
            sequence("ReferencedSOPSequence", *(item(*plain(ReferencedSOPInstanceUID=one)) for one in instances)),
        )
        for uid, instances in series
    ]
    return sequence("CurrentRequestedProcedureEvidenceSequence", item(sequence("ReferencedSeriesSequence", *items)))


def make_object(sop_class: str, modality: str, *elements: Element, uid: str = "1.2.3.4") -> InstanceFacts:
    """State the facts of a made object; ``sop_class`` is the last components of its UID."""
    identity: dict[str, Value] = {"SOPClassUID": STORAGE + sop_class, "Modality": modality, "SOPInstanceUID": uid}
    return describe_instance(read(make_file(identity, raw=dict(elements))))


def blocks_of(facts: InstanceFacts) -> Blocks:
    """The blocks of an object that has some."""
    assert facts.blocks is not None
    return facts.blocks


def codes_of(facts: InstanceFacts) -> list[str]:
    """The codes of an object's findings."""
    return [finding.code for finding in facts.findings]
