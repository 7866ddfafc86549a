"""CT: PS3.3 C.8.2.1 (CT Image) and C.8.15.3 (macros of Enhanced CT).

Dose and pitch are read at the top level of classic objects too, where they stand as Standard Extended use.
"""

from shared.dicom.modalities.contrast import CONTRAST
from shared.dicom.modalities.modality import Modality
from shared.dicom.parameters import Kind, Parameter

_XRAY, _EXPOSURE = "CTXRayDetailsSequence", "CTExposureSequence"
_DETAILS, _TABLE, _RECONSTRUCTION = (
    "CTAcquisitionDetailsSequence",
    "CTTableDynamicsSequence",
    "CTReconstructionSequence",
)
_VALUES = "PixelValueTransformationSequence"


def _number(key: str, keyword: str, macro: str, section: str, *, least: float | None = 0) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, Kind.NUMBER, least=least, macro=macro, section=section)


def _text(key: str, keyword: str, macro: str | None, section: str, kind: Kind = Kind.TEXT) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, macro=macro, section=section)


def _exposure(key: str, keyword: str, enhanced: str) -> Parameter:
    return Parameter(
        f"acquisition.{key}",
        keyword,
        Kind.INTEGER,
        least=0,
        enhanced=enhanced,
        macro=_EXPOSURE,
        section="C.8.2.1, C.8.15.3.8",
    )


PARAMETERS: tuple[Parameter, ...] = (
    _number("kvp_kv", "KVP", _XRAY, "C.8.2.1, C.8.15.3.9"),
    _exposure("tube_current_ma", "XRayTubeCurrent", "XRayTubeCurrentInmA"),
    _exposure("exposure_time_ms", "ExposureTime", "ExposureTimeInms"),
    _exposure("exposure_mas", "Exposure", "ExposureInmAs"),
    _text("exposure_modulation_type", "ExposureModulationType", _EXPOSURE, "C.8.2.1, C.8.15.3.8"),
    _number("estimated_dose_saving_percent", "EstimatedDoseSaving", _EXPOSURE, "C.8.2.1, C.8.15.3.8", least=None),
    _number("ctdi_vol_mgy", "CTDIvol", _EXPOSURE, "C.8.2.1, C.8.15.3.8"),
    Parameter(
        "acquisition.ctdi_phantom",
        "CodeMeaning",
        Kind.TEXT,
        sequence="CTDIPhantomTypeCodeSequence",
        macro=_EXPOSURE,
        section="C.8.15.3.8",
    ),
    _number("pitch", "SpiralPitchFactor", _TABLE, "C.8.2.1, C.8.15.3.4"),
    _number("rotation_time_s", "RevolutionTime", _DETAILS, "C.8.2.1, C.8.15.3.3"),
    _number("table_speed_mm_per_s", "TableSpeed", _TABLE, "C.8.2.1, C.8.15.3.4", least=None),
    _number("table_feed_per_rotation_mm", "TableFeedPerRotation", _TABLE, "C.8.2.1, C.8.15.3.4", least=None),
    _number("single_collimation_width_mm", "SingleCollimationWidth", _DETAILS, "C.8.2.1, C.8.15.3.3"),
    _number("total_collimation_width_mm", "TotalCollimationWidth", _DETAILS, "C.8.2.1, C.8.15.3.3"),
    _number("data_collection_diameter_mm", "DataCollectionDiameter", _DETAILS, "C.8.2.1, C.8.15.3.3"),
    _text("acquisition_type", "AcquisitionType", "CTAcquisitionTypeSequence", "C.8.15.3.2"),
    _text("convolution_kernel", "ConvolutionKernel", _RECONSTRUCTION, "C.8.2.1, C.8.15.3.7", Kind.ANY_TEXT),
    _text("reconstruction_algorithm", "ReconstructionAlgorithm", _RECONSTRUCTION, "C.8.15.3.7"),
    _number("reconstruction_diameter_mm", "ReconstructionDiameter", _RECONSTRUCTION, "C.8.2.1, C.8.15.3.7"),
    _number("spacing_between_slices_mm", "SpacingBetweenSlices", "PixelMeasuresSequence", "C.7.6.16.2.1", least=None),
    _text("filter_type", "FilterType", _XRAY, "C.8.2.1, C.8.15.3.9"),
    Parameter(
        "acquisition.focal_spots_mm",
        "FocalSpots",
        Kind.NUMBERS,
        least=0,
        macro=_XRAY,
        section="C.8.2.1, C.8.15.3.9",
    ),
    _text("scan_options", "ScanOptions", None, "C.8.2.1", Kind.ANY_TEXT),
    _number("rescale_slope", "RescaleSlope", _VALUES, "C.8.2.1, C.8.15.3.10", least=None),
    _number("rescale_intercept", "RescaleIntercept", _VALUES, "C.8.2.1, C.8.15.3.10", least=None),
    _text("rescale_type", "RescaleType", _VALUES, "C.8.2.1, C.8.15.3.10"),
    *CONTRAST,
)
"""Acquisition and reconstruction of a CT image."""

CT = Modality(PARAMETERS)
