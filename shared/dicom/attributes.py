"""Typed access to the attributes of a data set: absent, empty, invalid and present are four different answers.

Values are decoded here from the element's bytes (PS3.5 sections 6.1 and 6.2): the exact text is kept as provenance,
nothing is re-rounded, and no foreign message can quote a value. pydicom gives the dictionary and the character sets.
"""

import math
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct
from pydicom.charset import convert_encodings, decode_bytes, default_encoding
from pydicom.datadict import dictionary_VR, tag_for_keyword

from shared.dicom.encoding import Element, Encoded
from shared.dicom.values import Scalar

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,12}")
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q", "AT": "H"}
_PLAIN_TEXT = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"}
_CODED_TEXT = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}
_SINGLE_VALUED = {"LT", "ST", "UR", "UT"}
_DELIMITERS = {0x5C, 0x0D, 0x0A, 0x09, 0x0C}
_NAME_DELIMITERS = _DELIMITERS | {0x5E, 0x3D}
_FORMS = {
    "AS": (re.compile(r"\d{3}[DWMY]"), "value.age"),
    "DA": (re.compile(r"\d{4}(\.?)(0[1-9]|1[0-2])\1(0[1-9]|[12]\d|3[01])"), "value.date"),
    "TM": (re.compile(r"([01]\d|2[0-3])(:?[0-5]\d(:?([0-5]\d|60)(\.\d{1,6})?)?)?"), "value.time"),
}
"""What text of a representation must look like, the older forms with points and colons included (PS3.5 table 6.2-1)."""

_CHARACTER_SET = 0x00080005
_PIXEL_REPRESENTATION = 0x00280103


class Absent(Struct, frozen=True):
    """The data set does not have the element."""


class Empty(Struct, frozen=True):
    """The element is there without a value."""


class Invalid(Struct, frozen=True):
    """The element has a value that breaks a rule; the rule is named, the value is not kept."""

    reason: str


class Present(Struct, frozen=True):
    """The element has values; ``raw`` is their text exactly as the file has it, without padding."""

    raw: str
    values: tuple[Scalar, ...]


Reading = Absent | Empty | Invalid | Present
"""The four answers about an attribute."""

ABSENT, EMPTY = Absent(), Empty()


class Attribute(Struct, frozen=True):
    """An attribute's names: keyword, tag and value representation of PS3.6."""

    keyword: str
    tag: int
    vr: str

    @property
    def tag_text(self) -> str:
        """The tag as people write it: ``(0018,0060)``."""
        return format_tag(self.tag)


@lru_cache(maxsize=4096)
def format_tag(tag: int) -> str:
    """Write a tag as people do."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


@cache
def standard_attribute(keyword: str) -> Attribute:
    """Look a keyword up in PS3.6; an unknown one is a mistake of ours and raises KeyError."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return Attribute(keyword, tag, dictionary_VR(tag))


class Attributes:
    """The attributes of one data set or sequence item.

    Parameters
    ----------
    elements
        By tag, as they are encoded.
    parent
        The attributes of the data set that an item is part of: what it inherits its character set from. Of the
        outermost, ``root``, is known whether any text had to be repaired.
    """

    def __init__(
        self, elements: Mapping[int, Element], *, is_little_endian: bool = True, parent: "Attributes | None" = None
    ) -> None:
        self._elements = elements
        self._is_little_endian = is_little_endian
        self.root: Attributes = self if parent is None else parent.root
        self._creators: dict[tuple[int, str], int] | None = None
        self.has_repaired_text = False
        self.encodings = self._read_encodings(parent)

    def read(self, attribute: Attribute) -> Reading:
        """Give the answer about an attribute; a value representation that the file states wins over PS3.6's."""
        element = self._elements.get(attribute.tag)
        if element is None:
            return ABSENT
        content, vr = element.content, element.vr
        if not content:
            return EMPTY if content is not None else Invalid("value.too_long")
        if vr is None or vr in {"UN", "OB"}:
            vr = attribute.vr if " or " not in attribute.vr else self._stored_integer()
        return self._decode(content, vr)

    def _decode(self, content: bytes, vr: str) -> Reading:
        if vr in _BINARY:
            return _decode_binary(content, vr, is_little_endian=self._is_little_endian)
        if vr in _PLAIN_TEXT:
            if not content.isascii():
                return Invalid("value.characters")
            text = content.decode("ascii")
        elif vr in _CODED_TEXT:
            plain = content.isascii() and b"\x1b" not in content
            text = content.decode("ascii") if plain else self._decode_text(content, vr)
        else:
            return Invalid("value.representation")
        return _split(text, vr)

    def items(self, sequence: str | Attribute) -> Iterator["Attributes"]:
        """Give the items of a sequence, named by keyword if standard; nothing where it is absent, empty or none."""
        attribute = standard_attribute(sequence) if isinstance(sequence, str) else sequence
        element = self._elements.get(attribute.tag)
        if element is None or not element.content or element.vr not in {"SQ", "UN", None}:
            return
        encoded = Encoded(element.content, is_little_endian=self._is_little_endian)
        for elements in encoded.items(element.vr):
            yield Attributes(elements, is_little_endian=self._is_little_endian, parent=self)

    def length_of(self, attribute: Attribute) -> int | None:
        """Give the length of a value in bytes, held or not; None where the element is absent."""
        element = self._elements.get(attribute.tag)
        if element is None:
            return None
        return element.length if element.content is None else len(element.content)

    def private(self, group: int, creator: str, element: int, keyword: str, vr: str) -> Attribute | None:
        """Find a private attribute through its creator's block (PS3.5 section 7.8.1); None without that block."""
        if self._creators is None:
            self._creators = self._find_creators()
        block = self._creators.get((group, creator))
        return None if block is None else Attribute(keyword, (group << 16) + (block << 8) + element, vr)

    def _find_creators(self) -> dict[tuple[int, str], int]:
        found: dict[tuple[int, str], int] = {}
        for tag in sorted(tag for tag in self._elements if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF):
            reading = self.read(Attribute("PrivateCreator", tag, "LO"))
            if isinstance(reading, Present):
                found.setdefault((tag >> 16, str(reading.values[0])), tag & 0xFF)
        return found

    def _read_encodings(self, parent: "Attributes | None") -> tuple[str, ...]:
        if parent is not None and _CHARACTER_SET not in self._elements:
            return parent.encodings
        reading = self.read(Attribute("SpecificCharacterSet", _CHARACTER_SET, "CS"))
        terms = tuple(str(value) for value in reading.values) if isinstance(reading, Present) else ("",)
        encodings, is_repaired = _python_encodings(terms)
        self.root.has_repaired_text |= is_repaired
        return encodings

    def _decode_text(self, content: bytes, vr: str) -> str:
        if b"\x1b" not in content and self.encodings[0] != default_encoding:
            try:
                return content.decode(self.encodings[0])
            except UnicodeError:
                self.root.has_repaired_text = True
                return content.decode(self.encodings[0], errors="replace")
        delimiters = _NAME_DELIMITERS if vr == "PN" else _DELIMITERS
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = decode_bytes(content, self.encodings, delimiters)
        # Without a stated set only ASCII is allowed (PS3.5 section 6.1.2.1); what is not is taken for Latin-1.
        is_guessed = b"\x1b" not in content
        self.root.has_repaired_text |= is_guessed or bool(caught)
        return text

    def _stored_integer(self) -> str:
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


