"""Attributes that an operator asks for: found and typed, or refused when the service starts."""

import pytest
from pydicom.datadict import tag_for_keyword

from shared.dicom.extra import EQUIPMENT_TEXTS, PROFILED, NotAllowed, parse_extra_attributes
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.merging import merge_series
from shared.dicom.values import Provenance, Unreadable, Varying
from tests.support.datasets import Value, make_file, read
from tests.support.samples import GATED_CT

RATE = "(0045,31)GEMS_HELIOS_01"


def describe(setting: str, content: bytes, *, include_identity: bool = False) -> InstanceFacts:
    """State the facts of a file with what a setting asks for."""
    wanted = parse_extra_attributes(setting, include_identity=include_identity)
    return describe_instance(read(content), include_identity=include_identity, extra=wanted)


def test_a_private_attribute_is_found_through_its_creator() -> None:
    """The rate in GE's block is 76, as dcmdump shows it of this file: (0045,1031) CS [76]."""
    extra = describe(f"{RATE}, KVP; Manufacturer", GATED_CT[0].read_bytes()).extra
    assert extra is not None
    assert extra.values == {RATE: "76", "KVP": 120.0, "Manufacturer": "GE MEDICAL SYSTEMS"}
    assert extra.provenance[RATE] == Provenance(RATE, "(0045,1031)", "76")


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("AcquisitionNumber", "7", 7),
        ("FocalSpots", "0.7\\1.2", (0.7, 1.2)),
        ("PixelPaddingValue", 63, 63),
        ("ScanOptions", "HELICAL MODE", "HELICAL MODE"),
        ("FrameIncrementPointer", b"\x18\x00\x63\x10", "(0018,1063)"),
        ("SoftwareVersions", "1.2\\3", ("1.2", "3")),
    ],
)
def test_a_value_is_typed_by_its_representation(keyword: str, value: Value, expected: object) -> None:
    """Numbers are numbers, several values a list."""
    content = make_file({keyword: value} if keyword != "PixelPaddingValue" else None, raw=padding(keyword, value))
    extra = describe(keyword, content).extra
    assert extra is not None
    assert extra.values == {keyword: expected}


def padding(keyword: str, value: Value) -> dict[int, bytes]:
    """PixelPaddingValue, whose representation the dictionary leaves open."""
    content = b"\x28\x00\x20\x01US\x02\x00" + bytes([63, 0])
    return {0x00280120: content} if keyword == "PixelPaddingValue" and value else {}


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("AcquisitionNumber", "7.5", "value.integer"),
        ("KVP", "12,5", "value.number"),
        ("ScanOptions", "Doe^Jane", "value.code"),
    ],
)
def test_what_is_not_what_it_should_be_is_unreadable(keyword: str, value: str, reason: str) -> None:
    """A name that somebody typed into a code does not come out of it."""
    facts = describe(keyword, make_file({keyword: value}))
    assert facts.extra is not None
    assert (facts.extra.values, [one.reason for one in facts.extra.unreadable]) == ({}, [reason])


def test_what_is_absent_is_left_out() -> None:
    """Neither a missing attribute nor a missing private block is an error."""
    extra = describe(f"KVP;{RATE}", make_file()).extra
    assert extra is not None
    assert (extra.values, extra.unreadable) == ({}, ())


@pytest.mark.parametrize("keyword", ["PatientName", "StudyDate", "SOPInstanceUID", "ImageComments", "PatientSize"])
def test_what_may_identify_is_refused_when_the_service_starts(keyword: str) -> None:
    """The basic profile of PS3.15 Table E.1-1 removes, empties or replaces it."""
    with pytest.raises(NotAllowed, match=f"PATIENT_IDENTITY=include. {keyword}: "):
        parse_extra_attributes(f"KVP,{keyword}", include_identity=False)


def test_what_may_identify_is_read_where_identity_is_included() -> None:
    """The operator has decided that identity is part of the result."""
    extra = describe("PatientSize,OperatorsName", make_file({"PatientSize": "1.7"}), include_identity=True).extra
    assert extra is not None
    assert extra.values == {"PatientSize": 1.7}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("TriggerDelayTime", "neither a keyword"),
        ("(0045,1031)GEMS_HELIOS_01", "neither a keyword"),
        ("(0044,31)GEMS_HELIOS_01", "even group"),
        ("(0045,31)NOBODY", "no value representation is known"),
        ("PixelData", "which is no value to show"),
        ("RequestAttributesSequence", "which is no value to show"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(setting: str, message: str) -> None:
    """The operator reads what is wrong with the setting."""
    with pytest.raises(NotAllowed, match=message):
        parse_extra_attributes(setting, include_identity=True)


def test_an_empty_setting_asks_for_nothing() -> None:
    """Most deployments."""
    assert parse_extra_attributes(" , ;", include_identity=False) == ()


@pytest.mark.parametrize("keyword", sorted(PROFILED | EQUIPMENT_TEXTS))
def test_the_tables_name_attributes_of_the_standard(keyword: str) -> None:
    """A misspelt keyword would protect nothing."""
    assert tag_for_keyword(keyword) is not None


def test_a_series_shows_what_varies_as_a_range() -> None:
    """The same merging as for every other value, with provenance and what could not be used."""
    contents = [make_file({"SOPInstanceUID": f"1.2.{kvp}", "KVP": kvp, "ScanOptions": "a^b"}) for kvp in ("80", "120")]
    series = merge_series([describe("KVP,ScanOptions", content) for content in contents])
    assert series.extra == {"KVP": Varying(80.0, 120.0, (80.0, 120.0))}
    assert series.provenance["extra.KVP"] == Provenance("KVP", "(0018,0060)", "80")
    assert Unreadable("ScanOptions", "(0018,0022)", "value.code") in series.unreadable
