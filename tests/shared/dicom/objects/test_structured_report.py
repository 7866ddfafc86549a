"""Structured reports: real ones compared with dsrdump, measurement reports made by TID 1500 of PS3.16."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import MAX_CONTENT_ITEMS, MAX_DEPTH
from shared.dicom.objects.measurements import MAX_MEASUREMENTS, Measurement, MeasurementGroup
from shared.dicom.objects.references import References
from shared.dicom.objects.structured_report import StructuredReport
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.objects import (
    MILLIMETER,
    blocks_of,
    coded,
    codes_of,
    container,
    content,
    dcm,
    document,
    evidence,
    image,
    item,
    make_object,
    num,
    plain,
    sct,
    sequence,
    text,
)
from tests.support.samples import TEST_FILES

MARKER = "MARKER-Doe"


def report_of(facts: InstanceFacts) -> StructuredReport:
    """The report of an object that is one."""
    report = blocks_of(facts).structured_report
    assert report is not None
    return report


def made(*children: bytes) -> InstanceFacts:
    """A made imaging measurement report."""
    return make_object("88.33", "SR", *document(dcm("126000", "Imaging Measurement Report"), *children))


def test_a_real_report_is_counted_as_dsrdump_prints_it() -> None:
    """OFFIS' test document: state, and its items by value type without the two pointers to other items."""
    report = report_of(facts_of(TEST_FILES / "test-SR.dcm"))
    assert (report.title, report.completion, report.verification) == (Code("1111", "TEST"), "COMPLETE", "VERIFIED")
    assert report.content_items == {
        "CODE": 5,
        "COMPOSITE": 1,
        "CONTAINER": 2,
        "DATE": 1,
        "DATETIME": 1,
        "IMAGE": 2,
        "NUM": 2,
        "SCOORD": 1,
        "TCOORD": 1,
        "TEXT": 7,
        "TIME": 1,
        "UIDREF": 1,
        "WAVEFORM": 1,
    }


def test_the_numbers_of_a_real_report_are_those_that_dsrdump_prints() -> None:
    """Two diameters of 3 cm under a local scheme, whose meanings stay out."""
    diameter = Measurement(Code("1234", "99_OFFIS_DCMTK"), 3.0, Code("cm", "99_OFFIS_DCMTK"))
    assert report_of(facts_of(TEST_FILES / "test-SR.dcm")).measurements == (diameter, diameter)


@pytest.mark.parametrize("name", ["reportsi.dcm", "reportsi_with_empty_number_tags.dcm"])
def test_an_unfinished_report_says_so(name: str) -> None:
    """Completion and verification as dcmdump prints them."""
    report = report_of(facts_of(TEST_FILES / name))
    assert (report.completion, report.verification) == ("PARTIAL", "UNVERIFIED")


def test_a_measurement_group_says_what_was_measured_where() -> None:
    """TID 1501: finding, site, numbers with units, derivation and method, and the images referred to."""
    group = container(
        dcm("125007", "Measurement Group"),
        text(dcm("112039", "Tracking Identifier"), MARKER),
        content("UIDREF", dcm("112040"), *plain(UID="1.2.3.99")),
        coded(sct("276214006"), sct("49755003", "Morphologically Altered Structure")),
        coded(dcm("121071", "Finding"), sct("108369006", "Neoplasm")),
        coded(sct("363698007"), sct("39607008", "Lung")),
        coded(sct("363698007"), sct("39607008", "Lung")),
        num(
            sct("103339001", "Long Axis"),
            "12.4",
            MILLIMETER,
            coded(dcm("121401"), sct("56851009", "Maximum")),
            coded(sct("370129005"), dcm("126402", "RECIST")),
            image(),
        ),
        num(sct("103340004", "Short Axis"), None),
    )
    assert report_of(made(group)).measurement_groups == (
        MeasurementGroup(
            finding=Code("108369006", "SCT", "Neoplasm"),
            finding_category=Code("49755003", "SCT", "Morphologically Altered Structure"),
            finding_sites=(Code("39607008", "SCT", "Lung"),),
            measurements=(
                Measurement(
                    concept=Code("103339001", "SCT", "Long Axis"),
                    value=12.4,
                    unit=Code("mm", "UCUM", "mm"),
                    derivation=Code("56851009", "SCT", "Maximum"),
                    method=Code("126402", "DCM", "RECIST"),
                ),
                Measurement(concept=Code("103340004", "SCT", "Short Axis")),
            ),
            image_count=1,
        ),
    )


def test_a_measurement_is_listed_once() -> None:
    """Those of a group are not repeated among the others."""
    grouped = container(dcm("125007"), num(sct("1"), "1", MILLIMETER))
    report = report_of(made(container(dcm("126010"), grouped, num(sct("2"), "2", MILLIMETER))))
    assert [one.value for group in report.measurement_groups for one in group.measurements] == [1]
    assert [one.value for one in report.measurements] == [2]


def test_an_empty_group_says_nothing() -> None:
    """A group without anything that may be shown is no group."""
    assert report_of(made(container(dcm("125007"), text(dcm("112039"), MARKER)))).measurement_groups == ()


def test_no_text_name_or_tracking_identifier_is_shown() -> None:
    """The words of a report stay in the report."""
    names = content("PNAME", dcm("121008"), *plain(PersonName=MARKER))
    dates = content("DATETIME", dcm("121135"), *plain(DateTime="19700101"))
    facts = made(text(dcm("121070"), MARKER), names, dates, container(dcm("125007"), text(dcm("112039"), MARKER)))
    assert MARKER not in repr(facts)
    assert "19700101" not in repr(facts)


