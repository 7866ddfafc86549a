"""A CT image with a marker of its own in every attribute that can hold text, nested and private ones included."""

import re
import struct

from pydicom._dicom_dict import DicomDictionary

from tests.support.datasets import Value, encode, make_file

NAME_OF_FILE = "ZQ99999ZQ^GIVEN.dcm"
"""What the sender calls the file; a marker too."""

BIRTH = "19330303"
"""The date in every attribute of the VR DA."""

MARKER = re.compile(r"ZQ\d{5}ZQ|1\.2\.840\.99999\.\d+|1933-?03-?03|\b0?93Y|03:?03:?07")
"""Finds a marker's text, UID, date, age or time, in the file's form or ours."""

_KEPT = {"SpecificCharacterSet", "Modality", "SOPClassUID"}
"""Attributes that must be true for the file to be read as what it is."""

_FIXED = {"DA": BIRTH, "TM": "030307", "DT": f"{BIRTH}030307", "AS": "093Y"}
_TEXT = {"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"}
_PIXELS = 0x7FE00000
_REQUEST = 0x00400275
_NESTED = 0x00081115


def marked_elements() -> dict[int, bytes]:
    """Encode every text attribute of PS3.6 outside the file meta group, each with a marker of its own."""
    elements = {}
    for number, (tag, (vr, _, _, _, keyword)) in enumerate(sorted(DicomDictionary.items())):
        value = _FIXED.get(vr) or (f"ZQ{number:05d}ZQ" if vr in _TEXT else "")
        if vr == "UI":
            value = f"1.2.840.99999.{number}"
        if value and 0x00080000 <= tag < _PIXELS and keyword not in _KEPT:
            elements[tag] = encode(tag, vr, value.encode())
    return elements


def marked_file(*, cut_at: int | None = None) -> bytes:
    """Make the file; ``cut_at`` ends it after so many bytes."""
    elements = marked_elements()
    inner = _item(encode(0x00080104, "LO", b"ZQ90001ZQ"))
    elements[_REQUEST] = encode(
        _REQUEST, "SQ", _item(encode(_NESTED, "SQ", inner) + encode(0x00400007, "LO", b"ZQ90002ZQ"))
    )
    for group in (0x0009, 0x0019):
        elements[group << 16 | 0x10] = encode(group << 16 | 0x10, "LO", b"ZQ90003ZQ")
        elements[group << 16 | 0x1001] = encode(group << 16 | 0x1001, "LO", b"ZQ90004ZQ")
        elements[group << 16 | 0x1002] = encode(group << 16 | 0x1002, "UN", b"ZQ90005ZQ")
    wrong: dict[str, Value] = {"Rows": 64, "Columns": 64, "SliceThickness": "ZQ90006ZQ", "InstanceNumber": "ZQ90007ZQ"}
    content = make_file(
        wrong, without=("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"), raw=elements, tail=_pixels()
    )
    return content[:cut_at]


def _item(content: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def _pixels() -> bytes:
    return encode(0x7FE00010, "OW", bytes(64 * 64 * 2))
