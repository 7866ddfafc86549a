"""CT dose reports, made by TID 10011 to 10013 of PS3.16; expected values are those that went in."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.ct_dose import MAX_EVENTS, CtDose, CtEvent, CtSource
from shared.dicom.values import Provenance
from tests.support.objects import (
    MGY,
    MGY_CM,
    MILLIMETER,
    NO_UNITS,
    SECOND,
    Concept,
    blocks_of,
    coded,
    codes_of,
    container,
    content,
    dcm,
    document,
    make_object,
    num,
    sct,
    text,
)

TITLE = dcm("113701", "X-Ray Radiation Dose Report")
SPIRAL = ("116152004", "SCT", "Spiral Acquisition")


def accumulated(dlp: str | None, events: str = "1", unit: Concept = MGY_CM) -> bytes:
    """TID 10012: number of events and total dose length product."""
    return container(dcm("113811"), num(dcm("113812"), events, NO_UNITS), num(dcm("113813"), dlp, unit))


def event(dlp: str | None = "100", unit: Concept = MGY_CM, *parameters: bytes) -> bytes:
    """TID 10013: one event with its dose and whatever parameters are given."""
    dose = container(dcm("113829"), num(dcm("113838"), dlp, unit))
    return container(dcm("113819"), container(dcm("113822"), *parameters), dose)


def report(*children: bytes, sop_class: str = "88.67") -> InstanceFacts:
    """A dose report."""
    return make_object(sop_class, "SR", *document(TITLE, *children))


def ct_of(facts: InstanceFacts) -> CtDose:
    """The CT part of a report that has one."""
    dose = blocks_of(facts).dose_report
    assert dose is not None
    assert dose.ct is not None
    return dose.ct


def test_an_event_gives_every_parameter_of_the_template() -> None:
    """Acquisition, target, doses with their phantom, times, lengths, pitch and each X-ray source."""
    one = container(
        dcm("113819", "CT Acquisition"),
        text(dcm("125203"), "Thorax of Mrs. Doe"),
        coded(dcm("123014"), sct("51185008", "Chest")),
        coded(dcm("113820"), SPIRAL),
        container(
            dcm("113822"),
            num(dcm("113824"), "4.28", SECOND),
            num(dcm("113825"), "312.5", MILLIMETER),
            num(dcm("113826"), "0.6", MILLIMETER),
            num(dcm("113827"), "38.4", MILLIMETER),
            num(dcm("113828"), "1.2", ("{ratio}", "UCUM", "ratio")),
            container(
                dcm("113831"),
                text(dcm("113832"), "A"),
                num(dcm("113733"), "120", ("kV", "UCUM", "kV")),
                num(dcm("113833"), "500", ("mA", "UCUM", "mA")),
                num(dcm("113734"), "210", ("mA", "UCUM", "mA")),
                num(dcm("113834"), "0.5", SECOND),
            ),
        ),
        container(
            dcm("113829"),
            num(dcm("113830"), "7.53", MGY),
            coded(dcm("113835"), dcm("113691", "IEC Body Dosimetry Phantom")),
            num(dcm("113838"), "235.31", MGY_CM),
            container(dcm("113908")),
        ),
    )
    assert ct_of(report(accumulated("235.31"), one)) == CtDose(
        event_count=1,
        dlp_mgy_cm=235.31,
        stated_event_count=1,
        events=(
            CtEvent(
                acquisition_type=Code("116152004", "SCT", "Spiral Acquisition"),
                target_region=Code("51185008", "SCT", "Chest"),
                ctdi_vol_mgy=7.53,
                dlp_mgy_cm=235.31,
                phantom=Code("113691", "DCM", "IEC Body Dosimetry Phantom"),
                exposure_time_s=4.28,
                scanning_length_mm=312.5,
                single_collimation_mm=0.6,
                total_collimation_mm=38.4,
                pitch=1.2,
                has_dose_notification=True,
                sources=(CtSource(120.0, 210.0, 500.0, 0.5),),
            ),
        ),
    )


@pytest.mark.parametrize("sop_class", ["88.22", "88.33", "88.67"])
def test_the_title_makes_a_dose_report(sop_class: str) -> None:
    """Older scanners send the dose as an Enhanced or Comprehensive SR with title 113701."""
    assert ct_of(report(accumulated("100"), event(), sop_class=sop_class)).dlp_mgy_cm == 100


def test_a_total_says_where_it_was_read() -> None:
    """Raw text, and the concept codes on the way to it."""
    source = "concept 113811/113813 (DCM)"
    assert report(accumulated("235.310"), event("235.31")).provenance["dose_report.ct.dlp_mgy_cm"] == Provenance(
        "ContentSequence", "(0040,A730)", "235.310", source
    )


@pytest.mark.parametrize(
    ("unit", "text_value", "value"),
    [
        (("mGy.cm", "UCUM", "mGy.cm"), "724.52", 724.52),
        (("mGycm", "UCUM", "mGycm"), "724.52", 724.52),
        (("mGy*cm", "99X", "mGy*cm"), "724.52", 724.52),
        (("DLP", "99X", "milligray centimetre"), "724.52", None),
        (("Gy.cm", "UCUM", "Gy.cm"), "0.72452", 724.52),
        (("s", "UCUM", "s"), "724.52", None),
    ],
)
def test_a_dose_length_product_has_one_unit(unit: Concept, text_value: str, value: float | None) -> None:
    """The spellings that devices use are converted; another unit leaves the value out."""
    assert ct_of(report(accumulated(text_value, unit=unit))).dlp_mgy_cm == value


def test_a_unit_nobody_knows_is_reported() -> None:
    """A unit is never guessed."""
    assert codes_of(report(accumulated("1", unit=("furlong", "UCUM", "furlong")), event("1"))) == ["dose.unknown_unit"]


def test_a_number_without_a_unit_is_left_out() -> None:
    """MeasurementUnitsCodeSequence is type 1: without it a number says nothing."""
    facts = report(container(dcm("113811"), num(dcm("113813"), "100")), event("100"))
    assert (ct_of(facts).dlp_mgy_cm, codes_of(facts)) == (None, ["dose.unknown_unit"])


def test_an_exposure_time_that_cannot_be_seconds_is_left_out_with_a_finding() -> None:
    """Philips Big Bore writes 11912 labelled s, which is three hours; it means milliseconds, but that is a guess."""
    facts = report(accumulated("100"), event("100", MGY_CM, num(dcm("113824"), "11912", SECOND)))
    [one] = ct_of(facts).events
    assert (one.exposure_time_s, one.dlp_mgy_cm) == (None, 100)
    assert codes_of(facts) == ["dose.implausible_value"]
    assert "11912" not in facts.findings[0].detail


@pytest.mark.parametrize(
    ("total", "doses", "findings"),
    [
        ("300", ["100", "200"], []),
        ("300", ["100", "198"], []),
        ("300", ["100", "150"], ["dose.total_differs"]),
        ("300", ["100", "250"], ["dose.total_differs"]),
        ("0.6", ["0.3", "0.2"], []),
        ("300", ["100", None], []),
        ("300", ["400", None], ["dose.total_differs"]),
        (None, ["100", "200"], []),
        ("300", [None, None], []),
    ],
)
def test_the_total_is_compared_with_the_events(total: str | None, doses: list[str | None], findings: list[str]) -> None:
    """One percent or half a mGy.cm is rounding; with an event that states nothing only an excess contradicts."""
    facts = report(accumulated(total, "2"), *(event(dose) for dose in doses))
    assert codes_of(facts) == findings


def test_another_number_of_events_than_stated_is_reported() -> None:
    """TID 10012 states how many events follow."""
    facts = report(accumulated("100", "3"), event("100"))
    assert (ct_of(facts).stated_event_count, ct_of(facts).event_count) == (3, 1)
    assert codes_of(facts) == ["dose.event_count_differs"]


def test_a_value_that_was_not_measured_is_absent() -> None:
    """An empty MeasuredValueSequence is the standard's way to say so."""
    dose = ct_of(report(accumulated(None), event(None)))
    assert (dose.dlp_mgy_cm, dose.events) == (None, (CtEvent(),))


