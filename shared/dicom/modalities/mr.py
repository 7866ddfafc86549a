"""MR Image, PS3.3 C.8.3.1."""

from shared.dicom.parameters import Kind, Parameter

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("acquisition.field_strength_t", "MagneticFieldStrength", Kind.NUMBER, least=0, most=25),
    Parameter("acquisition.repetition_time_ms", "RepetitionTime", Kind.NUMBER, least=0),
    Parameter("acquisition.echo_time_ms", "EchoTime", Kind.NUMBER, least=0),
    Parameter("acquisition.inversion_time_ms", "InversionTime", Kind.NUMBER, least=0),
    Parameter("acquisition.flip_angle_deg", "FlipAngle", Kind.NUMBER),
    Parameter("acquisition.echo_train_length", "EchoTrainLength", Kind.INTEGER, least=0),
    Parameter("acquisition.number_of_averages", "NumberOfAverages", Kind.NUMBER, least=0),
    Parameter("acquisition.pixel_bandwidth_hz_per_px", "PixelBandwidth", Kind.NUMBER, least=0),
    Parameter("acquisition.b_values_s_mm2", "DiffusionBValue", Kind.NUMBER, least=0),
    Parameter("acquisition.scanning_sequence", "ScanningSequence", Kind.ANY_TEXT),
    Parameter("acquisition.sequence_variant", "SequenceVariant", Kind.ANY_TEXT),
    Parameter("acquisition.sequence_name", "SequenceName", Kind.TEXT),
    Parameter("acquisition.receive_coil_name", "ReceiveCoilName", Kind.TEXT),
    Parameter("acquisition.imaged_nucleus", "ImagedNucleus", Kind.TEXT),
    Parameter("acquisition.sar_w_per_kg", "SAR", Kind.NUMBER, least=0),
    Parameter("acquisition.scan_options", "ScanOptions", Kind.ANY_TEXT),
    Parameter("acquisition.contrast_agent", "ContrastBolusAgent", Kind.TEXT),
)
"""Acquisition of an MR image."""
