"""X-ray angiography and fluoroscopy parameters; the numbers are those put into the object."""

import pytest

from shared.dicom.values import Varying
from tests.support.enhanced import ENHANCED_XA, acquisition_of, make_enhanced, make_object

XA_IMAGE = "1.2.840.10008.5.1.4.1.1.12.1"
CLASSIC = {
    "KVP": "75",
    "XRayTubeCurrent": "800",
    "ExposureTime": "7",
    "Exposure": "6",
    "AveragePulseWidth": "6.9",
    "RadiationSetting": "GR",
    "RadiationMode": "PULSED",
    "ImageAndFluoroscopyAreaDoseProduct": "12.5",
    "PositionerPrimaryAngle": "-30.1",
    "PositionerSecondaryAngle": "20",
    "DistanceSourceToDetector": "1050",
    "DistanceSourceToPatient": "750",
    "EstimatedRadiographicMagnificationFactor": "1.4",
    "IntensifierSize": "230",
    "FieldOfViewDimensions": "230",
    "FieldOfViewShape": "ROUND",
    "FilterType": "NONE",
    "ImagerPixelSpacing": ["0.2", "0.3"],
    "FrameTime": "66.7",
    "CineRate": "15",
    "FrameIncrementPointer": 0x00181063,
    "ContrastBolusAgent": "Iodixanol",
}


@pytest.mark.parametrize("modality", ["XA", "RF"])
def test_a_run_gives_every_parameter_of_the_table(modality: str) -> None:
    """PS3.3 C.8.7; without a spacing in the patient the detector's is all there is."""
    assert acquisition_of(make_object(CLASSIC, XA_IMAGE, modality=modality)) == {
        "kvp_kv": 75.0,
        "tube_current_ma": 800,
        "exposure_time_ms": 7,
        "exposure_mas": 6,
        "pulse_width_ms": 6.9,
        "radiation_setting": "GR",
        "radiation_mode": "PULSED",
        "dose_area_product_dgy_cm2": 12.5,
        "primary_angle_deg": -30.1,
        "secondary_angle_deg": 20.0,
        "source_to_detector_mm": 1050.0,
        "source_to_patient_mm": 750.0,
        "magnification_factor": 1.4,
        "intensifier_size_mm": 230.0,
        "field_of_view_mm": 230.0,
        "field_of_view_shape": "ROUND",
        "filter_type": "NONE",
        "imager_pixel_spacing_mm": (0.2, 0.3),
        "pixel_spacing_calibration": "detector",
        "frame_time_ms": 66.7,
        "frame_rate_fps": 14.993,
        "cine_rate_fps": 15,
        "contrast_agent": "Iodixanol",
    }


def test_an_enhanced_run_gives_the_same_under_the_same_keys() -> None:
    """PS3.3 C.8.19.6: positioner and exposure frame by frame."""
    frames = [
        {
            "PositionerPositionSequence": {"PositionerPrimaryAngle": angle, "PositionerSecondaryAngle": "0"},
            "FrameAcquisitionSequence": {"KVP": "75", "XRayTubeCurrentInmA": current},
        }
        for angle, current in (("-90", 800.0), ("0", 810.0), ("90", 800.0))
    ]
    shared = {
        "XRayGeometrySequence": {"DistanceSourceToDetector": "1050"},
        "FramePixelDataPropertiesSequence": {"ImagerPixelSpacing": ["0.2", "0.2"]},
    }
    top = {"AveragePulseWidth": "6.9", "ExposureTimeInms": 7.5, "ExposureInmAs": 6.5, "RadiationSetting": "GR"}
    assert acquisition_of(make_enhanced(ENHANCED_XA, modality="XA", top=top, shared=shared, frames=frames)) == {
        "kvp_kv": 75.0,
        "tube_current_ma": Varying(800.0, 810.0, (800.0, 810.0)),
        "exposure_time_ms": 7.5,
        "exposure_mas": 6.5,
        "pulse_width_ms": 6.9,
        "radiation_setting": "GR",
        "primary_angle_deg": Varying(-90.0, 90.0, (-90.0, 0.0, 90.0)),
        "secondary_angle_deg": 0.0,
        "source_to_detector_mm": 1050.0,
        "imager_pixel_spacing_mm": (0.2, 0.2),
        "pixel_spacing_calibration": "detector",
    }
