"""Absent, empty, invalid and present are four different answers about an attribute."""

import struct

import pytest

from shared.dicom.attributes import (
    ABSENT,
    EMPTY,
    Attribute,
    Attributes,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
    as_single,
    standard_attribute,
)
from tests.support.datasets import EXPLICIT_BIG, Value, encode, make_file, private_block, read, standard


def reading(keyword: str, value: Value, **options: str) -> Reading:
    """Read one attribute of a made file."""
    raw = dict([standard(keyword, value, vr=options.get("vr"))])
    return read(make_file(raw=raw)).attributes.read(standard_attribute(keyword))


def test_an_attribute_that_is_not_there_is_absent() -> None:
    """Absence is an answer of its own."""
    assert read(make_file()).attributes.read(standard_attribute("KVP")) == ABSENT


@pytest.mark.parametrize("value", [b"", b"  ", b"\0\0"])
def test_an_attribute_without_a_value_is_empty(value: bytes) -> None:
    """Padding is no value."""
    assert reading("KVP", value) == EMPTY


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("KVP", "120 ", Present("120", ("120",))),
        ("PixelSpacing", "0.5\\0.25", Present("0.5\\0.25", ("0.5", "0.25"))),
        ("ImageType", "ORIGINAL\\PRIMARY", Present("ORIGINAL\\PRIMARY", ("ORIGINAL", "PRIMARY"))),
        ("Rows", 512, Present("512", (512,))),
        ("PixelPaddingValue", -2000, Present("-2000", (-2000,))),
        ("SpiralPitchFactor", 0.984375, Present("0.984375", (0.984375,))),
        ("ImageComments", "a\\b", Present("a\\b", ("a\\b",))),
    ],
)
def test_a_value_is_present_with_its_exact_text(keyword: str, value: Value, expected: Present) -> None:
    """Text is kept as the file has it; a long text keeps its backslash (PS3.5 section 6.2)."""
    vr = "SS" if keyword == "PixelPaddingValue" else None
    assert reading(keyword, value, **({"vr": vr} if vr else {})) == expected


def test_tags_are_written_as_people_write_them() -> None:
    """Attribute tags are pairs of numbers, PS3.5 section 6.2."""
    pointer = struct.pack("<4H", 0x0018, 0x1063, 0x0054, 0x0010)
    tags = ("(0018,1063)", "(0054,0010)")
    assert reading("FrameIncrementPointer", pointer) == Present("\\".join(tags), tags)


@pytest.mark.parametrize("value", [b"\x18\0", b"\x18\0\x63\x10\x54\0"])
def test_half_a_tag_is_invalid(value: bytes) -> None:
    """A tag takes four bytes."""
    assert reading("FrameIncrementPointer", value) == Invalid("value.length")


def test_a_single_precision_value_keeps_its_shortest_text() -> None:
    """0.3268 stored in four bytes is not shown as 0.32679998874664307."""
    attribute = Attribute("X", 0x00189323, "FL")
    content = make_file(raw={0x00189323: encode(0x00189323, "FL", struct.pack("<f", 0.3268))})
    assert read(content).attributes.read(attribute) == Present("0.3268", (0.3268,))


@pytest.mark.parametrize(
    ("keyword", "value", "vr", "reason"),
    [
        ("KVP", b"12\xff", None, "value.characters"),
        ("Rows", b"\x01\x02\x03\x04\x05\x06", "UL", "value.length"),
        ("SpiralPitchFactor", struct.pack("<d", float("nan")), None, "value.not_finite"),
        ("SpiralPitchFactor", struct.pack("<d", float("inf")), None, "value.not_finite"),
        ("KVP", b"\x01\x02", "OW", "value.representation"),
    ],
)
def test_a_broken_value_is_invalid_by_its_rule(keyword: str, value: bytes, vr: str | None, reason: str) -> None:
    """The rule is named and the value is not kept."""
    assert reading(keyword, value, **({"vr": vr} if vr else {})) == Invalid(reason)


@pytest.mark.parametrize("length", ["\xff\xff\xff\xff", "\x08\x00\x00\x00"], ids=["undefined", "defined"])
def test_a_sequence_in_the_place_of_a_value_is_invalid(length: str) -> None:
    """An attribute that should be a number and is a sequence cannot be used."""
    item = b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
    head = b"\x18\x00\x60\x00SQ\x00\x00" + length.encode("latin-1")
    end = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00" if length == "\xff\xff\xff\xff" else b""
    attributes = read(make_file(raw={0x00180060: head + item + end})).attributes
    assert attributes.read(standard_attribute("KVP")) == Invalid("value.representation")


def test_an_unknown_representation_is_read_by_the_dictionary() -> None:
    """A value written as UN, as by a gateway that did not know the element, is read as PS3.6 has it."""
    assert reading("KVP", b"120", vr="UN") == Present("120", ("120",))


def test_big_endian_values_are_read() -> None:
    """The retired big endian syntax still stands in archives."""
    content = make_file({"Rows": 512}, syntax=EXPLICIT_BIG)
    assert read(content).attributes.read(standard_attribute("Rows")) == Present("512", (512,))


