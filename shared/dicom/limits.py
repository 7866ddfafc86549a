"""What a header may cost, and what is said of files that are refused."""

from msgspec import Struct

from shared.errors import DataError


class ReadingLimits(Struct, frozen=True):
    """What one header may cost."""

    header_bytes: int = 64 * 1024 * 1024
    """Bytes of a header that are held at a time."""
    value_bytes: int = 1024 * 1024
    """Length beyond which the value of a plain element is passed over."""
    elements: int = 500_000
    """Elements in a header, those inside of sequences included; 2,400 enhanced frames have about 75,000."""
    items: int = 200_000
    """Sequence items in a header."""
    depth: int = 64
    """Sequences inside each other; the deepest structured reports have about twenty."""
    inflated_bytes: int = 256 * 1024 * 1024
    """Bytes of a deflated data set after inflating, pixels included."""


DEFAULT_LIMITS = ReadingLimits()
"""What a header may cost unless the caller says otherwise."""

REFUSALS = {
    "dicom.not_dicom": "The content is not DICOM; send DICOM objects.",
    "dicom.no_identity": "SOP Class, SOP Instance, Study or Series Instance UID or Modality is missing; "
    "the file is cut short or not a stored object.",
    "dicom.false_transfer_syntax": "The file states one byte order and its data set has the other; export it again.",
    "dicom.expands_too_far": "The compressed data set expands beyond the limit; it is not read.",
    "dicom.too_costly": "Reading the file took more time or memory than one file may take; it is not read.",
    "dicom.header_too_large": "The header is larger than the limit; it is not read.",
    "dicom.too_many_elements": "The header has more elements than the limit; it is not read.",
    "dicom.too_many_items": "The header has more sequence items than the limit; it is not read.",
    "dicom.too_deep": "The header has more sequences inside each other than the limit; it is not read.",
}
"""Every code of a file that is not read, with what is said of it."""


def refuse(code: str) -> DataError:
    """Make the error of a file that is not read."""
    return DataError(code, REFUSALS[code])
