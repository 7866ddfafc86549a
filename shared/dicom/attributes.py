"""Typed access to the attributes of a data set: absent, empty, invalid and present are four different answers.

Values are decoded here from the element's bytes (PS3.5 sections 6.1 and 6.2), not by pydicom's value classes: the
exact text is kept as provenance, nothing is re-rounded, and no foreign message can quote a value.
"""

import math
import re
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from msgspec import Struct
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as PydicomSequence
from pydicom.tag import BaseTag

from shared.dicom.values import Scalar

PARSER_ERRORS = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    IndexError,
    InvalidDicomError,
    KeyError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pydicom raises on bytes that are not what they claim to be."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,12}")
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_PLAIN_TEXT = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"}
_CODED_TEXT = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}
_SINGLE_VALUED = {"LT", "ST", "UR", "UT"}
_DELIMITERS = {0x5C, 0x0D, 0x0A, 0x09, 0x0C}


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


def format_tag(tag: int) -> str:
    """Write a tag as people do."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


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
    dataset
        As pydicom parsed it, with its elements still raw.
    encodings
        Python names of the character sets; None reads SpecificCharacterSet (0008,0005) of the data set itself.
    """

    def __init__(self, dataset: Dataset, encodings: list[str] | None = None) -> None:
        self._dataset = dataset
        # pydicom's view of its own store: asking the data set itself would convert, and fail on, what is broken.
        self._elements = cast("dict[int, DataElement | RawDataElement]", dict(dataset.items()))
        self.has_repaired_text = False
        self.encodings = self._read_encodings() if encodings is None else encodings

    def read(self, attribute: Attribute) -> Reading:
        """Give the answer about an attribute; a value representation that the file states wins over PS3.6's."""
        element = self._elements.get(attribute.tag)
        if element is None:
            return ABSENT
        if isinstance(element, DataElement):
            return _read_converted(element)
        if not element.value:
            return EMPTY
        stated = element.VR
        vr = attribute.vr if stated is None or stated in {"UN", "OB"} else stated
        return self._decode(element.value, vr, little_endian=element.is_little_endian)

    def items(self, keyword: str) -> Iterator["Attributes"]:
        """Give the items of a sequence; nothing where it is absent, empty or no sequence."""
        attribute = standard_attribute(keyword)
        element = self._elements.get(attribute.tag)
        if element is not None and element.VR in {"SQ", "UN", None}:
            for item in _items(self._dataset, attribute.tag):
                yield Attributes(item, self.encodings)

    def overlaid(self, elements: Mapping[int, DataElement | RawDataElement]) -> "Attributes":
        """Give the same data set with elements added or replaced, such as those of a frame."""
        return self.replaced({**self._elements, **elements})

    def replaced(self, elements: Mapping[int, DataElement | RawDataElement]) -> "Attributes":
        """Give other elements of the same data set, with its character sets."""
        return Attributes(Dataset(cast("dict[BaseTag, DataElement | RawDataElement]", elements)), self.encodings)

    def private(self, group: int, creator: str, element: int, keyword: str, vr: str) -> Attribute | None:
        """Find a private attribute through its creator's block (PS3.5 section 7.8.1); None without that block."""
        for block in range(0x10, 0x100):
            tag = (group << 16) + block
            if tag in self._elements:
                reading = self.read(Attribute("PrivateCreator", tag, "LO"))
                if isinstance(reading, Present) and reading.values == (creator,):
                    return Attribute(keyword, (group << 16) + (block << 8) + element, vr)
        return None

    def _read_encodings(self) -> list[str]:
        reading = self.read(Attribute("SpecificCharacterSet", 0x00080005, "CS"))
        terms = [str(value) for value in reading.values] if isinstance(reading, Present) else [""]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            encodings = convert_encodings(terms)
        self.has_repaired_text = self.has_repaired_text or bool(caught)
        return list(encodings)

    def _decode(self, content: bytes, vr: str, *, little_endian: bool) -> Reading:
        if vr in _BINARY:
            return _decode_binary(content, _BINARY[vr], little_endian=little_endian)
        if vr == "AT":
            return _decode_tags(content, little_endian=little_endian)
        if vr in _PLAIN_TEXT:
            if not content.isascii():
                return Invalid("value.characters")
            text = content.decode("ascii")
        elif vr in _CODED_TEXT:
            text = (
                content.decode("ascii") if content.isascii() and b"\x1b" not in content else self._decode_text(content)
            )
        else:
            return Invalid("value.representation")
        text = text.strip(" \0") if vr not in _SINGLE_VALUED else text.rstrip(" \0")
        if not text:
            return EMPTY
        parts = [text] if vr in _SINGLE_VALUED else [part.strip(" \0") for part in text.split("\\")]
        return Present(text, tuple(parts))

    def _decode_text(self, content: bytes) -> str:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = decode_bytes(content, self.encodings, _DELIMITERS)
        self.has_repaired_text = self.has_repaired_text or bool(caught)
        return text


def _items(dataset: Dataset, tag: int) -> Sequence[Dataset]:
    """Give the items of a sequence that may have been kept raw; none where it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = dataset[tag].value
    except (*PARSER_ERRORS, OSError):  # OSError is pydicom's own word for a missing tag; these bytes are in memory
        return ()
    return value if isinstance(value, PydicomSequence) else ()


def _read_converted(element: DataElement) -> Reading:
    """Read what pydicom converts while it parses: the character set, and sequences of undefined length."""
    if element.VR == "SQ":
        return Invalid("value.representation")
    values = element.value if isinstance(element.value, MultiValue) else [element.value or ""]
    texts = tuple(str(value) for value in values)
    return Present("\\".join(texts), texts) if any(texts) else EMPTY


def _decode_binary(content: bytes, code: str, *, little_endian: bool) -> Reading:
    size = struct.calcsize(code)
    if len(content) % size:
        return Invalid("value.length")
    order = "<" if little_endian else ">"
    values = struct.unpack(f"{order}{len(content) // size}{code}", content)
    if not all(math.isfinite(value) for value in values):
        return Invalid("value.not_finite")
    if code == "f":  # the shortest text that a single-precision reader turns into the same number
        values = tuple(float(f"{value:.7g}") for value in values)
    return Present("\\".join(f"{value:g}" if code == "f" else repr(value) for value in values), values)


def _decode_tags(content: bytes, *, little_endian: bool) -> Reading:
    """Write tags as people do; each is a pair of numbers, PS3.5 section 6.2."""
    if len(content) % 4:
        return Invalid("value.length")
    order = "<" if little_endian else ">"
    numbers = struct.unpack(f"{order}{len(content) // 2}H", content)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    tags = tuple(format_tag(group << 16 | element) for group, element in pairs)
    return Present("\\".join(tags), tags)


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
