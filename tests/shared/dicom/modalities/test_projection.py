"""Projection radiography parameters and rules; the numbers are those put into the object."""

import pytest

from shared.dicom.values import Unreadable
from tests.support.enhanced import acquisition_of, describe, make_enhanced, make_object

MG_IMAGE = "1.2.840.10008.5.1.4.1.1.1.2"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
MAMMOGRAM = {
    "ImageLaterality": "R",
    "ViewPosition": "MLO",
    "ViewCodeSequence": {"CodeMeaning": "medio-lateral oblique"},
    "PartialView": "NO",
    "BreastImplantPresent": "NO",
    "PresentationIntentType": "FOR PRESENTATION",
    "KVP": "28",
    "XRayTubeCurrent": "90",
    "ExposureTime": "1200",
    "Exposure": "108",
    "ExposureInuAs": "108000",
    "RelativeXRayExposure": "512",
    "ExposureIndex": "400",
    "TargetExposureIndex": "420",
    "DeviationIndex": "-0.2",
    "Sensitivity": "200",
    "ExposureControlMode": "AUTOMATIC",
    "CompressionForce": "98",
    "BodyPartThickness": "52",
    "OrganDose": "0.015",
    "EntranceDoseInmGy": "7.5",
    "ImageAndFluoroscopyAreaDoseProduct": "1.2",
    "AnodeTargetMaterial": "TUNGSTEN",
    "FilterMaterial": ["RHODIUM", "SILVER"],
    "FilterType": "FLAT",
    "Grid": ["FOCUSED", "RECIPROCATING"],
    "DetectorType": "DIRECT",
    "FocalSpots": "0.3",
    "PositionerPrimaryAngle": "45",
    "PositionerSecondaryAngle": "0",
    "DistanceSourceToDetector": "660",
    "DistanceSourceToPatient": "600",
    "EstimatedRadiographicMagnificationFactor": "1.1",
    "ImagerPixelSpacing": ["0.07", "0.07"],
}


@pytest.mark.parametrize("modality", ["MG", "DX", "CR", "IO", "PX", "RG"])
def test_a_projection_gives_every_parameter_of_the_table(modality: str) -> None:
    """PS3.3 C.8.1, C.8.7.2 and C.8.11."""
    assert acquisition_of(make_object(MAMMOGRAM, MG_IMAGE, modality=modality)) == {
        "view_position": "MLO",
        "view": "medio-lateral oblique",
        "partial_view": "NO",
        "breast_implant": "NO",
        "presentation_intent": "FOR PRESENTATION",
        "kvp_kv": 28.0,
        "tube_current_ma": 90,
        "exposure_time_ms": 1200,
        "exposure_mas": 108,
        "exposure_uas": 108000,
        "relative_x_ray_exposure": 512,
        "exposure_index": 400.0,
        "target_exposure_index": 420.0,
        "deviation_index": -0.2,
        "sensitivity": 200.0,
        "exposure_control_mode": "AUTOMATIC",
        "compression_force_n": 98.0,
        "body_part_thickness_mm": 52.0,
        "organ_dose_dgy": 0.015,
        "entrance_dose_mgy": 7.5,
        "dose_area_product_dgy_cm2": 1.2,
        "anode_target_material": "TUNGSTEN",
        "filter_material": ("RHODIUM", "SILVER"),
        "filter_type": "FLAT",
        "grid": ("FOCUSED", "RECIPROCATING"),
        "detector_type": "DIRECT",
        "focal_spots_mm": (0.3,),
        "primary_angle_deg": 45.0,
        "secondary_angle_deg": 0.0,
        "source_to_detector_mm": 660.0,
        "source_to_patient_mm": 600.0,
        "magnification_factor": 1.1,
        "imager_pixel_spacing_mm": (0.07, 0.07),
        "pixel_spacing_calibration": "detector",
    }


def test_the_side_is_the_images() -> None:
    """PS3.3 C.8.11.5: ImageLaterality, where the series has none."""
    assert describe(make_object(MAMMOGRAM, MG_IMAGE, modality="MG")).values["laterality"] == "R"