@pytest.mark.parametrize(
    ("charset", "content", "expected", "repaired"),
    [
        ("ISO_IR 100", "Sch\xe4del".encode("latin-1"), "Schädel", False),
        ("ISO_IR 192", "Schädel".encode(), "Schädel", False),
        ("GB18030", "头部".encode("gb18030"), "头部", False),
        ("ISO_IR 192", b"Sch\xe4del", "Sch�del", True),
        ("NO SUCH SET", b"Schadel", "Schadel", True),
    ],
)
def test_text_is_decoded_by_its_character_set(charset: str, content: bytes, expected: str, repaired: bool) -> None:
    """Names of protocols come out as they were typed; what had to be repaired is known."""
    header = read(make_file({"SpecificCharacterSet": charset, "ProtocolName": content}))
    found = header.attributes.read(standard_attribute("ProtocolName"))
    assert (found, header.attributes.has_repaired_text) == (Present(expected, (expected,)), repaired)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", Present("120", (120.0,))),
        ("+1.5e2", Present("+1.5e2", (150.0,))),
        (".5", Present(".5", (0.5,))),
        ("12,5", Invalid("value.number")),
        ("NaN", Invalid("value.number")),
        ("1e400", Invalid("value.not_finite")),
    ],
)
def test_decimal_strings_are_finite_numbers_or_invalid(text: str, expected: Reading) -> None:
    """A comma, a NaN or an overflow is no number (PS3.5 table 6.2-1, DS)."""
    assert as_numbers(Present(text, (text,))) == (
        expected
        if isinstance(expected, Invalid)
        else Present(text, expected.values if isinstance(expected, Present) else ())
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("62",), Present("raw", (62,))),
        ((7,), Present("raw", (7,))),
        (("62.5",), Invalid("value.integer")),
        (("abc",), Invalid("value.integer")),
        ((1.5,), Invalid("value.integer")),
    ],
)
def test_integer_strings_are_whole_or_invalid(values: tuple[str | int | float, ...], expected: Reading) -> None:
    """IS holds whole numbers only (PS3.5 table 6.2-1)."""
    assert as_integers(Present("raw", values)) == expected


def test_binary_numbers_become_numbers() -> None:
    """A number that was never text needs no parsing."""
    assert as_numbers(Present("512", (512,))) == Present("512", (512.0,))


@pytest.mark.parametrize("convert", [as_numbers, as_integers, as_single])
def test_what_is_not_there_stays_so(convert: object) -> None:
    """No conversion makes a value of an absent one."""
    assert callable(convert)
    assert convert(ABSENT) == ABSENT


def test_more_than_one_value_where_one_is_due_is_invalid() -> None:
    """Rows with two values is not silently its first (PS3.6, VM 1)."""
    assert as_single(Present("1\\2", ("1", "2"))) == Invalid("value.multiplicity")


def test_a_private_attribute_is_found_through_its_creator() -> None:
    """The same element lies elsewhere when another creator reserved the first block."""
    first = private_block(0x0045, "SOMEBODY", {0x31: ("CS", "99")})
    second = private_block(0x0045, "GEMS_HELIOS_01", {0x31: ("CS", "76")}, block=0x11)
    attributes = read(make_file(raw={**first, **second})).attributes
    found = attributes.private(0x0045, "GEMS_HELIOS_01", 0x31, "AvgHeartRateForImage", "CS")
    assert found is not None
    assert (found.tag, attributes.read(found)) == (0x00451131, Present("76", ("76",)))


def test_without_its_creator_a_private_attribute_is_not_found() -> None:
    """A private number without its creator could mean anything."""
    assert read(make_file()).attributes.private(0x0045, "GEMS_HELIOS_01", 0x31, "X", "CS") is None


def test_items_of_a_sequence_are_read_as_attributes() -> None:
    """What stands inside a sequence is read like the rest."""
    inner = encode(0x00180060, "DS", b"120")
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(inner)) + inner
    tag = standard_attribute("CTXRayDetailsSequence").tag
    attributes = read(make_file(raw={tag: encode(tag, "SQ", item)})).attributes
    items = list(attributes.items("CTXRayDetailsSequence"))
    assert [one.read(standard_attribute("KVP")) for one in items] == [Present("120", ("120",))]


def test_a_sequence_that_cannot_be_parsed_has_no_items() -> None:
    """What is inside a broken sequence is not guessed."""
    tag = standard_attribute("CTXRayDetailsSequence").tag
    attributes = read(make_file(raw={tag: encode(tag, "SQ", b"\xfe\xff\x00\xe0\x10")})).attributes
    assert list(attributes.items("CTXRayDetailsSequence")) == []


@pytest.mark.parametrize("keyword", ["CTXRayDetailsSequence", "Modality"])
def test_what_is_no_sequence_has_no_items(keyword: str) -> None:
    """Absent sequences and plain values have nothing inside."""
    assert list(read(make_file()).attributes.items(keyword)) == []


def test_an_unknown_keyword_is_a_mistake_of_ours() -> None:
    """TriggerDelayTime is no DICOM keyword, and asking for it fails at once."""
    with pytest.raises(KeyError):
        standard_attribute("TriggerDelayTime")


def test_a_tag_is_written_as_people_do() -> None:
    """Group and element in hexadecimal."""
    assert (standard_attribute("KVP").tag_text, isinstance(Attributes, type)) == ("(0018,0060)", True)
