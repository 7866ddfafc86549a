"""X-ray angiography and fluoroscopy: PS3.3 C.8.7 (XA and XRF) and C.8.19 (Enhanced XA and XRF and their macros)."""

from shared.dicom.modalities.cine import CINE, FRAME_RATE
from shared.dicom.modalities.contrast import CONTRAST
from shared.dicom.modalities.modality import Modality
from shared.dicom.modalities.spacing import IMAGER_SPACING, SPACING_CALIBRATION
from shared.dicom.parameters import Kind, Parameter

_ACQUISITION, _POSITIONER = "FrameAcquisitionSequence", "PositionerPositionSequence"
_GEOMETRY, _FIELD = "XRayGeometrySequence", "FieldOfViewSequence"


def _number(
    key: str,
    keyword: str,
    section: str,
    *,
    enhanced: str | None = None,
    macro: str | None = None,
    least: float | None = 0,
    kind: Kind = Kind.NUMBER,
) -> Parameter:
    key = f"acquisition.{key}"
    return Parameter(key, keyword, kind, None, least, enhanced=enhanced, macro=macro, section=section)


def _text(key: str, keyword: str, section: str) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, Kind.TEXT, section=section)


PARAMETERS: tuple[Parameter, ...] = (
    _number("kvp_kv", "KVP", "C.8.7.2, C.8.19.6.8", macro=_ACQUISITION),
    _number(
        "tube_current_ma",
        "XRayTubeCurrent",
        "C.8.7.2, C.8.19.6.8",
        enhanced="XRayTubeCurrentInmA",
        macro=_ACQUISITION,
        kind=Kind.INTEGER,
    ),
    _number("exposure_time_ms", "ExposureTime", "C.8.7.2", enhanced="ExposureTimeInms", kind=Kind.INTEGER),
    _number("exposure_mas", "Exposure", "C.8.7.2", enhanced="ExposureInmAs", kind=Kind.INTEGER),
    _number("pulse_width_ms", "AveragePulseWidth", "C.8.7.2, C.8.19.3"),
    _text("radiation_setting", "RadiationSetting", "C.8.7.2, C.8.19.3"),
    _text("radiation_mode", "RadiationMode", "C.8.7.2, C.8.19.3"),
    _number("dose_area_product_dgy_cm2", "ImageAndFluoroscopyAreaDoseProduct", "C.8.7.2, C.8.19.3"),
    _number("primary_angle_deg", "PositionerPrimaryAngle", "C.8.7.5, C.8.19.6.10", macro=_POSITIONER, least=None),
    _number("secondary_angle_deg", "PositionerSecondaryAngle", "C.8.7.5, C.8.19.6.10", macro=_POSITIONER, least=None),
    _number("source_to_detector_mm", "DistanceSourceToDetector", "C.8.7.3, C.8.19.6.14", macro=_GEOMETRY),
    _number("source_to_patient_mm", "DistanceSourceToPatient", "C.8.7.5"),
    _number("magnification_factor", "EstimatedRadiographicMagnificationFactor", "C.8.7.5"),
    _number("intensifier_size_mm", "IntensifierSize", "C.8.7.3"),
    _number("field_of_view_mm", "FieldOfViewDimensions", "C.8.7.3", kind=Kind.ANY_NUMBER),
    _text("field_of_view_shape", "FieldOfViewShape", "C.8.7.3"),
    _text("filter_type", "FilterType", "C.8.7.2"),
    IMAGER_SPACING,
    *CINE,
    *CONTRAST,
)
"""Acquisition of an X-ray angiography or fluoroscopy run."""

XA = Modality(PARAMETERS, (FRAME_RATE, SPACING_CALIBRATION))
