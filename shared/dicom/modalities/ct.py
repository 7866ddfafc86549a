"""CT Image, PS3.3 C.8.2.1; dose and pitch also where a classic object carries them as Standard Extended use."""

from shared.dicom.parameters import Kind, Parameter

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("acquisition.kvp_kv", "KVP", Kind.NUMBER, least=0),
    Parameter("acquisition.tube_current_ma", "XRayTubeCurrent", Kind.INTEGER, least=0),
    Parameter("acquisition.exposure_time_ms", "ExposureTime", Kind.INTEGER, least=0),
    Parameter("acquisition.exposure_mas", "Exposure", Kind.INTEGER, least=0),
    Parameter("acquisition.exposure_modulation_type", "ExposureModulationType", Kind.TEXT),
    Parameter("acquisition.ctdi_vol_mgy", "CTDIvol", Kind.NUMBER, least=0),
    Parameter("acquisition.pitch", "SpiralPitchFactor", Kind.NUMBER, least=0),
    Parameter("acquisition.rotation_time_s", "RevolutionTime", Kind.NUMBER, least=0),
    Parameter("acquisition.table_speed_mm_per_s", "TableSpeed", Kind.NUMBER),
    Parameter("acquisition.single_collimation_width_mm", "SingleCollimationWidth", Kind.NUMBER, least=0),
    Parameter("acquisition.total_collimation_width_mm", "TotalCollimationWidth", Kind.NUMBER, least=0),
    Parameter("acquisition.convolution_kernel", "ConvolutionKernel", Kind.ANY_TEXT),
    Parameter("acquisition.reconstruction_diameter_mm", "ReconstructionDiameter", Kind.NUMBER, least=0),
    Parameter("acquisition.filter_type", "FilterType", Kind.TEXT),
    Parameter("acquisition.focal_spots_mm", "FocalSpots", Kind.NUMBERS, least=0),
    Parameter("acquisition.scan_options", "ScanOptions", Kind.ANY_TEXT),
    Parameter("acquisition.contrast_agent", "ContrastBolusAgent", Kind.TEXT),
    Parameter("acquisition.contrast_volume_ml", "ContrastBolusVolume", Kind.NUMBER, least=0),
)
"""Acquisition and reconstruction of a CT image."""