@pytest.mark.parametrize(
    ("concept", "shown"),
    [
        (("121071", "DCM", MARKER), Code("121071", "DCM", MARKER)),
        (("X1", "99ACME", MARKER), Code("X1", "99ACME")),
        (("X1", "L", MARKER), Code("X1", "L")),
    ],
)
def test_a_meaning_is_shown_for_public_schemes_only(concept: tuple[str, str, str], shown: Code) -> None:
    """A local scheme's meaning is whatever a site typed."""
    [one] = report_of(made(num(concept, "1", MILLIMETER))).measurements
    assert one.concept == shown


@pytest.mark.parametrize(
    ("elements", "value"),
    [
        ({"LongCodeValue": "1.2.840.113654.3.14.15"}, Code("1.2.840.113654.3.14.15", "DCM", "Long")),
        ({"URNCodeValue": "urn:oid:1.2.3"}, Code("urn:oid:1.2.3", "DCM", "Long")),
        ({"LongCodeValue": "1" * 65}, None),
        ({}, None),
    ],
)
def test_long_codes_are_codes(elements: dict[str, str], value: Code | None) -> None:
    """PS3.3 section 8.1: a long code or URN stands for a short one; text of any length is none."""
    concept = item(*plain(CodingSchemeDesignator="DCM", CodeMeaning="Long", **elements))
    one = item(*plain(ValueType="NUM"), sequence("ConceptNameCodeSequence", concept))
    [measurement] = report_of(made(one)).measurements
    assert measurement.concept == value


def test_a_code_without_a_meaning_is_a_code() -> None:
    """CodeMeaning is type 1, but files lack it."""
    concept = item(*plain(CodingSchemeDesignator="DCM", CodeValue="121071"))
    one = item(*plain(ValueType="NUM"), sequence("ConceptNameCodeSequence", concept))
    [measurement] = report_of(made(one)).measurements
    assert measurement.concept == Code("121071", "DCM")


def test_the_template_and_the_evidence_are_given() -> None:
    """TemplateIdentifier (0040,DB00), and how many instances the report rests on."""
    template = sequence("ContentTemplateSequence", item(*plain(TemplateIdentifier="1500")))
    rests_on = evidence(("1.2.1", ("1.2.1.1", "1.2.1.2")), ("1.2.2", ("1.2.2.1",)))
    facts = make_object("88.33", "SR", template, rests_on, *document(dcm("126000")))
    report = report_of(facts)
    assert (report.template, report.references) == ("1500", References(2, 3, ("1.2.1", "1.2.2")))


def test_an_unknown_value_type_is_counted_as_such() -> None:
    """No text of the file becomes a key of the result."""
    strange = (content("GENE", dcm("1")), content(MARKER, dcm("1")))
    assert report_of(made(*strange)).content_items == {"OTHER": 2}


def test_a_number_under_an_unknown_concept_is_given_as_it_stands() -> None:
    """What is measured may be unnamed, the number and its unit are not."""
    [one] = report_of(made(item(*plain(ValueType="CODE")), num(sct("1"), "5", MILLIMETER))).measurements
    assert one == Measurement(Code("1", "SCT", "meaning"), 5, Code("mm", "UCUM", "mm"))


def test_a_coded_item_of_another_type_is_no_code() -> None:
    """A text under the concept of a finding is not read as one."""
    group = container(dcm("125007"), text(dcm("121071"), MARKER), text(sct("363698007"), MARKER), image())
    assert report_of(made(group)).measurement_groups == (MeasurementGroup(image_count=1),)


def test_a_site_that_names_no_code_is_left_out() -> None:
    """An empty code sequence is type 1 broken."""
    group = container(dcm("125007"), content("CODE", sct("363698007")), image())
    assert report_of(made(group)).measurement_groups == (MeasurementGroup(image_count=1),)


def test_many_measurements_are_bounded() -> None:
    """The first are given, and a finding says that there are more."""
    facts = made(*[num(sct("1"), "1", MILLIMETER)] * (MAX_MEASUREMENTS + 1))
    assert (len(report_of(facts).measurements), codes_of(facts)) == (MAX_MEASUREMENTS, ["content.more_measurements"])


def test_deep_nesting_is_bounded() -> None:
    """What lies deeper than any template is not followed."""
    nested = num(sct("1"), "1", MILLIMETER)
    for _ in range(MAX_DEPTH + 1):
        nested = container(dcm("1"), nested)
    facts = made(nested)
    assert (sum(report_of(facts).content_items.values()), codes_of(facts)) == (MAX_DEPTH, ["content.too_deep"])


def test_a_document_of_too_many_items_is_read_up_to_the_bound() -> None:
    """Two halves that are each within the bound and together beyond it."""
    half = container(dcm("1"), *[content("TEXT", None)] * (MAX_CONTENT_ITEMS // 2))
    facts = made(half, half)
    assert (sum(report_of(facts).content_items.values()), codes_of(facts)) == (MAX_CONTENT_ITEMS, ["content.too_long"])


def test_a_broken_tree_is_reported() -> None:
    """The document's own facts stay, what was inside the sequence is said to be missing."""
    root = dict(document(dcm("126000")))
    broken = sequence("ContentSequence", b"no item begins here")
    facts = make_object("88.33", "SR", *root.items(), broken)
    assert (report_of(facts).content_items, codes_of(facts)) == ({}, ["object.damaged_sequence"])
