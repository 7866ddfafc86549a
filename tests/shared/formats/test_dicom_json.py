"""DICOM JSON: expected documents are written from PS3.18 Annex F by hand; real files are compared with dcm2json."""

import json
import re
import struct
from typing import Any

import pytest

from shared.dicom.values import Unreadable
from shared.formats.dicom_json import write_dicom_json
from tests.support.datasets import Value, encode, make_body, make_file, private_block, read
from tests.support.marked_file import MARKER, marked_file

ITEM = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
ITEM_END = struct.pack("<HHI", 0xFFFE, 0xE00D, 0)


def item(*elements: bytes) -> bytes:
    """An item of undefined length."""
    return ITEM + b"".join(elements) + ITEM_END


def write(
    attributes: dict[str, Value] | None = None,
    raw: dict[int, bytes] | None = None,
    *,
    include_identity: bool = True,
    **more: Any,  # Any: whatever else a made file takes
) -> dict[str, Any]:
    """The document of a made file."""
    header = read(make_file(attributes, raw=raw, **more))
    document = write_dicom_json(header.attributes, include_identity=include_identity).document
    strict: dict[str, Any] = json.loads(json.dumps(document, allow_nan=False))
    return strict


def unreadable(attributes: dict[str, Value] | None = None, raw: dict[int, bytes] | None = None) -> set[Unreadable]:
    """What of a made file could not be written."""
    return set(write_dicom_json(read(make_file(attributes, raw=raw)).attributes, include_identity=True).unreadable)


@pytest.mark.parametrize(
    ("keyword", "value", "tag", "expected"),
    [
        ("KVP", "120.50", "00180060", {"vr": "DS", "Value": [120.5]}),
        ("ImagePositionPatient", "-1\\0\\2.5e1", "00200032", {"vr": "DS", "Value": [-1, 0, 25]}),
        ("InstanceNumber", "+07", "00200013", {"vr": "IS", "Value": [7]}),
        ("ImageType", "ORIGINAL\\\\AXIAL", "00080008", {"vr": "CS", "Value": ["ORIGINAL", None, "AXIAL"]}),
        ("FocalSpots", "0.7\\\\1.2", "00181190", {"vr": "DS", "Value": [0.7, None, 1.2]}),
        ("Rows", 512, "00280010", {"vr": "US", "Value": [512]}),
        ("FrameIncrementPointer", b"\x18\x00\x63\x10", "00280009", {"vr": "AT", "Value": ["00181063"]}),
        ("DataPointColumns", 2**31, "00289002", {"vr": "UL", "Value": [2**31]}),
        ("RecommendedDisplayFrameRateInFloat", 0.1, "00089459", {"vr": "FL", "Value": [0.1]}),
        ("StudyDate", "", "00080020", {"vr": "DA"}),
        ("StudyDate", "20260201", "00080020", {"vr": "DA", "Value": ["20260201"]}),
        ("AccessionNumber", " \\ ", "00080050", {"vr": "SH"}),
        ("ImageComments", "a\\b ", "00204000", {"vr": "LT", "Value": ["a\\b"]}),
        ("PatientName", "Doe^Jane^^^", "00100010", {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}),
        ("PatientName", "^^^^", "00100010", {"vr": "PN"}),
        ("OtherPatientNames", "A\\\\B", "00101001",
         {"vr": "PN", "Value": [{"Alphabetic": "A"}, None, {"Alphabetic": "B"}]}),
    ],
)  # fmt: skip
def test_a_value_is_written_by_its_representation(keyword: str, value: Value, tag: str, expected: object) -> None:
    """Numbers are numbers, empty values null, tags hexadecimal, an attribute without a value has none (F.2.2)."""
    assert write({keyword: value})[tag] == expected