def test_microunits_and_decigray_are_converted_and_say_so() -> None:
    """µA, µs and dGy (C.8.7.2) to mA, ms and mGy."""
    attributes = {"XRayTubeCurrentInuA": "90500", "ExposureTimeInuS": "1250", "EntranceDose": 2}
    facts = describe(make_object(attributes, MG_IMAGE, modality="DX"))
    keys = ("acquisition.tube_current_ma", "acquisition.exposure_time_ms", "acquisition.entrance_dose_mgy")
    assert [(facts.values[key], facts.provenance[key].source) for key in keys] == [
        (90.5, "XRayTubeCurrentInuA x 0.001"),
        (1.25, "ExposureTimeInuS x 0.001"),
        (200.0, "EntranceDose x 100"),
    ]


def test_exposures_one_by_one_stand_in_where_nothing_else_says_it() -> None:
    """The first item of the exposure dose sequence."""
    attributes = {"ExposureDoseSequence": [{"KVP": "81"}, {"KVP": "125"}]}
    assert acquisition_of(make_object(attributes, MG_IMAGE, modality="DX")) == {"kvp_kv": 81.0}


def test_a_tomosynthesis_keeps_its_acquisition_in_a_sequence() -> None:
    """PS3.3 C.8.21.3.2: what the projections have in common."""
    acquisition = {
        "KVP": "31",
        "XRayTubeCurrentInmA": 150.0,
        "ExposureTimeInms": 300.0,
        "ExposureInmAs": 45.0,
        "CompressionForce": "98",
        "BodyPartThickness": "52",
        "OrganDose": "0.018",
        "EntranceDoseInmGy": "8.5",
        "AnodeTargetMaterial": "TUNGSTEN",
        "FilterMaterial": "ALUMINUM",
    }
    top = {"XRay3DAcquisitionSequence": acquisition}
    assert acquisition_of(make_enhanced(TOMOSYNTHESIS, modality="MG", top=top, frames=[{}])) == {
        "kvp_kv": 31.0,
        "tube_current_ma": 150.0,
        "exposure_time_ms": 300.0,
        "exposure_mas": 45.0,
        "compression_force_n": 98.0,
        "body_part_thickness_mm": 52.0,
        "organ_dose_dgy": 0.018,
        "entrance_dose_mgy": 8.5,
        "anode_target_material": "TUNGSTEN",
        "filter_material": "ALUMINUM",
    }


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        pytest.param(
            {"PixelSpacing": ["0.1", "0.1"], "PixelSpacingCalibrationType": "GEOMETRY"}, "geometry", id="geometry"
        ),
        pytest.param(
            {"PixelSpacing": ["0.1", "0.1"], "PixelSpacingCalibrationType": "FIDUCIAL"}, "fiducial", id="fiducial"
        ),
        pytest.param({"PixelSpacing": ["0.2", "0.3"], "ImagerPixelSpacing": ["0.2", "0.3"]}, "detector", id="the same"),
        pytest.param({"PixelSpacing": ["0.1", "0.3"], "ImagerPixelSpacing": ["0.2", "0.3"]}, "unknown", id="differs"),
        pytest.param(
            {
                "PixelSpacing": ["0.1", "0.1"],
                "ImagerPixelSpacing": ["0.2", "0.2"],
                "PixelSpacingCalibrationType": "OTHER",
            },
            "unknown",
            id="another type",
        ),
        pytest.param({"PixelSpacingCalibrationType": "GEOMETRY"}, None, id="no spacing"),
    ],
)
def test_the_meaning_of_the_pixel_spacing_is_said(attributes: dict[str, object], word: str | None) -> None:
    """PS3.3 10.7.1.3: in the patient only where it was calibrated."""
    found = acquisition_of(make_object(attributes, MG_IMAGE, modality="DX"))
    assert found.get("pixel_spacing_calibration") == word


def test_a_calibration_type_that_cannot_be_used_is_listed() -> None:
    """Two types are no type."""
    attributes = {"PixelSpacingCalibrationType": ["GEOMETRY", "FIDUCIAL"]}
    facts = describe(make_object(attributes, MG_IMAGE, modality="DX"))
    assert facts.unreadable == (Unreadable("PixelSpacingCalibrationType", "(0028,0A02)", "value.multiplicity"),)
