"""Typed access to the attributes of a data set: absent, empty, invalid and present are four different answers.

Values are decoded here from the element's bytes (PS3.5 sections 6.1 and 6.2): the exact text is kept as provenance,
nothing is re-rounded, and no foreign message can quote a value. pydicom gives the dictionary and the character sets.
"""

import warnings
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct
from pydicom.charset import convert_encodings, decode_bytes, default_encoding
from pydicom.datadict import dictionary_VR, tag_for_keyword

from shared.dicom.encoding import Element, Encoded
from shared.dicom.readings import (
    ABSENT,
    BINARY,
    EMPTY,
    Absent,
    Empty,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
    as_single,
    decode_binary,
    format_tag,
    split_text,
)
from shared.dicom.representations import MAY_HOLD_ITEMS

__all__ = [
    "ABSENT",
    "EMPTY",
    "Absent",
    "Attribute",
    "Attributes",
    "Empty",
    "Invalid",
    "Present",
    "Reading",
    "as_integers",
    "as_numbers",
    "as_single",
    "format_tag",
    "standard_attribute",
]

_PLAIN_TEXT = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"}
_CODED_TEXT = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}
_WORDS = (_PLAIN_TEXT | _CODED_TEXT) - {"DS", "IS"}
_DELIMITERS = {0x5C, 0x0D, 0x0A, 0x09, 0x0C}
_NAME_DELIMITERS = _DELIMITERS | {0x5E, 0x3D}
_CHARACTER_SET = 0x00080005
_PIXEL_REPRESENTATION = 0x00280103


class Attribute(Struct, frozen=True):
    """An attribute's names: keyword, tag and value representation of PS3.6."""

    keyword: str
    tag: int
    vr: str

    @property
    def tag_text(self) -> str:
        """The tag as people write it: ``(0018,0060)``."""
        return format_tag(self.tag)


