"""The radiotherapy family: structure sets, plans, doses, records. Implements PS3.3 C.8.8.

Names of structures, beams, plans and machines are free text and stay out; roles and numbers are given.
"""

from collections import Counter

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger

MAX_LISTED = 200
"""Beams, fraction groups and prescriptions that are listed of each; all are counted."""

OTHER_ROLE = "OTHER"
"""Stands for a structure without an interpreted type."""

_BEAMS = ("BeamSequence", "IonBeamSequence")
_SESSIONS = (
    "TreatmentSessionBeamSequence",
    "TreatmentSessionIonBeamSequence",
    "TreatmentSessionApplicationSetupSequence",
)


class StructureSet(Struct, frozen=True, omit_defaults=True):
    """Regions of interest with their roles (RTROIInterpretedType), and the contours that draw them."""

    roi_count: int
    contour_count: int
    interpreted_types: dict[str, int] = {}


class Beam(Struct, frozen=True, omit_defaults=True):
    """One beam; ``energy_mev`` is the nominal energy at its first control point."""

    number: int | None = None
    type: str | None = None
    radiation_type: str | None = None
    delivery_type: str | None = None
    energy_mev: float | None = None
    control_points: int | None = None


class FractionGroup(Struct, frozen=True, omit_defaults=True):
    """Beams that are given together, and how often; ``beam_dose_gy`` is their sum per fraction."""

    number: int | None = None
    fractions_planned: int | None = None
    beam_count: int | None = None
    beam_dose_gy: float | None = None


class Prescription(Struct, frozen=True, omit_defaults=True):
    """One dose reference of the plan."""

    type: str | None = None
    structure_type: str | None = None
    target_prescription_dose_gy: float | None = None


