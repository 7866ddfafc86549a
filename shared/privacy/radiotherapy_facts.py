"""The facts of radiotherapy objects: how many structures, beams and fractions, and which dose.

Names of structures stay behind, and so does the plan's intent: it tells what somebody has.
"""

from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.radiotherapy import Plan, PlannedDose, Record, StructureSet
from shared.privacy import object_terms
from shared.privacy.fact import FactList


def add_radiotherapy(facts: FactList, prefix: str, blocks: Blocks) -> None:
    """Add what may be said of a structure set, plan, dose or record."""
    rt = blocks.rt
    if rt is None:
        return
    _put_term(facts, f"{prefix}rt.approval", rt.approval, object_terms.APPROVALS)
    if rt.structure_set is not None:
        _add_structures(facts, prefix, rt.structure_set)
    if rt.plan is not None:
        _add_plan(facts, prefix, rt.plan)
    if rt.dose is not None:
        _add_dose(facts, prefix, rt.dose)
    if rt.record is not None:
        _add_record(facts, prefix, rt.record)


def _put_term(facts: FactList, key: str, term: str | None, table: dict[str, str]) -> None:
    facts.put_word(key, table.get(term or ""))


def _add_structures(facts: FactList, prefix: str, structures: StructureSet) -> None:
    facts.put_count(f"{prefix}rt.structures", structures.roi_count, "structures")
    facts.put_count(f"{prefix}rt.contours", structures.contour_count, "contours")
    roles = object_terms.STRUCTURE_ROLES
    facts.put_words(f"{prefix}rt.roles", [roles[one] for one in structures.interpreted_types if one in roles])


def _add_plan(facts: FactList, prefix: str, plan: Plan) -> None:
    facts.put_count(f"{prefix}rt.beams", plan.beam_count, "beams")
    kinds = object_terms.RADIATION_TYPES
    told = (kinds[beam.radiation_type] for beam in plan.beams if beam.radiation_type in kinds)
    facts.put_words(f"{prefix}rt.radiation", dict.fromkeys(told))
    if len(plan.fraction_groups) == 1:
        facts.put_count(f"{prefix}rt.fractions", plan.fraction_groups[0].fractions_planned, "fractions")
    doses = [one.target_prescription_dose_gy for one in plan.prescriptions]
    facts.put_quantity(f"{prefix}rt.prescribed_dose_gy", tuple(dose for dose in doses if dose is not None), "Gy")


def _add_dose(facts: FactList, prefix: str, dose: PlannedDose) -> None:
    _put_term(facts, f"{prefix}rt.dose_units", dose.units, object_terms.DOSE_UNITS)
    _put_term(facts, f"{prefix}rt.dose_type", dose.type, object_terms.DOSE_TYPES)
    _put_term(facts, f"{prefix}rt.dose_of", dose.summation, object_terms.DOSE_SUMMATIONS)
    facts.put_count(f"{prefix}rt.planes", dose.frames, "planes")


def _add_record(facts: FactList, prefix: str, record: Record) -> None:
    facts.put_count(f"{prefix}rt.beams_delivered", record.beam_count, "beams")
    facts.put_count(f"{prefix}rt.fractions_delivered", record.fractions_delivered, "fractions")
