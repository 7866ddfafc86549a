"""Key object selections: which instances somebody marked, and what for. Implements PS3.16 TID 2010."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references

_MODIFIER = "113011"


class KeyObjects(Struct, frozen=True, omit_defaults=True):
    """A selection: its title says why (for surgery, rejected for quality reasons); its description is free text."""

    title: Code | None = None
    title_modifier: Code | None = None
    selected_count: int = 0
    references: References | None = None


def read_key_objects(attributes: Attributes, root: ContentItem, ledger: Ledger) -> KeyObjects:
    """Read a selection."""
    return KeyObjects(
        title=root.concept,
        title_modifier=root.coded(ledger, _MODIFIER),
        selected_count=sum(1 for item in root.children if item.value_type in {"IMAGE", "COMPOSITE", "WAVEFORM"}),
        references=read_references(attributes, ledger),
    )
