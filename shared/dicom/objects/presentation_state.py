"""Presentation states: how images are to be shown, and which. Implements PS3.3 C.11.11 and C.10.5."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references


class PresentationState(Struct, frozen=True, omit_defaults=True):
    """What a state refers to, and how much is drawn over the images; its label and texts are free text."""

    annotation_count: int = 0
    text_count: int = 0
    graphic_count: int = 0
    layer_count: int = 0
    references: References | None = None


def read_presentation_state(attributes: Attributes, ledger: Ledger) -> PresentationState:
    """Read what a presentation state applies to."""
    annotations = list(ledger.items(attributes, "GraphicAnnotationSequence"))
    return PresentationState(
        annotation_count=len(annotations),
        text_count=sum(ledger.count(item, "TextObjectSequence") for item in annotations),
        graphic_count=sum(ledger.count(item, "GraphicObjectSequence") for item in annotations),
        layer_count=ledger.count(attributes, "GraphicLayerSequence"),
        references=read_references(attributes, ledger),
    )