def _split(text: str, vr: str) -> Reading:
    if vr in _SINGLE_VALUED:
        text = text.rstrip(" \0")
        return Present(text, (text,)) if text else EMPTY
    text = text.strip(" \0")
    if not text:
        return EMPTY
    values = tuple(part.strip(" \0") for part in text.split("\\")) if "\\" in text else (text,)
    if vr in _FORMS:
        form, reason = _FORMS[vr]
        if not all(form.fullmatch(value) for value in values):
            return Invalid(reason)
    return Present(text, values)


def _decode_binary(content: bytes, vr: str, *, is_little_endian: bool) -> Reading:
    code = _BINARY[vr]
    size = struct.calcsize(code) if vr != "AT" else 4
    if len(content) % size:
        return Invalid("value.length")
    order = "<" if is_little_endian else ">"
    numbers = struct.unpack(f"{order}{len(content) // struct.calcsize(code)}{code}", content)
    if vr == "AT":
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        tags = tuple(format_tag(group << 16 | element) for group, element in pairs)
        return Present("\\".join(tags), tags)
    if code in "HhIiQq":
        return Present("\\".join(map(str, numbers)), numbers)
    if not all(map(math.isfinite, numbers)):
        return Invalid("value.not_finite")
    texts = tuple(_shortest_single(number) for number in numbers) if code == "f" else tuple(map(repr, numbers))
    return Present("\\".join(texts), tuple(map(float, texts)))


def _shortest_single(number: float) -> str:
    """Write a single-precision number with as few digits as give it back; nine always do (IEEE 754)."""
    texts = (f"{number:.{digits}g}" for digits in range(6, 10))
    return next((text for text in texts if _as_single_precision(float(text)) == number), repr(number))


def _as_single_precision(number: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", number))[0])


def as_numbers(reading: Reading) -> Reading:
    """Turn text into finite numbers; ``value.number`` where one is none, as in DS ``12,5``."""
    if not isinstance(reading, Present):
        return reading
    numbers: list[Scalar] = []
    for value in reading.values:
        if isinstance(value, str):
            if not _NUMBER.fullmatch(value):
                return Invalid("value.number")
            number = float(value)
            if not math.isfinite(number):
                return Invalid("value.not_finite")
            numbers.append(number)
        else:
            numbers.append(float(value))
    return Present(reading.raw, tuple(numbers))


def as_integers(reading: Reading) -> Reading:
    """Turn text into whole numbers; ``value.integer`` where one is none, as in IS ``62.5``."""
    if not isinstance(reading, Present):
        return reading
    integers: list[Scalar] = []
    for value in reading.values:
        if isinstance(value, str):
            if not _INTEGER.fullmatch(value):
                return Invalid("value.integer")
            integers.append(int(value))
        elif isinstance(value, int):
            integers.append(value)
        else:
            return Invalid("value.integer")
    return Present(reading.raw, tuple(integers))


def as_single(reading: Reading) -> Reading:
    """Require a value multiplicity of one."""
    if isinstance(reading, Present) and len(reading.values) != 1:
        return Invalid("value.multiplicity")
    return reading
