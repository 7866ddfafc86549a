"""Whether the pixels that a header announces can be there; they are never decoded and not even read.

Implements PS3.5 sections 8.1.1 and 8.2 (native length) and A.4 (encapsulated fragments).
"""

import struct
from typing import BinaryIO

from shared.dicom.attributes import Attributes, Present, as_integers, as_single, standard_attribute
from shared.dicom.encoding import ITEM, SEQUENCE_END
from shared.dicom.findings import Finding

MAX_FRAGMENTS = 100_000
"""Fragments that are looked at one by one; further ones are taken as they are."""

_TRUNCATED = Finding(
    "pixels.truncated", "The file ends before its pixel data does; the header is used, the image is incomplete."
)
_TOO_SHORT = Finding(
    "pixels.too_short",
    "The pixel data is shorter than rows, columns, samples, bits and frames need; the image is incomplete.",
)
_TOO_LONG = Finding(
    "pixels.too_long", "The pixel data is longer than rows, columns, samples, bits and frames need; one is wrong."
)
_BITS_OF_FLOAT = {0x7FE00008: 32, 0x7FE00009: 64}
_SUBSAMPLED = {"YBR_FULL_422": 2.0, "YBR_PARTIAL_422": 2.0, "YBR_PARTIAL_420": 1.5}
"""Samples per pixel that are stored where chrominance is subsampled, PS3.3 C.7.6.3.1.2."""

_SIZES = ("Rows", "Columns", "BitsAllocated", "SamplesPerPixel", "NumberOfFrames")
_ATTRIBUTES = {keyword: standard_attribute(keyword) for keyword in _SIZES}
_PHOTOMETRIC_INTERPRETATION = standard_attribute("PhotometricInterpretation")


def check_native_pixels(attributes: Attributes, tag: int, announced: int, there: int) -> tuple[Finding, ...]:
    """Compare the length of native pixels with what is there and with what the header needs.

    Parameters
    ----------
    announced
        The length of the element in bytes.
    there
        The bytes from its first one to the end of the file.
    """
    if announced > there:
        return (_TRUNCATED,)
    needed = needed_bytes(attributes, tag)
    if needed is None or needed <= announced <= needed + needed % 2:
        return ()
    return (_TOO_SHORT,) if announced < needed else (_TOO_LONG,)


def needed_bytes(attributes: Attributes, tag: int) -> int | None:
    """Give the bytes of all frames; None where the header does not say."""
    rows, columns, bits, samples, frames = (_size(attributes, keyword) for keyword in _SIZES)
    bits = _BITS_OF_FLOAT.get(tag, bits)
    if not rows or not columns or not bits:
        return None
    reading = attributes.read(_PHOTOMETRIC_INTERPRETATION)
    interpretation = str(reading.values[0]) if isinstance(reading, Present) else ""
    per_pixel = _SUBSAMPLED.get(interpretation, float(samples or 1))
    return -int(-rows * columns * (frames or 1) * bits * per_pixel // 8)


def _size(attributes: Attributes, keyword: str) -> int | None:
    reading = as_single(as_integers(attributes.read(_ATTRIBUTES[keyword])))
    return int(reading.values[0]) if isinstance(reading, Present) and int(reading.values[0]) > 0 else None


def check_fragments(source: BinaryIO, begin: int, length: int) -> tuple[Finding, ...]:
    """See whether encapsulated pixels have their end.

    Most files end with the delimiter of their fragments, which is one look at the last bytes; where they do not, the
    fragments' heads are followed and what is between them is passed over.

    Parameters
    ----------
    begin
        Where the first item lies in the file.
    length
        The length of the file in bytes.
    """
    source.seek(max(begin, length - 8))
    if _tag(source.read(8)) == SEQUENCE_END:
        return ()
    position = begin
    for _ in range(MAX_FRAGMENTS):
        source.seek(position)
        head = source.read(8)
        tag = _tag(head)
        if tag == SEQUENCE_END:
            return ()
        if tag != ITEM:
            return (_TRUNCATED,)
        position += 8 + struct.unpack_from("<I", head, 4)[0]
    return ()


def _tag(head: bytes) -> int:
    if len(head) < 8:
        return 0
    group, element = struct.unpack_from("<HH", head)
    return int(group << 16 | element)
