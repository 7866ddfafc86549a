"""The projection X-ray part of a dose report, mammography included. Implements PS3.16 TID 10001 to 10005."""

import msgspec
from msgspec import Struct

from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ct_dose import MAX_EVENTS
from shared.dicom.objects.dose_totals import check_total
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.quantities import (
    ANGLE_DEG,
    CHARGE_MAS,
    COUNT,
    CURRENT_MA,
    DOSE_AREA_GY_M2,
    DOSE_GY,
    DOSE_MGY,
    TIME_MS,
    TIME_S,
    VOLTAGE_KV,
    Quantity,
    measure_all,
    measure_item,
)

AREA_TOLERANCE = 0.05
"""Share by which the events' dose area products may differ from the total: fluoroscopy is rounded coarsely."""

_ACCUMULATED, _EVENT, _BREAST_DOSE = "113702", "113706", "111637"
_LATERALITY = ("272741003", "G-C171")
"""Laterality, SNOMED CT and its code of earlier editions (TID 10005)."""

PLANE_QUANTITIES = (
    Quantity("dose_area_product_gy_m2", "113722", DOSE_AREA_GY_M2, most=1),
    Quantity("dose_rp_gy", "113725", DOSE_GY, most=100),
    Quantity("fluoro_dose_area_product_gy_m2", "113726", DOSE_AREA_GY_M2, most=1),
    Quantity("fluoro_dose_rp_gy", "113728", DOSE_GY, most=100),
    Quantity("fluoro_time_s", "113730", TIME_S, most=86_400),
    Quantity("acquisition_dose_area_product_gy_m2", "113727", DOSE_AREA_GY_M2, most=1),
    Quantity("acquisition_dose_rp_gy", "113729", DOSE_GY, most=100),
    Quantity("acquisition_time_s", "113855", TIME_S, most=86_400),
    Quantity("radiographic_frames", "113731", COUNT, most=1_000_000),
)
EVENT_QUANTITIES = (
    Quantity("dose_area_product_gy_m2", "122130", DOSE_AREA_GY_M2, most=1),
    Quantity("dose_rp_gy", "113738", DOSE_GY, most=100),
    Quantity("average_glandular_dose_mgy", "111631", DOSE_MGY, most=500),
    Quantity("kvp_kv", "113733", VOLTAGE_KV, most=200),
    Quantity("tube_current_ma", "113734", CURRENT_MA, most=3000),
    Quantity("exposure_time_ms", "113735", TIME_MS, most=3_600_000),
    Quantity("exposure_mas", "113736", CHARGE_MAS, most=1_000_000),
    Quantity("pulses", "113768", COUNT, most=1_000_000),
    Quantity("primary_angle_deg", "112011", ANGLE_DEG, least=-180, most=180),
    Quantity("secondary_angle_deg", "112012", ANGLE_DEG, least=-180, most=180),
)
GLANDULAR = Quantity("average_glandular_dose_mgy", _BREAST_DOSE, DOSE_MGY, most=1000)


class PlaneDose(Struct, frozen=True, omit_defaults=True):
    """Accumulated dose of one plane; ``rp`` is the patient entrance reference point."""

    plane: Code | None = None
    dose_area_product_gy_m2: float | None = None
    dose_rp_gy: float | None = None
    fluoro_dose_area_product_gy_m2: float | None = None
    fluoro_dose_rp_gy: float | None = None
    fluoro_time_s: float | None = None
    acquisition_dose_area_product_gy_m2: float | None = None
    acquisition_dose_rp_gy: float | None = None
    acquisition_time_s: float | None = None
    radiographic_frames: float | None = None


class BreastDose(Struct, frozen=True, omit_defaults=True):
    """Accumulated average glandular dose of one breast."""

    laterality: Code | None = None
    average_glandular_dose_mgy: float | None = None


class ProjectionEvent(Struct, frozen=True, omit_defaults=True):
    """One irradiation event of a projection X-ray system."""

    event_type: Code | None = None
    target_region: Code | None = None
    plane: Code | None = None
    dose_area_product_gy_m2: float | None = None
    dose_rp_gy: float | None = None
    average_glandular_dose_mgy: float | None = None
    kvp_kv: float | None = None
    tube_current_ma: float | None = None
    exposure_time_ms: float | None = None
    exposure_mas: float | None = None
    pulses: float | None = None
    primary_angle_deg: float | None = None
    secondary_angle_deg: float | None = None


class ProjectionDose(Struct, frozen=True, omit_defaults=True):
    """Dose of projection X-ray: per plane, per breast, and the events."""

    event_count: int
    planes: tuple[PlaneDose, ...] = ()
    breasts: tuple[BreastDose, ...] = ()
    events: tuple[ProjectionEvent, ...] = ()


def read_projection_dose(root: ContentItem, ledger: Ledger) -> ProjectionDose | None:
    """Read the projection X-ray dose of a report; None where the report holds none."""
    accumulated = list(root.outermost(_ACCUMULATED))
    found = list(root.outermost(_EVENT))
    if not accumulated and not found:
        return None
    dose = ProjectionDose(
        len(found),
        tuple(_plane(item, number, ledger) for number, item in enumerate(accumulated)),
        tuple(_breast(item, ledger) for place in accumulated for item in place.outermost(_BREAST_DOSE)),
        tuple(_event(item, ledger) for item in found[:MAX_EVENTS]),
    )
    _check(dose, ledger)
    return dose


def _plane(item: ContentItem, number: int, ledger: Ledger) -> PlaneDose:
    key = f"dose_report.projection.planes.{number}"
    values = measure_all(item, PLANE_QUANTITIES, ledger, key=key, path=f"{_ACCUMULATED}/")
    return msgspec.convert({**values, "plane": item.coded(ledger, "113764")}, PlaneDose)


def _breast(item: ContentItem, ledger: Ledger) -> BreastDose:
    return BreastDose(item.coded(ledger, *_LATERALITY), measure_item(item, GLANDULAR, ledger))


def _event(item: ContentItem, ledger: Ledger) -> ProjectionEvent:
    return msgspec.convert(
        {
            **measure_all(item, EVENT_QUANTITIES, ledger),
            "event_type": item.coded(ledger, "113721"),
            "target_region": item.coded(ledger, "123014"),
            "plane": item.coded(ledger, "113764"),
        },
        ProjectionEvent,
    )


def _check(dose: ProjectionDose, ledger: Ledger) -> None:
    """Compare the dose area products of the events with the planes' totals (TID 10002)."""
    totals = [one.dose_area_product_gy_m2 for one in dose.planes if one.dose_area_product_gy_m2 is not None]
    if dose.event_count == len(dose.events):
        parts = [event.dose_area_product_gy_m2 for event in dose.events]
        check_total(sum(totals) if totals else None, parts, AREA_TOLERANCE * sum(totals), ledger)
