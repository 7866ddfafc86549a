"""Raw data: a vendor's own content, of which only the references are readable. Implements PS3.3 C.19.1."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references


class RawData(Struct, frozen=True, omit_defaults=True):
    """What a raw data object belongs to."""

    references: References | None = None


def read_raw_data(attributes: Attributes, ledger: Ledger) -> RawData:
    """Read what a raw data object refers to."""
    return RawData(read_references(attributes, ledger))
