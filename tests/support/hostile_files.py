"""DICOM files whose every text is markup that would run a script if a page took it for its own.

Which attributes our extraction reads is collected from its source: every keyword of PS3.6 that stands there, so that
an attribute somebody adds to a table is hostile at once.
"""

import re
import struct
from functools import cache
from pathlib import Path

from pydicom.datadict import keyword_dict

from shared.dicom import __file__ as dicom_room
from shared.dicom.attributes import standard_attribute
from shared.dicom.modalities import MODALITIES
from shared.dicom.objects import READERS
from tests.support.datasets import CT_IMAGE, Value, encode, make_file, standard

CALLED = "takenOver"
"""The function that a script of ours would call; a page defines it to see whether one did."""

LONG = f"<script>{CALLED}()</script><img src=x onerror={CALLED}()>"
"""Fits into LO and PN, which hold 64 characters (PS3.5 Table 6.2-1)."""

SHORT = "<b onclick=x()>"
"""Fits into AE, CS, DS and SH, which hold 16 characters."""

NAME = f"{LONG}.dcm"
"""What the sender calls a file, or a member of an archive."""

_PAYLOADS = {
    **dict.fromkeys(("LO", "LT", "PN", "ST", "UC", "UR", "UT"), LONG),
    **dict.fromkeys(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "SH", "TM"), SHORT),
}

_TRUE = {
    "Modality": None,  # a file says itself what it is
    "SpecificCharacterSet": None,
    "ValueType": "TEXT",
    "RelationshipType": "CONTAINS",
    "ContinuityOfContent": "SEPARATE",
}
"""Attributes that must be true for an object to be read as what it is; None: not among the hostile ones."""

_CODE = ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
_LISTS_FOR_PRIVACY = {"confidentiality.py"}
"""Modules that list attributes to leave them out."""


@cache
def read_keywords() -> tuple[str, ...]:
    """Give every keyword of PS3.6 that stands in the room's source, in the order of tags."""
    sources = [path for path in Path(dicom_room).parent.rglob("*.py") if path.name not in _LISTS_FOR_PRIVACY]
    words = {word for path in sources for word in re.findall(r"\b[A-Z]\w+", path.read_text())}
    found = {word for word in words if keyword_dict.get(word, 0) >= 0x00080000}
    return tuple(sorted(found | set(_CODE), key=keyword_dict.__getitem__))


def _texts(keywords: tuple[str, ...]) -> dict[int, bytes]:
    elements = {}
    for keyword in keywords:
        text = _TRUE.get(keyword, _PAYLOADS.get(standard_attribute(keyword).vr))
        if text is not None:
            tag, content = standard(keyword, text)
            elements[tag] = content
    return elements


def _sequences(item: bytes, keywords: tuple[str, ...]) -> dict[int, bytes]:
    packed = struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item
    attributes = [standard_attribute(keyword) for keyword in keywords]
    return {one.tag: encode(one.tag, "SQ", packed) for one in attributes if one.vr == "SQ"}


@cache
def hostile_elements() -> dict[int, bytes]:
    """Encode every text, and in every sequence an item with every text and every code."""
    keywords = read_keywords()
    texts = _texts(keywords)
    codes = _sequences(_joined(_texts(_CODE)), tuple(word for word in keywords if word.endswith("CodeSequence")))
    return texts | _sequences(_joined(texts | codes), keywords)


def _joined(elements: dict[int, bytes]) -> bytes:
    return b"".join(content for _, content in sorted(elements.items()))


def hostile_files() -> list[bytes]:
    """Make one file for each modality's table and one for each reader of objects, each a series of its own."""
    kinds = [(modality, CT_IMAGE) for modality in MODALITIES]
    kinds += [("OT", uid) for uid in {reader: uid for uid, reader in READERS.items()}.values()]
    return [_file(number, modality, sop_class) for number, (modality, sop_class) in enumerate(kinds)]


def _file(number: int, modality: str, sop_class: str) -> bytes:
    identity: dict[str, Value] = {
        "Modality": modality,
        "SOPClassUID": sop_class,
        "SOPInstanceUID": f"1.2.3.{number}.1",
        "SeriesInstanceUID": f"1.2.3.{number}",
    }
    return make_file(identity, raw=hostile_elements())
