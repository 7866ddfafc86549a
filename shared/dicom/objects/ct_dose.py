"""The CT part of a dose report: totals and irradiation events. Implements PS3.16 TID 10011, 10012 and 10013."""

import msgspec
from msgspec import Struct

from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.dose_totals import check_total
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.quantities import (
    COUNT,
    CURRENT_MA,
    DOSE_LENGTH_MGY_CM,
    DOSE_MGY,
    LENGTH_MM,
    RATIO,
    TIME_S,
    VOLTAGE_KV,
    Quantity,
    measure,
    measure_all,
)

MAX_EVENTS = 1000
"""Irradiation events that are listed; all are counted."""

TOTAL_TOLERANCE = 0.01
"""Share by which the events' sum may differ from the total: each event is rounded by itself."""

TOTAL_TOLERANCE_MGY_CM = 0.5
"""The same for small totals, in mGy.cm."""

_ACCUMULATED, _EVENT, _SOURCE = "113811", "113819", "113831"

TOTAL = Quantity("dlp_mgy_cm", "113813", DOSE_LENGTH_MGY_CM, most=200_000)
STATED_EVENTS = Quantity("stated_event_count", "113812", COUNT, most=100_000)

EVENT_QUANTITIES = (
    Quantity("ctdi_vol_mgy", "113830", DOSE_MGY, most=10_000),
    Quantity("dlp_mgy_cm", "113838", DOSE_LENGTH_MGY_CM, most=100_000),
    Quantity("exposure_time_s", "113824", TIME_S, most=600),
    Quantity("scanning_length_mm", "113825", LENGTH_MM, most=3000),
    Quantity("single_collimation_mm", "113826", LENGTH_MM, most=200),
    Quantity("total_collimation_mm", "113827", LENGTH_MM, most=400),
    Quantity("pitch", "113828", RATIO, most=10),
)
SOURCE_QUANTITIES = (
    Quantity("kvp_kv", "113733", VOLTAGE_KV, most=200),
    Quantity("tube_current_ma", "113734", CURRENT_MA, most=3000),
    Quantity("maximum_tube_current_ma", "113833", CURRENT_MA, most=3000),
    Quantity("rotation_time_s", "113834", TIME_S, most=60),
)


class CtSource(Struct, frozen=True, omit_defaults=True):
    """One X-ray source of an event; a dual-source scanner has two."""

    kvp_kv: float | None = None
    tube_current_ma: float | None = None
    maximum_tube_current_ma: float | None = None
    rotation_time_s: float | None = None


class CtEvent(Struct, frozen=True, omit_defaults=True):
    """One irradiation event; ``phantom`` is what CTDIvol refers to (16 or 32 cm)."""

    acquisition_type: Code | None = None
    target_region: Code | None = None
    ctdi_vol_mgy: float | None = None
    dlp_mgy_cm: float | None = None
    phantom: Code | None = None
    exposure_time_s: float | None = None
    scanning_length_mm: float | None = None
    single_collimation_mm: float | None = None
    total_collimation_mm: float | None = None
    pitch: float | None = None
    has_dose_alert: bool = False
    has_dose_notification: bool = False
    sources: tuple[CtSource, ...] = ()


class CtDose(Struct, frozen=True, omit_defaults=True):
    """Dose of a CT study: the stated total, and the events it is made of."""

    event_count: int
    dlp_mgy_cm: float | None = None
    stated_event_count: int | None = None
    events: tuple[CtEvent, ...] = ()


def read_ct_dose(root: ContentItem, ledger: Ledger) -> CtDose | None:
    """Read the CT dose of a report; None where the report holds none."""
    accumulated = next(root.within(_ACCUMULATED), None)
    found = list(root.outermost(_EVENT))
    if accumulated is None and not found:
        return None
    total = stated = None
    if accumulated is not None:
        path = f"{_ACCUMULATED}/"
        total = measure(accumulated, TOTAL, ledger, key="dose_report.ct.dlp_mgy_cm", path=path)
        stated = measure(accumulated, STATED_EVENTS, ledger, key="dose_report.ct.stated_event_count", path=path)
    events = tuple(_event(item, ledger) for item in found[:MAX_EVENTS])
    dose = CtDose(len(found), total, None if stated is None else int(stated), events)
    _check(dose, ledger)
    return dose


def _event(item: ContentItem, ledger: Ledger) -> CtEvent:
    return msgspec.convert(
        {
            **measure_all(item, EVENT_QUANTITIES, ledger),
            "acquisition_type": item.coded(ledger, "113820"),
            "target_region": item.coded(ledger, "123014"),
            "phantom": item.coded(ledger, "113835"),
            "has_dose_alert": any(True for _ in item.within("113900")),
            "has_dose_notification": any(True for _ in item.within("113908")),
            "sources": tuple(
                msgspec.convert(measure_all(source, SOURCE_QUANTITIES, ledger), CtSource)
                for source in item.outermost(_SOURCE)
            ),
        },
        CtEvent,
    )


def _check(dose: CtDose, ledger: Ledger) -> None:
    """Compare the stated totals with the events (TID 10012): a report that disagrees with itself is reported."""
    if dose.stated_event_count is not None and dose.stated_event_count != dose.event_count:
        text = "The report states another number of irradiation events than it holds; both are given."
        ledger.find("dose.event_count_differs", text)
    if dose.dlp_mgy_cm is not None and dose.event_count == len(dose.events):
        allowed = max(TOTAL_TOLERANCE * dose.dlp_mgy_cm, TOTAL_TOLERANCE_MGY_CM)
        check_total(dose.dlp_mgy_cm, [event.dlp_mgy_cm for event in dose.events], allowed, ledger)