def test_a_name_in_three_scripts_keeps_its_component_groups_in_utf_8() -> None:
    """The example of PS3.5 section H.3.1, whose bytes are those of ISO 2022 IR 87; the stated set becomes UTF-8."""
    name = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"
    document = write({"SpecificCharacterSet": "\\ISO 2022 IR 87", "PatientName": name})
    assert document["00100010"]["Value"] == [
        {"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}
    ]
    assert document["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}


def test_sequences_hold_documents_of_their_own() -> None:
    """Items nest; a sequence without items has no value."""
    inner = encode(0x00081115, "SQ", item(encode(0x00081150, "UI", b"1.2.840.10008.1.1")))
    raw = {0x00400275: encode(0x00400275, "SQ", item(inner) + item()), 0x00082112: encode(0x00082112, "SQ", b"")}
    document = write(raw=raw)
    assert document["00400275"] == {
        "vr": "SQ",
        "Value": [
            {"00081115": {"vr": "SQ", "Value": [{"00081150": {"vr": "UI", "Value": ["1.2.840.10008.1.1"]}}]}},
            {},
        ],
    }
    assert document["00082112"] == {"vr": "SQ"}


def test_bulk_data_and_group_lengths_are_left_out() -> None:
    """Neither pixels nor other bytes are written, nor the retired length of a group."""
    raw = {
        0x00080000: encode(0x00080000, "UL", struct.pack("<I", 4)),
        0x00282000: encode(0x00282000, "OB", bytes(8)),
        0x60003000: encode(0x60003000, "OW", bytes(8)),
    }
    tail = encode(0x7FE00010, "OW", bytes(8))
    assert not {"00080000", "00282000", "60003000", "7FE00010"} & set(write(raw=raw, tail=tail))


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("KVP", "12,5", Unreadable("KVP", "(0018,0060)", "value.number")),
        ("InstanceNumber", "1.5", Unreadable("InstanceNumber", "(0020,0013)", "value.integer")),
        ("RecommendedDisplayFrameRateInFloat", float("nan"),
         Unreadable("RecommendedDisplayFrameRateInFloat", "(0008,9459)", "value.not_finite")),
        ("StudyDate", "yesterday", Unreadable("StudyDate", "(0008,0020)", "value.date")),
    ],
)  # fmt: skip
def test_what_cannot_be_written_truly_is_left_out_and_reported(keyword: str, value: Value, expected: object) -> None:
    """JSON has no number for it, so the attribute is absent and its rule is told."""
    assert unreadable({keyword: value}) == {expected}


def test_a_broken_sequence_is_left_out_and_reported() -> None:
    """Bytes that are no items are not taken for an empty sequence."""
    raw = {0x00082112: encode(0x00082112, "SQ", b"no items")}
    assert unreadable(raw=raw) == {Unreadable("SourceImageSequence", "(0008,2112)", "sequence.broken")}


def test_private_attributes_come_with_their_creators() -> None:
    """GE's block is named, what it states is typed, and what nobody knows the type of is left out."""
    block = private_block(
        0x0045, "GEMS_HELIOS_01", {0x31: ("CS", "76"), 0x01: ("UN", b"\x07\x00"), 0xEE: ("UN", b"??")}
    )
    raw = {**block, 0x00471001: encode(0x00471001, "UN", b"??"), 0x00190010: encode(0x00190010, "LO", b"NOBODY X")}
    document = write(raw={**raw, 0x00191001: encode(0x00191001, "UN", b"??")})
    private = {tag: entry for tag, entry in document.items() if int(tag[:4], 16) % 2}
    assert private == {
        "00190010": {"vr": "LO", "Value": ["NOBODY X"]},
        "00450010": {"vr": "LO", "Value": ["GEMS_HELIOS_01"]},
        "00451001": {"vr": "SS", "Value": [7]},
        "00451031": {"vr": "CS", "Value": ["76"]},
    }


def test_a_sequence_of_unknown_representation_is_still_one() -> None:
    """PS3.5 section 6.2.2: a value that begins with an item is a sequence, its items implicit little endian."""
    implicit = struct.pack("<HHI", 0x0018, 0x0060, 4) + b"120 "
    content = struct.pack("<HHI", 0xFFFE, 0xE000, len(implicit)) + implicit
    document = write(raw={0x00471001: encode(0x00471001, "UN", content)})
    assert document["00471001"] == {"vr": "SQ", "Value": [{"00180060": {"vr": "DS", "Value": [120.0]}}]}


