"""The facts of one instance, compared with what dcmdump prints of real files."""

import io

import pytest

from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.reading import read_header
from shared.dicom.values import Provenance, Unreadable
from tests.support.datasets import describe
from tests.support.samples import CT, MR, TEST_FILES

MARKER = "MARKER-Doe"


def facts_of(name: str) -> InstanceFacts:
    """The facts of one of pydicom's files."""
    content = (TEST_FILES / name).read_bytes()
    return describe_instance(read_header(io.BytesIO(content), length=len(content)))


@pytest.mark.parametrize(
    ("key", "value", "raw"),
    [
        ("acquisition.kvp_kv", 120.0, "120"),
        ("acquisition.tube_current_ma", 170, "170"),
        ("acquisition.exposure_time_ms", 1601, "1601"),
        ("acquisition.convolution_kernel", "STANDARD", "STANDARD"),
        ("image.rows", 128, "128"),
        ("image.pixel_spacing_mm", (0.661468, 0.661468), "0.661468\\0.661468"),
        ("geometry.slice_thickness_mm", 5.0, "5.000000"),
    ],
)
def test_a_ct_says_what_dcmdump_says(key: str, value: object, raw: str) -> None:
    """Values of CT_small.dcm as dcmdump +L prints them."""
    facts = facts_of(CT.name)
    assert (facts.values[key], facts.provenance[key].raw) == (value, raw)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("acquisition.repetition_time_ms", 4000.0),
        ("acquisition.echo_time_ms", 240.0),
        ("acquisition.flip_angle_deg", 90.0),
    ],
)
def test_an_mr_says_what_dcmdump_says(key: str, value: object) -> None:
    """Values of MR_small.dcm as dcmdump +L prints them."""
    assert facts_of(MR.name).values[key] == value


@pytest.mark.parametrize("key", ["acquisition.field_strength_t", "acquisition.echo_train_length"])
def test_what_an_mr_does_not_say_is_absent(key: str) -> None:
    """MR_small.dcm has no field strength, and dcmdump shows its echo train length without a value."""
    assert key not in facts_of(MR.name).values


def test_provenance_names_keyword_tag_and_raw_text() -> None:
    """A reader can look every value up in the file."""
    assert describe({"KVP": "120 "}).provenance["acquisition.kvp_kv"] == Provenance("KVP", "(0018,0060)", "120")


@pytest.mark.parametrize(
    ("keyword", "value", "tag", "reason"),
    [
        ("KVP", "12,5", "(0018,0060)", "value.number"),
        ("KVP", "-5", "(0018,0060)", "value.range"),
        ("PixelSpacing", "0.5", "(0028,0030)", "value.multiplicity"),
        ("SeriesNumber", "4.5", "(0020,0011)", "value.integer"),
        ("BodyPartExamined", "HEART\\CHEST", "(0018,0015)", "value.multiplicity"),
    ],
)
def test_what_cannot_be_used_is_listed_by_its_rule(keyword: str, value: str, tag: str, reason: str) -> None:
    """The attribute and the broken rule are named, the value is not."""
    assert describe({keyword: value}).unreadable == (Unreadable(keyword, tag, reason),)


def test_what_the_file_does_not_say_is_absent() -> None:
    """No key stands for an attribute that is missing or empty."""
    facts = describe({"KVP": "", "Manufacturer": ""})
    assert set(facts.values) == set()


@pytest.mark.parametrize(("text", "value"), [("B30f", "B30f"), ("B30f\\3", ("B30f", "3"))])
def test_one_kernel_is_a_text_and_several_are_a_list(text: str, value: object) -> None:
    """Siemens writes two values where others write one."""
    assert describe({"ConvolutionKernel": text}).values["acquisition.convolution_kernel"] == value


def test_identity_is_read_only_where_it_is_included() -> None:
    """By default the patient's identifiers do not even leave the header."""
    content = CT.read_bytes()
    header = read_header(io.BytesIO(content), length=len(content))
    assert describe_instance(header).patient == {}
    included = describe_instance(header, include_identity=True).patient
    assert (included["patient_id"], included["sex"]) == ("1CT1", "O")


def test_text_that_had_to_be_repaired_is_reported() -> None:
    """A name in the wrong character set is shown with a warning."""
    facts = describe({"SpecificCharacterSet": "ISO_IR 192", "ProtocolName": b"Sch\xe4del"})
    assert [finding.code for finding in facts.findings] == ["text.repaired"]


def test_no_finding_quotes_a_value() -> None:
    """A file whose every text is a marker, right or wrong, yields findings without it."""
    texts = dict.fromkeys(["KVP", "SeriesNumber", "PixelSpacing", "SliceThickness", "HeartRate", "TriggerTime"], MARKER)
    facts = describe({**texts, "SpecificCharacterSet": "ISO_IR 192", "ProtocolName": b"\xff" + MARKER.encode()})
    assert MARKER not in f"{facts.unreadable} {facts.findings}"
    assert len(facts.unreadable) == len(texts)