def test_events_without_totals_are_given() -> None:
    """A report that was cut short still says what it holds."""
    assert ct_of(report(event("100"))) == CtDose(1, events=(CtEvent(dlp_mgy_cm=100),))


@pytest.mark.parametrize("number", ["12,5", "1" * 70, "1e400", "1\\2"])
def test_a_number_that_is_none_is_listed_as_unreadable(number: str) -> None:
    """A comma, a number of 70 digits, one beyond a double and two numbers are no measurement."""
    facts = report(accumulated(number))
    assert ct_of(facts).dlp_mgy_cm is None
    assert [one.keyword for one in facts.unreadable] == ["NumericValue"]


def test_a_long_report_lists_a_bounded_number_of_events() -> None:
    """All are counted; the sum of those listed is not held against the total."""
    facts = report(accumulated("99999", str(MAX_EVENTS + 1)), *[event("1")] * (MAX_EVENTS + 1))
    assert (ct_of(facts).event_count, len(ct_of(facts).events), codes_of(facts)) == (MAX_EVENTS + 1, MAX_EVENTS, [])


def test_no_text_of_the_document_is_shown() -> None:
    """Protocol, device and person names inside the tree stay inside."""
    marker = "MARKER-Doe"
    facts = report(text(dcm("121016"), marker), event("1", MGY_CM, text(dcm("125203"), marker)))
    assert marker not in repr(facts)


def test_an_event_inside_an_event_is_part_of_it() -> None:
    """No template nests them; a file that does is read once through, not once per level."""
    nested = container(dcm("113819"), event("100"), num(dcm("113838"), "200", MGY_CM))
    assert ct_of(report(nested)) == CtDose(1, events=(CtEvent(dlp_mgy_cm=100),))


def test_an_item_without_a_concept_is_passed_over() -> None:
    """A container of unknown meaning does not hide the dose beside it."""
    assert ct_of(report(content("CONTAINER", None), accumulated("100"))).dlp_mgy_cm == 100
