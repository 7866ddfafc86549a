"""Projection X-ray dose reports: real ones compared with dsrdump, mammography made by TID 10005."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.projection_dose import BreastDose, PlaneDose, ProjectionDose, ProjectionEvent
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.objects import (
    MGY,
    Concept,
    blocks_of,
    coded,
    codes_of,
    container,
    dcm,
    document,
    make_object,
    num,
    sct,
)
from tests.support.samples import DOSE_REPORTS

SIEMENS = "siemens_axiom_example_procedure.dcm"
PHILIPS = "philips_allura_clarity_u104.dcm"


def report_of(facts: InstanceFacts) -> DoseReport:
    """The dose report of an object that is one."""
    report = blocks_of(facts).dose_report
    assert report is not None
    return report


def projection_of(facts: InstanceFacts) -> ProjectionDose:
    """The projection part of a report that has one."""
    projection = report_of(facts).projection
    assert projection is not None
    return projection


def made(*children: bytes) -> InstanceFacts:
    """A made report."""
    return make_object("88.67", "SR", *document(dcm("113701"), *children))


def plane(area: str, unit: Concept = ("Gy.m2", "UCUM", "Gy.m2")) -> bytes:
    """TID 10002 with a total dose area product."""
    return container(dcm("113702"), num(dcm("113722"), area, unit))


def event(area: str | None) -> bytes:
    """TID 10003 with a dose area product."""
    return container(dcm("113706"), num(dcm("122130"), area, ("Gy.m2", "UCUM", "Gy.m2")))


def test_totals_of_a_siemens_report_are_those_that_dsrdump_prints() -> None:
    """Units spelled Gym2; exponents written e-005."""
    assert projection_of(facts_of(DOSE_REPORTS / SIEMENS)).planes == (
        PlaneDose(
            plane=Code("113622", "DCM", "Single Plane"),
            dose_area_product_gy_m2=0.00027902,
            dose_rp_gy=0.01406,
            fluoro_dose_area_product_gy_m2=8.664e-5,
            fluoro_dose_rp_gy=0.00386,
            fluoro_time_s=74,
            acquisition_dose_area_product_gy_m2=0.00019238,
            acquisition_dose_rp_gy=0.0102,
            acquisition_time_s=0,
        ),
    )


def test_an_event_of_a_siemens_report_is_what_dsrdump_prints() -> None:
    """The first of 24 fluoroscopy and acquisition runs; 9706 uAs are 9.706 mAs."""
    assert projection_of(facts_of(DOSE_REPORTS / SIEMENS)).events[0] == ProjectionEvent(
        event_type=Code("P5-06000", "SRT", "Fluoroscopy"),
        target_region=Code("T-D0010", "SRT", "Entire body"),
        plane=Code("113622", "DCM", "Single Plane"),
        dose_area_product_gy_m2=5.42e-6,
        dose_rp_gy=0.00013,
        kvp_kv=77,
        tube_current_ma=79.5,
        exposure_time_ms=122.1,
        exposure_mas=9.706,
        pulses=37,
        primary_angle_deg=0.2,
        secondary_angle_deg=-0.3,
    )


def test_the_planes_of_a_biplane_system_stay_apart() -> None:
    """A Philips report accumulates planes A and B by themselves, as dsrdump prints."""
    planes = projection_of(facts_of(DOSE_REPORTS / PHILIPS)).planes
    assert [(one.plane, one.dose_area_product_gy_m2, one.fluoro_time_s, one.radiographic_frames) for one in planes] == [
        (Code("113620", "DCM", "Plane A"), 7.8391324289e-06, 37, 15),
        (Code("113621", "DCM", "Plane B"), 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("name", "events", "findings"),
    [
        (PHILIPS, 25, ["dose.total_differs"]),
        ("philips_allura_clarity_u601.dcm", 29, ["dose.total_differs"]),
        ("siemens_axiom_artis.dcm", 21, []),
        (SIEMENS, 24, []),
    ],
)
def test_a_real_report_is_held_against_its_own_total(name: str, events: int, findings: list[str]) -> None:
    """By dcmdump the area products (122130) add up to 84 and 88 % of Philips' totals, to over 99 % of Siemens'."""
    facts = facts_of(DOSE_REPORTS / name)
    assert (projection_of(facts).event_count, codes_of(facts)) == (events, findings)


def test_the_scope_of_the_totals_is_given() -> None:
    """A performed procedure step is less than a study; dsrdump prints both codes."""
    report = report_of(facts_of(DOSE_REPORTS / PHILIPS))
    assert (report.procedure, report.scope) == (
        Code("113704", "DCM", "Projection X-Ray"),
        Code("113016", "DCM", "Performed Procedure Step"),
    )


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("Gy.m2", "0.00027902", 0.00027902),
        ("Gym2", "0.00027902", 0.00027902),
        ("Gy.cm2", "2.7902", 0.00027902),
        ("dGy.cm2", "27.902", 0.00027902),
        ("cGy.cm2", "279.02", 0.00027902),
        ("mGy.cm2", "2790.2", 0.00027902),
        ("uGy.m2", "279.02", 0.00027902),
        ("Gy", "0.00027902", None),
    ],
)
def test_a_dose_area_product_has_one_unit(unit: str, text: str, value: float | None) -> None:
    """One square metre is 10,000 square centimetres; a dose is no area product."""
    assert projection_of(made(plane(text, (unit, "UCUM", unit)))).planes[0].dose_area_product_gy_m2 == value


def test_a_unit_may_be_known_by_its_meaning() -> None:
    """Where a device codes units by itself, the meaning still says Gy.m2."""
    facts = made(plane("0.0001", ("UNIT-7", "DCM", "Gy.m2")))
    assert projection_of(facts).planes[0].dose_area_product_gy_m2 == 0.0001


@pytest.mark.parametrize(
    ("total", "areas", "findings"),
    [
        ("0.0003", ["0.0001", "0.0002"], []),
        ("0.0003", ["0.0001", "0.0001"], ["dose.total_differs"]),
        ("0.0003", ["0.0001", None], []),
    ],
)
def test_the_planes_are_compared_with_the_events(total: str, areas: list[str | None], findings: list[str]) -> None:
    """TID 10002 totals what TID 10003 lists."""
    assert codes_of(made(plane(total), *(event(area) for area in areas))) == findings


def test_events_without_totals_are_not_compared() -> None:
    """Where nothing is totalled there is nothing to contradict."""
    facts = made(event("0.0001"))
    assert (projection_of(facts), codes_of(facts)) == (
        ProjectionDose(1, events=(ProjectionEvent(dose_area_product_gy_m2=0.0001),)),
        [],
    )


def test_events_beyond_the_list_are_counted_and_not_compared() -> None:
    """A thousand runs are listed."""
    projection = projection_of(made(plane("0.0001"), *[event("0.0001")] * 1001))
    assert (projection.event_count, len(projection.events)) == (1001, 1000)


@pytest.mark.parametrize("laterality", ["272741003", "G-C171"])
def test_the_glandular_dose_is_given_per_breast(laterality: str) -> None:
    """TID 10005 with laterality in either generation of SNOMED."""
    sides = (("80248007", "Left breast", "1.9"), ("73056007", "Right breast", "2.1"))
    doses = [
        num(dcm("111637"), value, MGY, coded((laterality, "SRT", "Laterality"), sct(side, meaning)))
        for side, meaning, value in sides
    ]
    assert projection_of(made(container(dcm("113702"), *doses))).breasts == (
        BreastDose(Code("80248007", "SCT", "Left breast"), 1.9),
        BreastDose(Code("73056007", "SCT", "Right breast"), 2.1),
    )


def test_a_breast_dose_that_was_not_measured_is_absent() -> None:
    """The breast is named, its dose is not."""
    assert projection_of(made(container(dcm("113702"), num(dcm("111637"), None)))).breasts == (BreastDose(),)
