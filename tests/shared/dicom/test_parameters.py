"""Rows that remember their last answer: what they say of a file never depends on the file before it."""

import pytest

from shared.dicom.attributes import Attributes
from shared.dicom.encoding import Element
from shared.dicom.parameters import Extract, Kind, Parameter, Table
from shared.dicom.values import Value

LATIN_1, LATIN_2 = b"ISO_IR 100", b"ISO_IR 101"
"""Character sets in which one byte is two letters, PS3.3 table C.12-2."""

TABLE = Table(
    [
        Parameter("rows", "Rows", Kind.INTEGER),
        Parameter("description", "SeriesDescription", Kind.TEXT),
        Parameter("smallest", "SmallestImagePixelValue", Kind.INTEGER),
    ]
)


def read(elements: dict[int, Element], *, is_little_endian: bool = True) -> dict[str, Value]:
    """What the table reads of a data set."""
    extract = Extract()
    extract.take_table(Attributes(elements, is_little_endian=is_little_endian), TABLE)
    return extract.values


def test_bytes_that_repeat_are_read_again_in_another_byte_order() -> None:
    """00 02 is 512 in little endian and 2 in big endian (PS3.5 section 7.3), in whichever order the files come."""
    rows = {0x00280010: Element("US", b"\x00\x02")}
    values = [read(rows, is_little_endian=order)["rows"] for order in (True, False, True)]
    assert values == [512, 2, 512]


def test_bytes_that_repeat_are_read_again_in_another_character_set() -> None:
    """A3 is a pound sign in ISO 8859-1 and a Polish letter in ISO 8859-2."""
    texts = [
        read({0x00080005: Element("CS", charset), 0x0008103E: Element("LO", b"\xa3")})["description"]
        for charset in (LATIN_1, LATIN_2, LATIN_1)
    ]
    assert texts == ["£", "Ł", "£"]


def test_bytes_that_repeat_are_read_again_where_pixels_are_signed() -> None:
    """SmallestImagePixelValue is US or SS by PixelRepresentation (PS3.3 C.7.6.3.1.6); FF FF is 65535 or -1."""
    values = [
        read({0x00280103: Element("US", sign), 0x00280106: Element(None, b"\xff\xff")})["smallest"]
        for sign in (b"\0\0", b"\1\0", b"\0\0")
    ]
    assert values == [65535, -1, 65535]


@pytest.mark.parametrize("second", [b"CT HEAD ", b"CT HEART"])
def test_what_follows_is_read_for_itself(second: bytes) -> None:
    """The same text again, and another of the same length; padding is no part of a value (PS3.5 section 6.2)."""
    values = [read({0x0008103E: Element("LO", content)})["description"] for content in (b"CT HEAD ", second)]
    assert values == ["CT HEAD", second.decode().rstrip()]
