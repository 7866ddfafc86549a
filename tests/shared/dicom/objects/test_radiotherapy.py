"""The radiotherapy family: real objects compared with dcmdump, records made by PS3.3 C.8.8."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.radiotherapy import (
    Beam,
    FractionGroup,
    Plan,
    PlannedDose,
    Prescription,
    Radiotherapy,
    Record,
    StructureSet,
)
from shared.dicom.values import Provenance
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.objects import blocks_of, item, make_object, plain, sequence
from tests.support.samples import TEST_FILES


def rt_of(facts: InstanceFacts) -> Radiotherapy:
    """The radiotherapy block of an object that has one."""
    rt = blocks_of(facts).rt
    assert rt is not None
    return rt


def test_a_structure_set_is_counted_as_dcmdump_prints_it() -> None:
    """Three regions in five contours: an external outline and two isocentres."""
    assert rt_of(facts_of(TEST_FILES / "rtstruct.dcm")) == Radiotherapy(
        structure_set=StructureSet(3, 5, {"EXTERNAL": 1, "ISOCENTER": 2})
    )


def test_a_plan_says_what_dcmdump_prints() -> None:
    """One 6 MV photon beam, 30 fractions, 30.83 Gy prescribed to the target."""
    assert rt_of(facts_of(TEST_FILES / "rtplan.dcm")) == Radiotherapy(
        approval="UNAPPROVED",
        plan=Plan(
            beam_count=1,
            geometry="PATIENT",
            beams=(
                Beam(
                    number=1,
                    type="STATIC",
                    radiation_type="PHOTON",
                    delivery_type="TREATMENT",
                    energy_mev=6,
                    control_points=2,
                ),
            ),
            fraction_groups=(FractionGroup(number=1, fractions_planned=30, beam_count=1, beam_dose_gy=1.02754),),
            prescriptions=(
                Prescription("ORGAN_AT_RISK", "COORDINATES"),
                Prescription("TARGET", "COORDINATES", 30.826203),
            ),
        ),
    )


@pytest.mark.parametrize(("name", "frames"), [("rtdose_1frame.dcm", None), ("rtdose.dcm", 15), ("rtdose_expb.dcm", 15)])
def test_a_dose_grid_says_what_dcmdump_prints(name: str, frames: int | None) -> None:
    """Relative physical dose of a beam; the pixels are not looked at."""
    assert rt_of(facts_of(TEST_FILES / name)).dose == PlannedDose("RELATIVE", "PHYSICAL", "BEAM", 1e-6, frames)


def test_a_dose_grid_says_where_its_values_were_read() -> None:
    """Keyword, tag and raw text as for every other value."""
    assert facts_of(TEST_FILES / "rtdose.dcm").provenance["rt.dose.grid_scaling"] == Provenance(
        "DoseGridScaling", "(3004,000E)", "1.0000000e-6"
    )


@pytest.mark.parametrize("name", ["rtplan.dcm", "rtstruct.dcm"])
def test_no_name_of_a_structure_beam_or_plan_is_shown(name: str) -> None:
    """Names that dcmdump prints in these files: Field 1, Isocenter 1, Plan1, sep30, unit001."""
    shown = repr(rt_of(facts_of(TEST_FILES / name)))
    assert [word for word in ("Field 1", "Isocenter 1", "Plan1", "sep30", "unit001", "PTV") if word in shown] == []


def test_an_attribute_that_two_readers_use_is_unreadable_once() -> None:
    """badVR.dcm: dcmdump shows a NumberOfFrames that is no number; the frame count and the dose block both want it."""
    assert [one.keyword for one in facts_of(TEST_FILES / "badVR.dcm").unreadable] == ["NumberOfFrames"]


def test_an_ion_plan_has_its_own_beams() -> None:
    """IonBeamSequence and its control points."""
    beam = item(
        *plain(BeamNumber="1", RadiationType="PROTON"),
        sequence("IonControlPointSequence", item(*plain(NominalBeamEnergy="160.5"))),
    )
    facts = make_object("481.8", "RTPLAN", *plain(PlanIntent="CURATIVE"), sequence("IonBeamSequence", beam))
    assert rt_of(facts).plan == Plan(
        beam_count=1, intent="CURATIVE", beams=(Beam(number=1, radiation_type="PROTON", energy_mev=160.5),)
    )


def test_a_beam_without_control_points_has_no_energy() -> None:
    """And a fraction group whose beams do not all state a dose has no sum."""
    group = item(
        *plain(FractionGroupNumber="1"),
        sequence("ReferencedBeamSequence", item(*plain(BeamDose="2")), item()),
    )
    facts = make_object("481.5", "RTPLAN", sequence("BeamSequence", item()), sequence("FractionGroupSequence", group))
    assert rt_of(facts).plan == Plan(beam_count=1, beams=(Beam(),), fraction_groups=(FractionGroup(number=1),))


def test_a_structure_without_a_role_is_counted_as_other() -> None:
    """RTROIInterpretedType is type 2: it may be empty."""
    facts = make_object("481.3", "RTSTRUCT", sequence("RTROIObservationsSequence", item()))
    assert rt_of(facts).structure_set == StructureSet(0, 0, {"OTHER": 1})


def test_a_beams_record_says_how_its_beams_ended() -> None:
    """Two beams, one ended by the operator."""
    ends = [item(*plain(TreatmentTerminationStatus=end)) for end in ("NORMAL", "OPERATOR")]
    facts = make_object("481.4", "RTRECORD", sequence("TreatmentSessionBeamSequence", *ends))
    assert rt_of(facts).record == Record(2, terminations={"NORMAL": 1, "OPERATOR": 1})


def test_a_treatment_summary_says_how_far_the_course_is() -> None:
    """Fractions delivered and the status of the treatment."""
    summaries = [item(*plain(NumberOfFractionsDelivered=number)) for number in ("12", "15")]
    facts = make_object(
        "481.7",
        "RTRECORD",
        *plain(CurrentTreatmentStatus="ON_TREATMENT"),
        sequence("FractionGroupSummarySequence", *summaries, item()),
    )
    assert rt_of(facts).record == Record(0, fractions_delivered=15, treatment_status="ON_TREATMENT")
