"""Projection radiography: mammography, digital and computed radiography, dental images.

PS3.3 C.8.1 (CR), C.8.11 (DX, mammography, intra-oral), C.8.7.8 (dose), C.8.21.3 (acquisition of tomosynthesis).
"""

from shared.dicom.modalities.contrast import CONTRAST
from shared.dicom.modalities.modality import Modality
from shared.dicom.modalities.spacing import IMAGER_SPACING, SPACING_CALIBRATION
from shared.dicom.parameters import Kind, Parameter

_ACQUISITION_3D = "XRay3DAcquisitionSequence"
"""Where tomosynthesis keeps what its projections have in common; of several acquisitions the first is given."""

_DOSE_ITEMS = "ExposureDoseSequence"
"""Exposures one by one; the first stands in where nothing else says it."""


def _number(
    key: str,
    keyword: str,
    section: str,
    *,
    sequence: str | None = None,
    factor: float | None = None,
    least: float | None = 0,
    kind: Kind = Kind.NUMBER,
) -> Parameter:
    key = f"acquisition.{key}"
    return Parameter(key, keyword, kind, None, least, sequence=sequence, factor=factor, section=section)


def _text(key: str, keyword: str, section: str, *, sequence: str | None = None, kind: Kind = Kind.TEXT) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, sequence=sequence, section=section)


PARAMETERS: tuple[Parameter, ...] = (
    _text("view_position", "ViewPosition", "C.8.1.1, C.8.11.5"),
    _text("view", "CodeMeaning", "C.8.11.5, C.8.11.7", sequence="ViewCodeSequence"),
    _text("partial_view", "PartialView", "C.8.11.7"),
    _text("breast_implant", "BreastImplantPresent", "C.8.11.7"),
    _text("presentation_intent", "PresentationIntentType", "C.8.11.1"),
    _number("kvp_kv", "KVP", "C.8.1.1, C.8.7.8"),
    _number("kvp_kv", "KVP", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("kvp_kv", "KVP", "C.4.16", sequence=_DOSE_ITEMS),
    _number("tube_current_ma", "XRayTubeCurrent", "C.8.7.8", kind=Kind.INTEGER),
    _number("tube_current_ma", "XRayTubeCurrentInuA", "C.8.7.8", factor=0.001),
    _number("tube_current_ma", "XRayTubeCurrentInmA", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("exposure_time_ms", "ExposureTime", "C.8.7.8", kind=Kind.INTEGER),
    _number("exposure_time_ms", "ExposureTimeInuS", "C.8.7.8", factor=0.001),
    _number("exposure_time_ms", "ExposureTimeInms", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("exposure_mas", "Exposure", "C.8.7.8", kind=Kind.INTEGER),
    _number("exposure_mas", "ExposureInmAs", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("exposure_uas", "ExposureInuAs", "C.8.7.8", kind=Kind.INTEGER),
    _number("relative_x_ray_exposure", "RelativeXRayExposure", "C.8.7.8", kind=Kind.INTEGER),
    _number("exposure_index", "ExposureIndex", "10.23"),
    _number("target_exposure_index", "TargetExposureIndex", "10.23"),
    _number("deviation_index", "DeviationIndex", "10.23", least=None),
    _number("sensitivity", "Sensitivity", "C.8.1.1, C.8.11.4"),
    _text("exposure_control_mode", "ExposureControlMode", "C.8.7.8"),
    _number("compression_force_n", "CompressionForce", "C.8.11.5"),
    _number("compression_force_n", "CompressionForce", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("body_part_thickness_mm", "BodyPartThickness", "C.8.11.5"),
    _number("body_part_thickness_mm", "BodyPartThickness", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("organ_dose_dgy", "OrganDose", "C.8.11.7"),
    _number("organ_dose_dgy", "OrganDose", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("entrance_dose_mgy", "EntranceDoseInmGy", "C.8.7.8"),
    _number("entrance_dose_mgy", "EntranceDoseInmGy", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _number("entrance_dose_mgy", "EntranceDose", "C.8.7.8", factor=100),
    _number("dose_area_product_dgy_cm2", "ImageAndFluoroscopyAreaDoseProduct", "C.8.7.8"),
    _text("anode_target_material", "AnodeTargetMaterial", "C.8.7.10"),
    _text("anode_target_material", "AnodeTargetMaterial", "C.8.21.3.4", sequence=_ACQUISITION_3D),
    _text("filter_material", "FilterMaterial", "C.8.7.10", kind=Kind.ANY_TEXT),
    _text("filter_material", "FilterMaterial", "C.8.21.3.4", sequence=_ACQUISITION_3D, kind=Kind.ANY_TEXT),
    _text("filter_type", "FilterType", "C.8.7.10"),
    _text("grid", "Grid", "C.8.7.11", kind=Kind.ANY_TEXT),
    _text("detector_type", "DetectorType", "C.8.11.4"),
    _number("focal_spots_mm", "FocalSpots", "C.8.7.8", kind=Kind.NUMBERS),
    _number("primary_angle_deg", "PositionerPrimaryAngle", "C.8.11.5", least=None),
    _number("secondary_angle_deg", "PositionerSecondaryAngle", "C.8.11.5", least=None),
    _number("source_to_detector_mm", "DistanceSourceToDetector", "C.8.1.1, C.8.7.8"),
    _number("source_to_patient_mm", "DistanceSourceToPatient", "C.8.1.1, C.8.7.8"),
    _number("magnification_factor", "EstimatedRadiographicMagnificationFactor", "C.8.11.5"),
    IMAGER_SPACING,
    *CONTRAST,
)
"""Acquisition of a projection image."""

PROJECTION = Modality(PARAMETERS, (SPACING_CALIBRATION,))
