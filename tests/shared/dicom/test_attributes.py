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
from shared.dicom.encoding import Element
from tests.support.datasets import EXPLICIT_BIG, Value, encode, make_file, private_block, read, standard
from tests.support.samples import CHARACTER_SETS

ITEM = b"\xfe\xff\x00\xe0"


def item(content: bytes) -> bytes:
    """An item of defined length."""
    return ITEM + struct.pack("<I", len(content)) + content


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
        ("FrameIncrementPointer", b"\x18\x00\x63\x10", Present("(0018,1063)", ("(0018,1063)",))),
        ("PatientAge", "045Y", Present("045Y", ("045Y",))),
        ("StudyDate", "20120229", Present("20120229", ("20120229",))),
        ("StudyDate", "2012.02.29", Present("2012.02.29", ("2012.02.29",))),
        ("StudyTime", "235960.123456", Present("235960.123456", ("235960.123456",))),
        ("StudyTime", "23:59", Present("23:59", ("23:59",))),
    ],
)
def test_a_value_is_present_with_its_exact_text(keyword: str, value: Value, expected: Present) -> None:
    """Text is kept as the file has it; a long text keeps its backslash (PS3.5 section 6.2)."""
    vr = "SS" if keyword == "PixelPaddingValue" else None
    assert reading(keyword, value, **({"vr": vr} if vr else {})) == expected


@pytest.mark.parametrize("number", [0.3268, 8388609.5 - 0.5, 16777213.0, 0.12345679, 1e-20])
def test_a_single_precision_value_keeps_its_shortest_text(number: float) -> None:
    """0.3268 stored in four bytes is not shown as 0.32679998874664307, and no digit that matters is lost."""
    attribute = Attribute("X", 0x00189323, "FL")
    content = make_file(raw={0x00189323: encode(0x00189323, "FL", struct.pack("<f", number))})
    found = read(content).attributes.read(attribute)
    assert isinstance(found, Present)
    assert found.values == (number,)


@pytest.mark.parametrize(("representation", "expected"), [(0, 64536), (1, -1000)])
def test_an_integer_of_the_pixels_is_signed_as_they_are(representation: int, expected: int) -> None:
    """Without a stated representation PixelRepresentation decides between US and SS (PS3.5 section A.1)."""
    raw = {0x00280120: encode(0x00280120, "UN", struct.pack("<h", -1000))}
    attributes = read(make_file({"PixelRepresentation": representation}, raw=raw)).attributes
    assert attributes.read(standard_attribute("PixelPaddingValue")) == Present(str(expected), (expected,))


