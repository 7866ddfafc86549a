"""PET parameters and rules; the numbers are those put into the object."""

import pytest

from shared.dicom.values import Provenance, Unreadable
from tests.support.enhanced import ENHANCED_PET, acquisition_of, describe, make_enhanced, make_object

PET_IMAGE = "1.2.840.10008.5.1.4.1.1.128"
AGENT = {
    "RadiopharmaceuticalStartTime": "091500",
    "RadionuclideTotalDose": "370000000",
    "RadionuclideHalfLife": "6586.2",
    "Radiopharmaceutical": "FDG",
    "RadionuclideCodeSequence": {"CodeMeaning": "^18^Fluorine"},
}
CLASSIC = {
    "SeriesType": ["WHOLE BODY", "IMAGE"],
    "Units": "BQML",
    "SUVType": "BW",
    "CountsSource": "EMISSION",
    "DecayCorrection": "START",
    "CorrectedImage": ["DECY", "ATTN"],
    "RandomsCorrectionMethod": "DLYD",
    "ScatterCorrectionMethod": "Model",
    "AttenuationCorrectionMethod": "CT",
    "ReconstructionMethod": "OSEM3D",
    "ActualFrameDuration": "180000",
    "FrameReferenceTime": "90000",
    "DecayFactor": "1.01",
    "DoseCalibrationFactor": "1.5",
    "RescaleSlope": "2.5",
    "PatientWeight": "70",
    "AcquisitionTime": "101500",
    "RadiopharmaceuticalInformationSequence": AGENT,
}


def make_pet(agent: dict[str, object] | None = None, **more: str) -> bytes:
    """A classic PET object with one agent."""
    sequence = {"RadiopharmaceuticalInformationSequence": agent} if agent is not None else {}
    return make_object({**sequence, **more}, PET_IMAGE, modality="PT")


def test_a_classic_pet_gives_every_parameter_of_the_table() -> None:
    """PS3.3 C.8.9; neither weight nor times of the patient are among them."""
    assert acquisition_of(make_object(CLASSIC, PET_IMAGE, modality="PT")) == {
        "series_type": ("WHOLE BODY", "IMAGE"),
        "units": "BQML",
        "suv_type": "BW",
        "counts_source": "EMISSION",
        "decay_correction": "START",
        "corrections": ("DECY", "ATTN"),
        "randoms_correction_method": "DLYD",
        "scatter_correction_method": "Model",
        "attenuation_correction_method": "CT",
        "reconstruction_method": "OSEM3D",
        "frame_duration_ms": 180000.0,
        "frame_reference_time_ms": 90000.0,
        "decay_factor": 1.01,
        "dose_calibration_factor": 1.5,
        "rescale_slope": 2.5,
        "radionuclide": "^18^Fluorine",
        "radiopharmaceutical": "FDG",
        "half_life_s": 6586.2,
        "injected_dose_mbq": 370.0,
        "suv_inputs_present": True,
    }


def test_an_enhanced_pet_states_its_dose_in_megabecquerel() -> None:
    """PS3.3 C.8.22.4: MBq, where the classic object has Bq."""
    agent = {
        "RadiopharmaceuticalStartDateTime": "20200101091500",
        "RadionuclideTotalDose": "370",
        "RadionuclideHalfLife": "6586.2",
        "RadiopharmaceuticalCodeSequence": {"CodeMeaning": "Fluorodeoxyglucose F^18^"},
    }
    shared = {
        "PETReconstructionSequence": {"ReconstructionType": "3D", "ReconstructionAlgorithm": "OSEM"},
        "PETFrameCorrectionFactorsSequence": {"DecayFactor": "1.2"},
    }
    frames = [{"FrameContentSequence": {"FrameAcquisitionDuration": 1000.0}}] * 2
    top = {"RadiopharmaceuticalInformationSequence": agent, "DecayCorrected": "YES"}
    assert acquisition_of(make_enhanced(ENHANCED_PET, modality="PT", top=top, shared=shared, frames=frames)) == {
        "decay_corrected": "YES",
        "reconstruction_type": "3D",
        "reconstruction_algorithm": "OSEM",
        "frame_duration_ms": 1000.0,
        "decay_factor": 1.2,
        "radiopharmaceutical": "Fluorodeoxyglucose F^18^",
        "half_life_s": 6586.2,
        "injected_dose_mbq": 370.0,
        "suv_inputs_present": False,
    }


def test_a_converted_dose_says_how() -> None:
    """The raw text is the file's, the source is the conversion."""
    facts = describe(make_pet({"RadionuclideTotalDose": "370000000"}))
    assert facts.provenance["acquisition.injected_dose_mbq"] == Provenance(
        "RadionuclideTotalDose", "(0018,1074)", "370000000", "RadionuclideTotalDose / 1000000"
    )


@pytest.mark.parametrize(
    ("content", "unit"),
    [
        pytest.param(make_pet({"RadionuclideTotalDose": "370"}), "Bq", id="classic in MBq"),
        pytest.param(
            make_enhanced(
                ENHANCED_PET,
                modality="PT",
                top={"RadiopharmaceuticalInformationSequence": {"RadionuclideTotalDose": "370000000"}},
                frames=[{}],
            ),
            "MBq",
            id="enhanced in Bq",
        ),
    ],
)
def test_a_dose_in_a_doubtful_unit_is_a_finding_and_no_number(content: bytes, unit: str) -> None:
    """Some devices write MBq where the standard says Bq; a dose a million times too small must not be shown."""
    facts = describe(content)
    assert [finding.code for finding in facts.findings] == ["dose.unit_doubtful"]
    assert unit in facts.findings[0].detail
    assert "acquisition.injected_dose_mbq" not in facts.values


def test_a_dose_that_is_no_number_is_unreadable() -> None:
    """The rule is named, the value is not."""
    facts = describe(make_object({"RadiopharmaceuticalInformationSequence": {}}, PET_IMAGE, modality="PT"))
    broken = make_pet({"RadionuclideTotalDose": "-1"})
    assert facts.unreadable == ()
    assert describe(broken).unreadable == (Unreadable("RadionuclideTotalDose", "(0018,1074)", "value.range"),)


@pytest.mark.parametrize(
    "missing", ["PatientWeight", "AcquisitionTime", "RadiopharmaceuticalInformationSequence", "of the agent"]
)
def test_suv_inputs_are_present_only_together(missing: str) -> None:
    """Weight, dose, half life, start and acquisition times are all needed."""
    agent = {key: value for key, value in AGENT.items() if key != "RadionuclideHalfLife"}
    attributes = {key: value for key, value in CLASSIC.items() if key != missing}
    if missing == "of the agent":
        attributes["RadiopharmaceuticalInformationSequence"] = agent
    assert acquisition_of(make_object(attributes, PET_IMAGE, modality="PT"))["suv_inputs_present"] is False