class Plan(Struct, frozen=True, omit_defaults=True):
    """A plan's beams or brachytherapy setups, fractions and prescription."""

    beam_count: int
    intent: str | None = None
    geometry: str | None = None
    brachy_treatment_type: str | None = None
    application_setup_count: int = 0
    beams: tuple[Beam, ...] = ()
    fraction_groups: tuple[FractionGroup, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()


class PlannedDose(Struct, frozen=True, omit_defaults=True):
    """A dose grid: pixel value times ``grid_scaling`` is dose in ``units``."""

    units: str | None = None
    type: str | None = None
    summation: str | None = None
    grid_scaling: float | None = None
    frames: int | None = None


class Record(Struct, frozen=True, omit_defaults=True):
    """What was delivered in a session, or over a course where the record sums it up."""

    beam_count: int
    fractions_delivered: int | None = None
    treatment_status: str | None = None
    terminations: dict[str, int] = {}


class Radiotherapy(Struct, frozen=True, omit_defaults=True):
    """One object of the family; the part that fits its class is there."""

    approval: str | None = None
    structure_set: StructureSet | None = None
    plan: Plan | None = None
    dose: PlannedDose | None = None
    record: Record | None = None


def read_structure_set(attributes: Attributes, ledger: Ledger) -> Radiotherapy:
    """Read an RT Structure Set; contours are counted, points are not read."""
    roles: Counter[str] = Counter(
        ledger.term(item, "RTROIInterpretedType") or OTHER_ROLE
        for item in ledger.items(attributes, "RTROIObservationsSequence")
    )
    contours = sum(ledger.count(item, "ContourSequence") for item in ledger.items(attributes, "ROIContourSequence"))
    rois = ledger.count(attributes, "StructureSetROISequence")
    return Radiotherapy(
        approval=_approval(attributes, ledger),
        structure_set=StructureSet(rois, contours, dict(sorted(roles.items()))),
    )


def read_plan(attributes: Attributes, ledger: Ledger) -> Radiotherapy:
    """Read an RT Plan or RT Ion Plan."""
    beams = [item for keyword in _BEAMS for item in ledger.items(attributes, keyword)]
    groups = ledger.items(attributes, "FractionGroupSequence", most=MAX_LISTED)
    prescriptions = ledger.items(attributes, "DoseReferenceSequence", most=MAX_LISTED)
    plan = Plan(
        beam_count=len(beams),
        intent=ledger.term(attributes, "PlanIntent", "rt.plan.intent"),
        geometry=ledger.term(attributes, "RTPlanGeometry", "rt.plan.geometry"),
        brachy_treatment_type=ledger.term(attributes, "BrachyTreatmentType", "rt.plan.brachy_treatment_type"),
        application_setup_count=ledger.count(attributes, "ApplicationSetupSequence"),
        beams=tuple(_beam(item, ledger) for item in beams[:MAX_LISTED]),
        fraction_groups=tuple(_fraction_group(item, ledger) for item in groups),
        prescriptions=tuple(_prescription(item, ledger) for item in prescriptions),
    )
    return Radiotherapy(approval=_approval(attributes, ledger), plan=plan)


def read_planned_dose(attributes: Attributes, ledger: Ledger) -> Radiotherapy:
    """Read an RT Dose."""
    dose = PlannedDose(
        units=ledger.term(attributes, "DoseUnits", "rt.dose.units"),
        type=ledger.term(attributes, "DoseType", "rt.dose.type"),
        summation=ledger.term(attributes, "DoseSummationType", "rt.dose.summation"),
        grid_scaling=ledger.number(attributes, "DoseGridScaling", "rt.dose.grid_scaling"),
        frames=ledger.integer(attributes, "NumberOfFrames", "rt.dose.frames"),
    )
    return Radiotherapy(approval=_approval(attributes, ledger), dose=dose)


def read_record(attributes: Attributes, ledger: Ledger) -> Radiotherapy:
    """Read a treatment record of beams, ions or brachytherapy, or a treatment summary."""
    sessions = [item for keyword in _SESSIONS for item in ledger.items(attributes, keyword)]
    delivered = [ledger.integer(item, "NumberOfFractionsDelivered") for item in _summaries(attributes, ledger)]
    ends = Counter(ledger.term(item, "TreatmentTerminationStatus") or OTHER_ROLE for item in sessions)
    record = Record(
        beam_count=len(sessions),
        fractions_delivered=max((number for number in delivered if number is not None), default=None),
        treatment_status=ledger.term(attributes, "CurrentTreatmentStatus", "rt.record.treatment_status"),
        terminations=dict(sorted(ends.items())),
    )
    return Radiotherapy(record=record)


def _summaries(attributes: Attributes, ledger: Ledger) -> list[Attributes]:
    return list(ledger.items(attributes, "FractionGroupSummarySequence"))


def _approval(attributes: Attributes, ledger: Ledger) -> str | None:
    return ledger.term(attributes, "ApprovalStatus", "rt.approval")


def _beam(item: Attributes, ledger: Ledger) -> Beam:
    control_point = ledger.first(item, "ControlPointSequence") or ledger.first(item, "IonControlPointSequence")
    return Beam(
        number=ledger.integer(item, "BeamNumber"),
        type=ledger.term(item, "BeamType"),
        radiation_type=ledger.term(item, "RadiationType"),
        delivery_type=ledger.term(item, "TreatmentDeliveryType"),
        energy_mev=None if control_point is None else ledger.number(control_point, "NominalBeamEnergy", least=0),
        control_points=ledger.integer(item, "NumberOfControlPoints"),
    )


def _fraction_group(item: Attributes, ledger: Ledger) -> FractionGroup:
    doses = [ledger.number(beam, "BeamDose") for beam in ledger.items(item, "ReferencedBeamSequence")]
    known = [dose for dose in doses if dose is not None]
    return FractionGroup(
        number=ledger.integer(item, "FractionGroupNumber"),
        fractions_planned=ledger.integer(item, "NumberOfFractionsPlanned"),
        beam_count=ledger.integer(item, "NumberOfBeams"),
        beam_dose_gy=round(sum(known), 6) if known and len(known) == len(doses) else None,
    )


def _prescription(item: Attributes, ledger: Ledger) -> Prescription:
    return Prescription(
        type=ledger.term(item, "DoseReferenceType"),
        structure_type=ledger.term(item, "DoseReferenceStructureType"),
        target_prescription_dose_gy=ledger.number(item, "TargetPrescriptionDose", least=0),
    )