@pytest.mark.parametrize(
    ("keyword", "value", "vr", "reason"),
    [
        ("KVP", b"12\xff", None, "value.characters"),
        ("Rows", b"\x01\x02\x03\x04\x05\x06", "UL", "value.length"),
        ("SpiralPitchFactor", struct.pack("<d", float("nan")), None, "value.not_finite"),
        ("SpiralPitchFactor", struct.pack("<d", float("inf")), None, "value.not_finite"),
        ("KVP", b"\x01\x02", "OW", "value.representation"),
        ("PhotometricInterpretation", 1, "US", "value.representation"),
        ("FrameIncrementPointer", b"\x18\x00", None, "value.length"),
        ("StudyDate", b"20120000", None, "value.date"),
        ("StudyDate", b"2012.0229", None, "value.date"),
        ("StudyTime", b"2460", None, "value.time"),
        ("PatientAge", b"45", None, "value.age"),
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
        ("NO\0SUCH\0SET", b"Schadel", "Schadel", True),
        ("", b"Sch\xe4del", "Schädel", True),
        ("\\ISO 2022 IR 87", b"\x1b$B;3ED\x1b(B", "山田", False),
        ("\\ISO 2022 IR 87", b"\x1b%Gx", "\x1b%Gx", True),
        ("ISO 2022 IR 100\\ISO 2022 IR 144", b"Sch\xe4del \x1b-L\xbb", "Schädel Л", False),
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
    first = {**private_block(0x0045, "SOMEBODY", {0x31: ("CS", "99")}), **private_block(0x0045, "", {}, block=0x12)}
    second = private_block(0x0045, "GEMS_HELIOS_01", {0x31: ("CS", "76")}, block=0x11)
    attributes = read(make_file(raw={**first, **second})).attributes
    found = attributes.private(0x0045, "GEMS_HELIOS_01", 0x31, "AvgHeartRateForImage", "CS")
    assert found is not None
    assert (found.tag, attributes.read(found)) == (0x00451131, Present("76", ("76",)))


def test_the_block_of_a_creator_that_holds_the_element_is_taken() -> None:
    """A creator may have reserved two blocks of one group."""
    first = private_block(0x0045, "GEMS_HELIOS_01", {0x30: ("CS", "1")})
    second = private_block(0x0045, "GEMS_HELIOS_01", {0x31: ("CS", "76")}, block=0x11)
    found = read(make_file(raw={**first, **second})).attributes.private(0x0045, "GEMS_HELIOS_01", 0x31, "X", "CS")
    assert found == Attribute("X", 0x00451131, "CS")


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", False), (item(b""), False), (b"no item", True), (bytes(20), True)],
    ids=["empty", "whole", "broken", "zeros"],
)
def test_a_broken_sequence_is_told_from_an_empty_one(content: bytes, expected: bool) -> None:
    """What is not there and what cannot be read are two answers."""
    tag = standard_attribute("CTXRayDetailsSequence").tag
    attributes = read(make_file(raw={tag: encode(tag, "SQ", content)})).attributes
    assert attributes.is_broken_sequence("CTXRayDetailsSequence") is expected


def test_elements_of_a_frame_lie_over_those_of_the_object() -> None:
    """A frame answers with its own values and else with those of the whole."""
    whole = read(make_file({"KVP": "120", "SliceThickness": "5"})).attributes
    frame = whole.overlaid({0x00180060: Element("DS", b"80")})
    answers = [frame.read(standard_attribute(keyword)) for keyword in ("KVP", "SliceThickness")]
    assert answers == [Present("80", ("80",)), Present("5", ("5",))]


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("chrH32.dcm", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
        ("chrI2.dcm", "Hong^Gildong=洪^吉洞=홍^길동"),
        ("chrX1.dcm", "Wang^XiaoDong=王^小東="),
        ("chrX2.dcm", "Wang^XiaoDong=王^小东="),
        ("chrGerm.dcm", "Äneas^Rüdiger"),
        ("chrArab.dcm", "قباني^لنزار"),
        ("chrRuss.dcm", "Люкceмбypг"),
        ("chrHbrw.dcm", "שרון^דבורה"),
        ("chrGreek.dcm", "Διονυσιος"),
    ],
)
def test_names_of_the_standard_are_read_as_it_prints_them(name: str, expected: str) -> None:
    """The worked examples of PS3.5 annexes H to K, and those of single-byte sets."""
    header = read((CHARACTER_SETS / name).read_bytes())
    found = header.attributes.read(standard_attribute("PatientName"))
    assert (found, header.attributes.has_repaired_text) == (Present(expected, (expected,)), False)


def test_a_character_set_that_is_itself_damaged_is_read_as_none() -> None:
    """Its own bytes need no other set to be looked at."""
    header = read(make_file(raw={0x00080005: encode(0x00080005, "ST", b"\xf0\xff 2022")}))
    assert (header.attributes.has_repaired_text, header.attributes.encodings) == (True, ("iso8859",))


def test_an_item_has_its_own_character_set_or_that_around_it() -> None:
    """A sequence item may state another set than its object (PS3.3 C.12.1.1.2)."""
    name = standard("CodeMeaning", "Sch\xe4del".encode())[1]
    first = item(standard("SpecificCharacterSet", "ISO_IR 192")[1] + name)
    items = first + item(standard("CodeMeaning", "Sch\xe4del".encode("latin-1"))[1])
    tag = standard_attribute("AnatomicRegionSequence").tag
    attributes = read(make_file({"SpecificCharacterSet": "ISO_IR 100"}, raw={tag: encode(tag, "SQ", items)})).attributes
    found = [one.read(standard_attribute("CodeMeaning")) for one in attributes.items("AnatomicRegionSequence")]
    assert (found, attributes.has_repaired_text) == ([Present("Schädel", ("Schädel",))] * 2, False)


def test_text_repaired_inside_an_item_is_known_of_the_whole() -> None:
    """The finding is about the object, wherever the text stands."""
    tag = standard_attribute("AnatomicRegionSequence").tag
    content = item(standard("CodeMeaning", b"Sch\xe4del")[1])
    attributes = read(make_file(raw={tag: encode(tag, "SQ", content)})).attributes
    [one] = attributes.items("AnatomicRegionSequence")
    one.read(standard_attribute("CodeMeaning"))
    assert attributes.has_repaired_text


