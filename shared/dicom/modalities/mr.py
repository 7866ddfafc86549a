"""MR: PS3.3 C.8.3.1 (MR Image), C.8.13.1 to C.8.13.4 (Enhanced MR) and C.8.13.5 (its macros)."""

from shared.dicom.modalities.contrast import CONTRAST
from shared.dicom.modalities.modality import Modality
from shared.dicom.parameters import Kind, Parameter

LEAST_ECHO_TIME_MS = 0.001
"""Derived maps carry an echo time of zero, which is none; the shortest real ones are some hundredths of a ms."""

_TIMING, _MODIFIER = "MRTimingAndRelatedParametersSequence", "MRModifierSequence"
_IMAGING, _VELOCITY = "MRImagingModifierSequence", "MRVelocityEncodingSequence"
_FRAME_TYPE = "MRImageFrameTypeSequence"


def _number(
    key: str,
    keyword: str,
    macro: str | None,
    section: str,
    *,
    enhanced: str | None = None,
    least: float | None = 0,
    most: float | None = None,
    kind: Kind = Kind.NUMBER,
) -> Parameter:
    key = f"acquisition.{key}"
    return Parameter(key, keyword, kind, None, least, most, enhanced=enhanced, macro=macro, section=section)


def _text(
    key: str, keyword: str, macro: str | None, section: str, *, enhanced: str | None = None, kind: Kind = Kind.TEXT
) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, enhanced=enhanced, macro=macro, section=section)


PARAMETERS: tuple[Parameter, ...] = (
    _number("field_strength_t", "MagneticFieldStrength", None, "C.8.3.1, C.8.13.1", most=25),
    _number("repetition_time_ms", "RepetitionTime", _TIMING, "C.8.3.1, C.8.13.5.2"),
    _number(
        "echo_time_ms",
        "EchoTime",
        "MREchoSequence",
        "C.8.3.1, C.8.13.5.4",
        enhanced="EffectiveEchoTime",
        least=LEAST_ECHO_TIME_MS,
    ),
    _number(
        "inversion_time_ms",
        "InversionTime",
        _MODIFIER,
        "C.8.3.1, C.8.13.5.5",
        enhanced="InversionTimes",
        kind=Kind.ANY_NUMBER,
    ),
    _number("flip_angle_deg", "FlipAngle", _TIMING, "C.8.3.1, C.8.13.5.2", least=None),
    _number("echo_train_length", "EchoTrainLength", _TIMING, "C.8.3.1, C.8.13.5.2", kind=Kind.INTEGER),
    _number("number_of_averages", "NumberOfAverages", "MRAveragesSequence", "C.8.3.1, C.8.13.5.10"),
    _number("pixel_bandwidth_hz_per_px", "PixelBandwidth", _IMAGING, "C.8.3.1, C.8.13.5.6"),
    _number("imaging_frequency_mhz", "ImagingFrequency", None, "C.8.3.1"),
    _number("parallel_reduction_factor", "ParallelReductionFactorInPlane", _MODIFIER, "C.8.13.5.5"),
    _text("parallel_technique", "ParallelAcquisitionTechnique", _MODIFIER, "C.8.13.5.5"),
    _text("partial_fourier", "PartialFourier", _MODIFIER, "C.8.13.5.5"),
    _text("tagging", "Tagging", _IMAGING, "C.8.13.5.6"),
    _number("b_values_s_mm2", "DiffusionBValue", "MRDiffusionSequence", "C.8.13.5.9"),
    _text("diffusion_directionality", "DiffusionDirectionality", "MRDiffusionSequence", "C.8.13.5.9"),
    _number("velocity_encoding_cm_per_s", "VelocityEncodingMaximumValue", _VELOCITY, "C.8.13.5.13", least=None),
    _number("velocity_encoding_minimum_cm_per_s", "VelocityEncodingMinimumValue", _VELOCITY, "C.8.13.5.13", least=None),
    _text("scanning_sequence", "ScanningSequence", None, "C.8.3.1", kind=Kind.ANY_TEXT),
    _text("sequence_variant", "SequenceVariant", None, "C.8.3.1", kind=Kind.ANY_TEXT),
    _text("sequence_name", "SequenceName", None, "C.8.3.1, C.8.13.4", enhanced="PulseSequenceName"),
    _text("echo_pulse_sequence", "EchoPulseSequence", None, "C.8.13.4"),
    _text("mr_acquisition_type", "MRAcquisitionType", None, "C.8.3.1, C.8.13.4"),
    _text("acquisition_contrast", "AcquisitionContrast", _FRAME_TYPE, "C.8.13.5.1"),
    _text("complex_image_component", "ComplexImageComponent", _FRAME_TYPE, "C.8.13.5.1"),
    _text("receive_coil_name", "ReceiveCoilName", "MRReceiveCoilSequence", "C.8.3.1, C.8.13.5.7"),
    _text("transmit_coil_name", "TransmitCoilName", "MRTransmitCoilSequence", "C.8.3.1, C.8.13.5.8"),
    _text("imaged_nucleus", "ImagedNucleus", None, "C.8.3.1, C.8.13.1", enhanced="ResonantNucleus"),
    _number("sar_w_per_kg", "SAR", _TIMING, "C.8.3.1, C.8.13.5.2", enhanced="SpecificAbsorptionRateValue"),
    _number("spacing_between_slices_mm", "SpacingBetweenSlices", "PixelMeasuresSequence", "C.8.3.1", least=None),
    _text("scan_options", "ScanOptions", None, "C.8.3.1", kind=Kind.ANY_TEXT),
    *CONTRAST,
)
"""Acquisition of an MR image."""

MR = Modality(PARAMETERS)
