"""The facts of dose reports: totals and counts, in the units in which people speak of them."""

from collections.abc import Sequence

from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.ct_dose import CtDose
from shared.dicom.objects.projection_dose import ProjectionDose
from shared.dicom.objects.radiopharmaceutical_dose import Administration
from shared.dicom.values import merge_quantities
from shared.privacy.fact import FactList
from shared.privacy.known_codes import name_code

GY_CM2_PER_GY_M2 = 1e4
MGY_PER_GY = 1e3
"""From the result's units to those of a reader."""


def add_dose_report(facts: FactList, prefix: str, blocks: Blocks) -> None:
    """Add what a dose report sums up, and how many exposures it lists."""
    report = blocks.dose_report
    if report is None:
        return
    facts.put_word(f"{prefix}dose.procedure", name_code(report.procedure))
    facts.put_word(f"{prefix}dose.scope", name_code(report.scope))
    if report.ct is not None:
        _add_ct(facts, prefix, report.ct)
    if report.projection is not None:
        _add_projection(facts, prefix, report.projection)
    _add_administrations(facts, prefix, report.administrations)


def _add_ct(facts: FactList, prefix: str, dose: CtDose) -> None:
    facts.put_count(f"{prefix}dose.events", dose.event_count, "exposures")
    facts.put_quantity(f"{prefix}dose.dlp_mgy_cm", dose.dlp_mgy_cm, "mGy·cm")
    indices = [event.ctdi_vol_mgy for event in dose.events if event.ctdi_vol_mgy is not None]
    if indices:
        facts.put_quantity(f"{prefix}dose.ctdi_vol_mgy", merge_quantities(indices), "mGy")
    kinds = (name_code(event.acquisition_type) for event in dose.events)
    facts.put_words(f"{prefix}dose.acquisition_types", dict.fromkeys(kind for kind in kinds if kind is not None))


def _add_projection(facts: FactList, prefix: str, dose: ProjectionDose) -> None:
    facts.put_count(f"{prefix}dose.events", dose.event_count, "exposures")
    area = _sum([plane.dose_area_product_gy_m2 for plane in dose.planes])
    facts.put_quantity(f"{prefix}dose.area_product_gy_cm2", _times(area, GY_CM2_PER_GY_M2), "Gy·cm²")
    point = _sum([plane.dose_rp_gy for plane in dose.planes])
    facts.put_quantity(f"{prefix}dose.reference_point_mgy", _times(point, MGY_PER_GY), "mGy")
    facts.put_quantity(f"{prefix}dose.fluoroscopy_time_s", _sum([plane.fluoro_time_s for plane in dose.planes]), "s")
    glandular = {name_code(one.laterality): one.average_glandular_dose_mgy for one in dose.breasts}
    for side in ("left", "right"):
        facts.put_quantity(f"{prefix}dose.glandular_{side}_mgy", glandular.get(side), "mGy")


def _add_administrations(facts: FactList, prefix: str, administrations: Sequence[Administration]) -> None:
    activity = _sum([one.administered_activity_mbq for one in administrations])
    facts.put_quantity(f"{prefix}dose.administered_activity_mbq", activity, "MBq")
    nuclides = (name_code(one.radionuclide) for one in administrations)
    facts.put_words(f"{prefix}dose.radionuclide", dict.fromkeys(word for word in nuclides if word is not None))


def _sum(parts: Sequence[float | None]) -> float | None:
    """Add up what every part states; None where one of them does not, since the sum would be short."""
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