ITEM_END, SEQUENCE_END = b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
KVP = encode(0x00180060, "DS", b"120 ")
IMPLICIT_KVP = b"\x18\x00\x60\x00\x04\x00\x00\x00120 "
INNER_UNDEFINED = b"\x18\x00\x04\x93SQ\0\0\xff\xff\xff\xff" + ITEM + b"\0\0\0\0" + SEQUENCE_END
FRAGMENTS = b"\x09\x00\x10\x10OB\0\0\xff\xff\xff\xff" + ITEM + b"\x04\0\0\0abcd" + SEQUENCE_END


@pytest.mark.parametrize(
    ("vr", "content"),
    [
        ("SQ", item(KVP)),
        ("SQ", ITEM + b"\xff\xff\xff\xff" + KVP + ITEM_END),
        ("SQ", ITEM + b"\xff\xff\xff\xff" + KVP),
        ("SQ", item(IMPLICIT_KVP)),
        ("UN", item(IMPLICIT_KVP)),
        ("UN", item(KVP)),
        ("SQ", item(KVP) + SEQUENCE_END),
        ("SQ", item(KVP) + b"garbage that is no item"),
        ("SQ", item(FRAGMENTS + INNER_UNDEFINED + KVP)),
        ("SQ", item(KVP + b"\x18\x00\x04\x93SQ\0\0\xff\xff\xff\xff" + ITEM + b"\0\0")),
        ("SQ", item(KVP + encode(0x00189999, "LO", b"longer than its item")[:-6])),
        ("SQ", item(KVP + b"\x18\x00\x99\x99")),
        ("SQ", item(KVP + b"\x18\x00\x99\x99OB\0\0")),
        ("SQ", item(b"\x09\x00\x10\x10ZZ\0\0\x02\0\0\0ab" + KVP)),
        ("SQ", item(b"\x09\x00\x10\x10ZZ\x02\0ab" + KVP)),
        ("SQ", item(encode(0x00091010, "LO", b"x") + b"\x09\x00\x11\x10\x02\0\0\0ab" + KVP)),
    ],
    ids=[
        *("defined", "undefined", "no-item-delimiter", "implicit-inside", "un", "un-explicit", "delimiter-too-much"),
        *("garbage-behind", "nested", "cut-sequence", "cut-value", "cut-head", "cut-long-head"),
        *("unknown-long", "unknown-short", "no-representation"),
    ],
)
def test_items_are_read_however_they_are_encoded(vr: str, content: bytes) -> None:
    """Lengths defined or not, UN with implicit items (PS3.5 section 6.2.2), and damage behind what is read."""
    tag = standard_attribute("CTXRayDetailsSequence").tag
    attributes = read(make_file(raw={tag: encode(tag, vr, content)})).attributes
    items = [one.read(standard_attribute("KVP")) for one in attributes.items("CTXRayDetailsSequence")]
    assert items == [Present("120", ("120",))]


@pytest.mark.parametrize("inside", [FRAGMENTS, INNER_UNDEFINED, encode(0x00091010, "OB", b"ab")])
@pytest.mark.parametrize("close", [ITEM_END, b""], ids=["closed", "not-closed"])
def test_what_stands_behind_a_sequence_of_undefined_length_is_read(inside: bytes, close: bytes) -> None:
    """The end of a sequence is found through everything that is inside of it."""
    sequence = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + ITEM + b"\xff\xff\xff\xff" + inside + close
    header = read(make_file(raw={0x00081140: sequence + SEQUENCE_END}))
    assert header.findings == ()
    assert header.attributes.read(standard_attribute("Modality")) == Present("CT", ("CT",))


def test_an_unknown_keyword_is_a_mistake_of_ours() -> None:
    """TriggerDelayTime is no DICOM keyword, and asking for it fails at once."""
    with pytest.raises(KeyError):
        standard_attribute("TriggerDelayTime")


def test_a_tag_is_written_as_people_do() -> None:
    """Group and element in hexadecimal."""
    assert (standard_attribute("KVP").tag_text, isinstance(Attributes, type)) == ("(0018,0060)", True)
