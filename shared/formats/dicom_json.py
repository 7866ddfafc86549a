"""A header as DICOM JSON: every attribute up to the pixels, in strict JSON and UTF-8, without bulk data.

Values of OB, OD, OF, OL, OV, OW and UN are left out, since there is nowhere to fetch them from; so is what cannot be
written truly, such as a number that is none, and the caller is told of it. Without identity only those attributes are
written that ``shared.dicom.confidentiality`` lets pass, in every item of every sequence.

References
----------
PS3.18 Annex F (DICOM JSON Model), section F.2; PS3.5 section 6.2.1 (person names) and 7.8.1 (private blocks).
"""

from collections.abc import Iterator

from msgspec import Struct
from pydicom.datadict import dictionary_VR, keyword_for_tag, private_dictionary_VR

from shared.dicom.attributes import (
    Attribute,
    Attributes,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
)
from shared.dicom.confidentiality import may_be_shown
from shared.dicom.encoding import ITEM, Element
from shared.dicom.values import Scalar, Unreadable

Json = dict[str, object]

BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
"""Representations whose values are bulk data."""

_NAME_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_CHARACTER_SET = 0x00080005
_FIRST_BLOCK, _LAST_BLOCK = 0x10, 0xFF
_ITEM_STARTS = (ITEM >> 16).to_bytes(2, "little") + (ITEM & 0xFFFF).to_bytes(2, "little"), ITEM.to_bytes(4, "big")


class DicomJson(Struct, frozen=True):
    """One object as DICOM JSON, and what of it could not be written, with the rule that it broke."""

    document: Json
    unreadable: tuple[Unreadable, ...] = ()


def write_dicom_json(attributes: Attributes, *, include_identity: bool = False) -> DicomJson:
    """Write a header.

    Parameters
    ----------
    attributes
        The data set of one object, read up to its pixels.
    include_identity
        Whether everything is written, private attributes and their creators included.

    Returns
    -------
    DicomJson
        Keys are tags in ascending order. An attribute that is present without a value has none; an empty value between
        others is null.
    """
    writer = _Writer(include_identity=include_identity)
    return DicomJson(writer.write(attributes), tuple(writer.unreadable))


class _Writer:
    """One object on its way to JSON."""

    def __init__(self, *, include_identity: bool) -> None:
        self._include_identity = include_identity
        self.unreadable: list[Unreadable] = []

    def write(self, attributes: Attributes) -> Json:
        """Write the attributes of a data set or item."""
        return {f"{tag:08X}": entry for tag, entry in self._entries(attributes)}

    def _entries(self, attributes: Attributes) -> Iterator[tuple[int, Json]]:
        for tag, element in sorted(attributes.encoded.items()):
            if tag & 0xFFFF == 0:  # group lengths, retired, speak of an encoding that JSON does not have
                continue
            attribute = _name(attributes, tag, element)
            if attribute.vr in BULK or not (self._include_identity or may_be_shown(attributes, attribute)):
                continue
            if tag == _CHARACTER_SET:
                yield tag, {"vr": "CS", "Value": ["ISO_IR 192"]}
                continue
            values = self._items(attributes, attribute) if attribute.vr == "SQ" else self._values(attributes, attribute)
            if values is not None:
                yield tag, {"vr": attribute.vr, "Value": values} if values else {"vr": attribute.vr}

    def _items(self, attributes: Attributes, attribute: Attribute) -> list[Json] | None:
        if attributes.is_broken_sequence(attribute):
            self._report(attribute, "sequence.broken")
            return None
        return [self.write(item) for item in attributes.items(attribute)]

    def _values(self, attributes: Attributes, attribute: Attribute) -> list[object] | None:
        reading = _typed(attributes.read(attribute), attribute.vr)
        match reading:
            case Present(_, values):
                written = [_write(value, attribute.vr) for value in values]
                return written if any(one is not None for one in written) else []
            case Invalid(reason):
                self._report(attribute, reason)
                return None
            case _:
                return []

    def _report(self, attribute: Attribute, reason: str) -> None:
        self.unreadable.append(Unreadable(attribute.keyword or "(private)", attribute.tag_text, reason))


def _name(attributes: Attributes, tag: int, element: Element) -> Attribute:
    """Name an element and its value representation: the stated one, else the dictionary's (PS3.5 section 6.2.2)."""
    keyword = keyword_for_tag(tag)
    if element.vr not in {None, "UN"}:
        return Attribute(keyword, tag, str(element.vr))
    vr = _private_vr(attributes, tag) if tag & 0x10000 else _standard_vr(attributes, tag)
    if vr == "UN" and element.content is not None and element.content.startswith(_ITEM_STARTS):
        vr = "SQ"
    return Attribute(keyword, tag, vr)


def _standard_vr(attributes: Attributes, tag: int) -> str:
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return "UN"
    if "OW" in vr or vr == "NONE":
        return "OW"
    return attributes.stored_integer() if " or " in vr else vr


def _private_vr(attributes: Attributes, tag: int) -> str:
    block, element = (tag & 0xFF00) >> 8, tag & 0xFFFF
    if _FIRST_BLOCK <= element <= _LAST_BLOCK:
        return "LO"
    creator = attributes.read(Attribute("PrivateCreator", tag & 0xFFFF0000 | block, "LO"))
    if not isinstance(creator, Present):
        return "UN"
    try:
        return private_dictionary_VR(tag, str(creator.values[0])).split(" or ")[0]
    except KeyError:
        return "UN"


def _typed(reading: Reading, vr: str) -> Reading:
    """Turn the text of DS and IS into numbers; empty values keep their places."""
    if vr not in {"DS", "IS"} or not isinstance(reading, Present):
        return reading
    as_typed = as_numbers if vr == "DS" else as_integers
    stated = Present(reading.raw, tuple(value for value in reading.values if value != ""))
    typed = as_typed(stated)
    if not isinstance(typed, Present) or len(stated.values) == len(reading.values):
        return typed
    numbers = iter(typed.values)
    return Present(reading.raw, tuple("" if value == "" else next(numbers) for value in reading.values))


def _write(value: Scalar, vr: str) -> object:
    if value == "":
        return None
    match vr:
        case "AT":
            return str(value)[1:5] + str(value)[6:10]
        case "PN":
            # Components that are empty at the end may lose their delimiters (PS3.5 section 6.2.1.1).
            groups = (group.strip().rstrip("^ ") for group in str(value).split("="))
            return {name: group for name, group in zip(_NAME_GROUPS, groups, strict=False) if group} or None
        case _:
            return value