def test_an_implicit_data_set_gets_the_representations_of_the_dictionary() -> None:
    """What may be signed or not follows Pixel Representation, what may be words is bulk, the rest is PS3.6's."""
    more = b"".join(
        struct.pack("<HHI", group, element, len(value)) + value
        for group, element, value in (
            (0x0028, 0x0103, b"\x01\x00"),
            (0x0028, 0x0106, b"\xff\xff"),
            (0x0028, 0x3006, b"\x01\x00"),
            (0x0029, 0x0010, b"SOMEBODY"),
            (0x0031, 0x0003, b"no"),
            (0x5554, 0x0002, b"no"),
        )
    )
    meta = encode(0x00020010, "UI", b"1.2.840.10008.1.2")
    header = read(bytes(128) + b"DICM" + meta + make_body(implicit=True) + more)
    document = write_dicom_json(header.attributes, include_identity=True).document
    assert {tag: entry for tag, entry in document.items() if tag > "0021"} == {
        "00280103": {"vr": "US", "Value": [1]},
        "00280106": {"vr": "SS", "Value": [-1]},
        "00290010": {"vr": "LO", "Value": ["SOMEBODY"]},
    }


def test_without_identity_only_what_cannot_name_anybody_is_written() -> None:
    """Every attribute of PS3.6 holds a marker; what is left are codes and what the object itself is called."""
    document = write_dicom_json(read(marked_file()).attributes).document
    marked = {tag for tag, entry in document.items() if MARKER.search(json.dumps(entry))}
    own = {"00080018", "0020000D", "0020000E"}
    written_by_equipment = {"00080070", "00081090", "00181020", "00181210", "00181250", "00181251"}
    assert {tag for tag in marked if ' "CS"' not in json.dumps(document[tag])} == own | written_by_equipment
    assert not marked & {"00100010", "00100040", "00081030", "00080020", "00100020", "00091001", "00400275"}


def test_with_identity_everything_is_written() -> None:
    """A deployment that includes identity gets names, dates and descriptions."""
    document = write_dicom_json(read(marked_file()).attributes, include_identity=True).document
    assert {"00100010", "00081030", "00080020", "00091001", "00400275"} <= set(document)


def test_nested_identity_is_withheld_as_well() -> None:
    """A date inside of an item, a local code's meaning and another object's UID go; a public code and numbers stay."""
    code = encode(0x00080100, "SH", b"T-A0100")
    public = item(code, encode(0x00080102, "SH", b"SRT"), encode(0x00080104, "LO", b"Brain"))
    local = item(code, encode(0x00080102, "SH", b"99ACME"), encode(0x00080104, "LO", b"Mrs Doe"))
    reference = item(encode(0x00081150, "UI", b"1.2.840.10008.5.1.4.1.1.2"), encode(0x00081155, "UI", b"1.2.3.99"))
    dated = item(encode(0x00080020, "DA", b"20260201"), encode(0x00180060, "DS", b"120"))
    raw = {
        0x00082218: encode(0x00082218, "SQ", public),
        0x00082228: encode(0x00082228, "SQ", local),
        0x00082112: encode(0x00082112, "SQ", reference),
        0x00081120: encode(0x00081120, "SQ", reference),
        0x00089215: encode(0x00089215, "SQ", dated),
    }
    document = write(raw=raw, include_identity=False)
    assert {tag: document[tag]["Value"] for tag in document.keys() & {f"{tag:08X}" for tag in raw}} == {
        "00082218": [
            {
                "00080100": {"vr": "SH", "Value": ["T-A0100"]},
                "00080102": {"vr": "SH", "Value": ["SRT"]},
                "00080104": {"vr": "LO", "Value": ["Brain"]},
            }
        ],
        "00082228": [{}],
        "00082112": [{"00081150": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]}}],
        "00089215": [{"00180060": {"vr": "DS", "Value": [120.0]}}],
    }


def test_a_code_that_is_none_is_withheld() -> None:
    """What somebody typed into the place of a code could be anything."""
    assert "00180015" not in write({"BodyPartExamined": "Doe^Jane"}, include_identity=False)


def test_keys_are_tags_in_ascending_order() -> None:
    """As F.2 asks for."""
    keys = list(write({"PatientName": "Doe", "KVP": "1"}))
    assert keys == sorted(keys)
    assert all(re.fullmatch(r"[0-9A-F]{8}", key) for key in keys)
