"""Segmentations: which structures are marked, on which series. Implements PS3.3 C.8.20.2 and C.8.20.4.

Segment labels are free text; what a segment is stands in its codes.
"""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references

MAX_SEGMENTS = 256
"""Segments that are listed; all are counted."""


class SegmentDescription(Struct, frozen=True, omit_defaults=True):
    """One segment: category and type as coded, and whether a person or a program drew it."""

    number: int | None = None
    category: Code | None = None
    type: Code | None = None
    anatomic_region: Code | None = None
    algorithm_type: str | None = None


class Segmentation(Struct, frozen=True, omit_defaults=True):
    """A segmentation; ``frames`` counts its own frames, not slices of a scan."""

    segment_count: int
    type: str | None = None
    fractional_type: str | None = None
    maximum_fractional_value: int | None = None
    frames: int | None = None
    segments: tuple[SegmentDescription, ...] = ()
    references: References | None = None


def read_segmentation(attributes: Attributes, ledger: Ledger) -> Segmentation:
    """Read what is segmented; the masks are not looked at."""
    segments = list(ledger.items(attributes, "SegmentSequence"))
    return Segmentation(
        segment_count=len(segments),
        type=ledger.term(attributes, "SegmentationType", "segmentation.type"),
        fractional_type=ledger.term(attributes, "SegmentationFractionalType", "segmentation.fractional_type"),
        maximum_fractional_value=ledger.integer(
            attributes, "MaximumFractionalValue", "segmentation.maximum_fractional_value"
        ),
        frames=ledger.integer(attributes, "NumberOfFrames", "segmentation.frames"),
        segments=tuple(_segment(item, ledger) for item in segments[:MAX_SEGMENTS]),
        references=read_references(attributes, ledger),
    )


def _segment(item: Attributes, ledger: Ledger) -> SegmentDescription:
    return SegmentDescription(
        number=ledger.integer(item, "SegmentNumber"),
        category=read_code(item, "SegmentedPropertyCategoryCodeSequence", ledger),
        type=read_code(item, "SegmentedPropertyTypeCodeSequence", ledger),
        anatomic_region=read_code(item, "AnatomicRegionSequence", ledger),
        algorithm_type=ledger.term(item, "SegmentAlgorithmType"),
    )
