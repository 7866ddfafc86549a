"""MR parameters in classic and enhanced objects; the numbers are those put into the object."""

import pytest

from shared.dicom.values import Unreadable
from tests.support.datasets import MR_IMAGE
from tests.support.datasets import describe as describe_classic
from tests.support.enhanced import ENHANCED_MR, acquisition_of, make_enhanced, make_object

CLASSIC = {
    "MagneticFieldStrength": "1.5",
    "RepetitionTime": "3.4",
    "EchoTime": "1.6",
    "InversionTime": "260",
    "FlipAngle": "35",
    "EchoTrainLength": "12",
    "NumberOfAverages": "2",
    "PixelBandwidth": "930",
    "ImagingFrequency": "63.6",
    "ScanningSequence": "GR",
    "SequenceVariant": ["SK", "SS"],
    "SequenceName": "tfi2d1_12",
    "MRAcquisitionType": "2D",
    "ReceiveCoilName": "Body Array",
    "TransmitCoilName": "Body",
    "ImagedNucleus": "1H",
    "SAR": "0.8",
    "SpacingBetweenSlices": "10",
    "ScanOptions": "RG",
    "DiffusionBValue": 800.0,
    "ContrastBolusAgent": "Gadobutrol",
}
SHARED = {
    "MRTimingAndRelatedParametersSequence": {
        "RepetitionTime": "3.4",
        "FlipAngle": "35",
        "EchoTrainLength": "12",
        "SpecificAbsorptionRateSequence": {"SpecificAbsorptionRateValue": 0.8},
    },
    "MREchoSequence": {"EffectiveEchoTime": 1.6},
    "MRModifierSequence": {
        "InversionTimes": [260.0, 300.0],
        "ParallelReductionFactorInPlane": 2.0,
        "ParallelAcquisitionTechnique": "GRAPPA",
        "PartialFourier": "YES",
    },
    "MRImagingModifierSequence": {"PixelBandwidth": "930", "Tagging": "NONE"},
    "MRReceiveCoilSequence": {"ReceiveCoilName": "Body Array"},
    "MRTransmitCoilSequence": {"TransmitCoilName": "Body"},
    "MRAveragesSequence": {"NumberOfAverages": "2"},
    "MRVelocityEncodingSequence": {"VelocityEncodingMinimumValue": -150.0, "VelocityEncodingMaximumValue": 150.0},
    "MRImageFrameTypeSequence": {"AcquisitionContrast": "FLOW_ENCODED", "ComplexImageComponent": "PHASE"},
    "MRDiffusionSequence": {"DiffusionBValue": 800.0, "DiffusionDirectionality": "ISOTROPIC"},
}


def test_a_classic_mr_gives_every_parameter_of_the_table() -> None:
    """PS3.3 C.8.3.1."""
    assert acquisition_of(make_object(CLASSIC, MR_IMAGE, modality="MR")) == {
        "field_strength_t": 1.5,
        "repetition_time_ms": 3.4,
        "echo_time_ms": 1.6,
        "inversion_time_ms": 260.0,
        "flip_angle_deg": 35.0,
        "echo_train_length": 12,
        "number_of_averages": 2.0,
        "pixel_bandwidth_hz_per_px": 930.0,
        "imaging_frequency_mhz": 63.6,
        "b_values_s_mm2": 800.0,
        "scanning_sequence": "GR",
        "sequence_variant": ("SK", "SS"),
        "sequence_name": "tfi2d1_12",
        "mr_acquisition_type": "2D",
        "receive_coil_name": "Body Array",
        "transmit_coil_name": "Body",
        "imaged_nucleus": "1H",
        "sar_w_per_kg": 0.8,
        "spacing_between_slices_mm": 10.0,
        "scan_options": "RG",
        "contrast_agent": "Gadobutrol",
    }


def test_an_enhanced_mr_gives_the_same_under_the_same_keys() -> None:
    """PS3.3 C.8.13: other attributes in functional groups."""
    top = {
        "MagneticFieldStrength": "1.5",
        "PulseSequenceName": "tfi",
        "EchoPulseSequence": "GRADIENT",
        "MRAcquisitionType": "2D",
        "ResonantNucleus": "1H",
    }
    content = make_enhanced(ENHANCED_MR, modality="MR", top=top, shared=SHARED, frames=[{}])
    assert acquisition_of(content) == {
        "field_strength_t": 1.5,
        "repetition_time_ms": 3.4,
        "echo_time_ms": 1.6,
        "inversion_time_ms": (260.0, 300.0),
        "flip_angle_deg": 35.0,
        "echo_train_length": 12,
        "number_of_averages": 2.0,
        "pixel_bandwidth_hz_per_px": 930.0,
        "parallel_reduction_factor": 2.0,
        "parallel_technique": "GRAPPA",
        "partial_fourier": "YES",
        "tagging": "NONE",
        "b_values_s_mm2": 800.0,
        "diffusion_directionality": "ISOTROPIC",
        "velocity_encoding_cm_per_s": 150.0,
        "velocity_encoding_minimum_cm_per_s": -150.0,
        "sequence_name": "tfi",
        "echo_pulse_sequence": "GRADIENT",
        "mr_acquisition_type": "2D",
        "acquisition_contrast": "FLOW_ENCODED",
        "complex_image_component": "PHASE",
        "receive_coil_name": "Body Array",
        "transmit_coil_name": "Body",
        "imaged_nucleus": "1H",
        "sar_w_per_kg": 0.8,
    }


@pytest.mark.parametrize(("modality", "field"), [("MR", "EchoTime")])
def test_an_echo_time_of_zero_is_none(modality: str, field: str) -> None:
    """Derived maps carry a zero where they have no echo."""
    facts = describe_classic({"SOPClassUID": MR_IMAGE, "Modality": modality, field: "0"})
    assert facts.unreadable == (Unreadable("EchoTime", "(0018,0081)", "value.range"),)
