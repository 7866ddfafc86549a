"""The four answers about an attribute, and how bytes and texts become one (PS3.5 sections 6.2 and 6.4)."""

import math
import re
import struct
from functools import lru_cache

from msgspec import Struct

from shared.dicom.values import Scalar

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,12}")
BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q", "AT": "H"}
_SINGLE_VALUED = {"LT", "ST", "UR", "UT"}
_FORMS = {
    "AS": (re.compile(r"\d{3}[DWMY]"), "value.age"),
    "DA": (re.compile(r"\d{4}(\.?)(0[1-9]|1[0-2])\1(0[1-9]|[12]\d|3[01])"), "value.date"),
    "TM": (re.compile(r"([01]\d|2[0-3])(:?[0-5]\d(:?([0-5]\d|60)(\.\d{1,6})?)?)?"), "value.time"),
}
"""What text of a representation must look like, the older forms with points and colons included (PS3.5 table 6.2-1)."""


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


@lru_cache(maxsize=4096)
def format_tag(tag: int) -> str:
    """Write a tag as people do."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def split_text(text: str, vr: str) -> Reading:
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


def decode_binary(content: bytes, vr: str, *, is_little_endian: bool) -> Reading:
    code = BINARY[vr]
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