@cache
def standard_attribute(keyword: str) -> Attribute:
    """Look a keyword up in PS3.6; an unknown one is a mistake of ours and raises KeyError."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return Attribute(keyword, tag, dictionary_VR(tag))


def _tag_of(sequence: str | int | Attribute) -> int:
    if isinstance(sequence, int):
        return sequence
    return (standard_attribute(sequence) if isinstance(sequence, str) else sequence).tag


class Attributes:
    """The attributes of one data set or sequence item.

    Parameters
    ----------
    elements
        By tag, as they are encoded.
    parent
        The attributes of the data set that an item is part of: what it inherits its character set from.
    """

    def __init__(
        self, elements: Mapping[int, Element], *, is_little_endian: bool = True, parent: "Attributes | None" = None
    ) -> None:
        self._elements = elements
        self._is_little_endian = is_little_endian
        self.root: Attributes = self if parent is None else parent.root
        self._blocks: dict[tuple[int, str], list[int]] | None = None
        self.repaired_texts = 0
        self.encodings: tuple[str, ...] = (default_encoding,)  # what the character set itself is read in
        self.encodings = self._read_encodings(parent)

    @property
    def encoded(self) -> Mapping[int, Element]:
        """The elements by tag, as they are encoded."""
        return self._elements

    @property
    def is_little_endian(self) -> bool:
        """The byte order of all binary values."""
        return self._is_little_endian

    @property
    def has_repaired_text(self) -> bool:
        """Whether any text of the whole object that was read so far had to be repaired."""
        return self.root.repaired_texts > 0

    def read(self, attribute: Attribute) -> Reading:
        """Give the answer about an attribute; a value representation that the file states wins over PS3.6's."""
        element = self._elements.get(attribute.tag)
        if element is None:
            return ABSENT
        content, vr = element.content, element.vr
        if not content:
            return EMPTY if content is not None else Invalid("value.too_long")
        if vr is None or vr in {"UN", "OB"}:
            vr = attribute.vr if " or " not in attribute.vr else self.stored_integer()
        elif vr in BINARY and attribute.vr in _WORDS:
            return Invalid("value.representation")
        return self._decode(content, vr)

    def _decode(self, content: bytes, vr: str) -> Reading:
        if vr in BINARY:
            return decode_binary(content, vr, is_little_endian=self._is_little_endian)
        if vr in _PLAIN_TEXT:
            if not content.isascii():
                return Invalid("value.characters")
            text = content.decode("ascii")
        elif vr in _CODED_TEXT:
            plain = content.isascii() and b"\x1b" not in content
            text = content.decode("ascii") if plain else self._decode_text(content, vr)
        else:
            return Invalid("value.representation")
        return split_text(text, vr)

    def items(self, sequence: str | Attribute) -> Iterator["Attributes"]:
        """Give the items of a sequence, named by keyword if standard; nothing where it is absent, empty or none."""
        for elements in self.item_elements(sequence):
            yield Attributes(elements, is_little_endian=self._is_little_endian, parent=self)

    def item_elements(self, sequence: str | int | Attribute) -> Iterator[Mapping[int, Element]]:
        """Give the elements of each item as they are encoded, for readers that compare before they decode."""
        yield from self.encoded_items(sequence)[1]

    def encoded_items(self, sequence: str | int | Attribute) -> tuple[Encoded, Iterator[Mapping[int, Element]]]:
        """Give the elements of each item with the encoded bytes, which tell once they are read if they were broken."""
        content, vr = b"", None
        element = self._elements.get(_tag_of(sequence))
        if element is not None and element.content and element.vr in MAY_HOLD_ITEMS:
            content, vr = element.content, element.vr
        encoded = Encoded(content, is_little_endian=self._is_little_endian)
        return encoded, encoded.items(vr)

    def is_broken_sequence(self, sequence: str | Attribute) -> bool:
        """Tell what stands in the place of a sequence and is none, or is not held, from one absent or empty."""
        element = self._elements.get(_tag_of(sequence))
        if element is None or element.content == b"":
            return False
        return element.content is None or next(self.item_elements(sequence), None) is None

    def is_cut(self, sequence: str) -> bool:
        """Tell a sequence that the file ends inside of; its items before that are given, the last may not be whole."""
        element = self._elements.get(_tag_of(sequence))
        return element is not None and element.content is not None and element.length > len(element.content)

    def overlaid(self, elements: Mapping[int, Element]) -> "Attributes":
        """Give the same data set with elements added or replaced, such as those of a frame."""
        return self.replaced({**self._elements, **elements})

    def replaced(self, elements: Mapping[int, Element]) -> "Attributes":
        """Give other elements of the same data set, with its byte order and character set."""
        return Attributes(elements, is_little_endian=self._is_little_endian, parent=self)

    def value_bytes(self, attribute: Attribute) -> int | None:
        """Give the length of a value, held or not; None where it is absent or empty."""
        element = self._elements.get(attribute.tag)
        if element is None:
            return None
        return (element.length if element.content is None else len(element.content)) or None

    def private(self, group: int, creator: str, element: int, keyword: str, vr: str) -> Attribute | None:
        """Find a private attribute through its creator's block (PS3.5 section 7.8.1); None without that block.

        A creator may have several blocks in one group: the first that holds the element is taken.
        """
        if self._blocks is None:
            self._blocks = self._find_blocks()
        if not self._blocks:
            return None
        places = [(group << 16) + (block << 8) + element for block in self._blocks.get((group, creator), ())]
        tag = next((place for place in places if place in self._elements), places[0] if places else None)
        return None if tag is None else Attribute(keyword, tag, vr)

    def _find_blocks(self) -> dict[tuple[int, str], list[int]]:
        found: dict[tuple[int, str], list[int]] = {}
        for tag in sorted(tag for tag in self._elements if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF):
            reading = self.read(Attribute("PrivateCreator", tag, "LO"))
            if isinstance(reading, Present):
                found.setdefault((tag >> 16, str(reading.values[0])), []).append(tag & 0xFF)
        return found

    def _read_encodings(self, parent: "Attributes | None") -> tuple[str, ...]:
        if parent is not None and _CHARACTER_SET not in self._elements:
            return parent.encodings
        reading = self.read(Attribute("SpecificCharacterSet", _CHARACTER_SET, "CS"))
        terms = tuple(str(value) for value in reading.values) if isinstance(reading, Present) else ("",)
        encodings, is_repaired = _python_encodings(terms)
        self.root.repaired_texts += is_repaired
        return encodings

    def _decode_text(self, content: bytes, vr: str) -> str:
        if b"\x1b" not in content and self.encodings[0] != default_encoding:
            try:
                return content.decode(self.encodings[0])
            except UnicodeError:
                self.root.repaired_texts += 1
                return content.decode(self.encodings[0], errors="replace")
        delimiters = _NAME_DELIMITERS if vr == "PN" else _DELIMITERS
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = decode_bytes(content, self.encodings, delimiters)
        # Without a stated set only ASCII is allowed (PS3.5 section 6.1.2.1); what is not is taken for Latin-1.
        is_guessed = b"\x1b" not in content
        self.root.repaired_texts += is_guessed or bool(caught)
        return text

    def stored_integer(self) -> str:
        """Tell whether "US or SS" is signed, by PixelRepresentation (0028,0103) of the whole data set."""
        representation = self.root.read(Attribute("PixelRepresentation", _PIXEL_REPRESENTATION, "US"))
        return "SS" if isinstance(representation, Present) and representation.values == (1,) else "US"


@lru_cache(maxsize=256)
def _python_encodings(terms: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Give the codecs of a Specific Character Set, and whether a term of it is unknown."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            encodings = convert_encodings(list(terms))
        except (LookupError, ValueError):  # terms that no codec could ever have as its name
            return (default_encoding,), True
    return tuple(encodings), bool(caught)
