"""CT parameters in classic and enhanced objects; the numbers are those put into the object."""

from shared.dicom.values import Provenance
from tests.support.datasets import CT_IMAGE
from tests.support.enhanced import ENHANCED_CT, acquisition_of, describe, make_enhanced, make_object

CLASSIC = {
    "KVP": "120",
    "XRayTubeCurrent": "450",
    "ExposureTime": "350",
    "Exposure": "158",
    "ExposureModulationType": "ECG",
    "EstimatedDoseSaving": 92.5,
    "CTDIvol": 12.1,
    "CTDIPhantomTypeCodeSequence": {"CodeMeaning": "IEC Body Dosimetry Phantom"},
    "SpiralPitchFactor": 0.22,
    "RevolutionTime": 0.35,
    "TableSpeed": 24.5,
    "TableFeedPerRotation": 8.6,
    "SingleCollimationWidth": 0.6,
    "TotalCollimationWidth": 38.4,
    "DataCollectionDiameter": "500",
    "ConvolutionKernel": "B30f",
    "ReconstructionDiameter": "220",
    "SpacingBetweenSlices": "0.4",
    "FilterType": "WEDGE_2",
    "FocalSpots": "1.2",
    "ScanOptions": "HELICAL MODE",
    "RescaleSlope": "1",
    "RescaleIntercept": "-1024",
    "RescaleType": "HU",
    "ContrastBolusAgent": "Iohexol 350",
    "ContrastBolusRoute": "IV",
    "ContrastBolusVolume": "80",
    "ContrastBolusTotalDose": "75",
    "ContrastFlowRate": "5",
    "ContrastFlowDuration": "16",
    "ContrastBolusIngredientConcentration": "350",
}
EXPECTED = {
    "kvp_kv": 120.0,
    "tube_current_ma": 450,
    "exposure_time_ms": 350,
    "exposure_mas": 158,
    "exposure_modulation_type": "ECG",
    "estimated_dose_saving_percent": 92.5,
    "ctdi_vol_mgy": 12.1,
    "ctdi_phantom": "IEC Body Dosimetry Phantom",
    "pitch": 0.22,
    "rotation_time_s": 0.35,
    "table_speed_mm_per_s": 24.5,
    "table_feed_per_rotation_mm": 8.6,
    "single_collimation_width_mm": 0.6,
    "total_collimation_width_mm": 38.4,
    "data_collection_diameter_mm": 500.0,
    "convolution_kernel": "B30f",
    "reconstruction_diameter_mm": 220.0,
    "spacing_between_slices_mm": 0.4,
    "filter_type": "WEDGE_2",
    "focal_spots_mm": (1.2,),
    "scan_options": "HELICAL MODE",
    "rescale_slope": 1.0,
    "rescale_intercept": -1024.0,
    "rescale_type": "HU",
    "contrast_agent": "Iohexol 350",
    "contrast_route": "IV",
    "contrast_volume_ml": 80.0,
    "contrast_total_dose_ml": 75.0,
    "contrast_flow_rate_ml_per_s": 5.0,
    "contrast_flow_duration_s": 16.0,
    "contrast_concentration_mg_per_ml": 350.0,
}
SHARED = {
    "CTXRayDetailsSequence": {"KVP": "120", "FocalSpots": ["1.2"], "FilterType": "WEDGE_2"},
    "CTExposureSequence": {
        "XRayTubeCurrentInmA": 450.5,
        "ExposureTimeInms": 350.0,
        "ExposureInmAs": 158.0,
        "ExposureModulationType": "ECG",
        "EstimatedDoseSaving": 92.5,
        "CTDIvol": 12.1,
        "CTDIPhantomTypeCodeSequence": {"CodeMeaning": "IEC Body Dosimetry Phantom"},
    },
    "CTTableDynamicsSequence": {"SpiralPitchFactor": 0.22, "TableSpeed": 24.5, "TableFeedPerRotation": 8.6},
    "CTAcquisitionTypeSequence": {"AcquisitionType": "SPIRAL"},
    "CTAcquisitionDetailsSequence": {
        "RevolutionTime": 0.35,
        "SingleCollimationWidth": 0.6,
        "TotalCollimationWidth": 38.4,
        "DataCollectionDiameter": "500",
    },
    "CTReconstructionSequence": {
        "ConvolutionKernel": "B30f",
        "ReconstructionAlgorithm": "ITERATIVE",
        "ReconstructionDiameter": "220",
    },
    "PixelMeasuresSequence": {"SpacingBetweenSlices": "0.4"},
    "PixelValueTransformationSequence": {"RescaleSlope": "1", "RescaleIntercept": "-1024", "RescaleType": "HU"},
    "ContrastBolusUsageSequence": {"ContrastBolusAgentPhase": "ARTERIAL"},
}
AGENT = {
    "CodeMeaning": "Iohexol",
    "ContrastBolusAdministrationRouteSequence": {"CodeMeaning": "Intravenous route"},
    "ContrastBolusVolume": "80",
    "ContrastBolusTotalDose": "75",
    "ContrastFlowRate": "5",
    "ContrastFlowDuration": "16",
    "ContrastBolusIngredientConcentration": "350",
}


def test_a_classic_ct_gives_every_parameter_of_the_table() -> None:
    """PS3.3 C.8.2.1 and C.7.6.4; dose and pitch as Standard Extended attributes."""
    assert acquisition_of(make_object(CLASSIC, CT_IMAGE, modality="CT")) == EXPECTED


def test_an_enhanced_ct_gives_the_same_under_the_same_keys() -> None:
    """PS3.3 C.8.15.3: other attributes in functional groups, the contrast as a sequence of agents."""
    content = make_enhanced(top={"ContrastBolusAgentSequence": AGENT}, shared=SHARED, frames=[{}, {}])
    assert acquisition_of(content) == {
        **{key: value for key, value in EXPECTED.items() if key != "scan_options"},
        "tube_current_ma": 450.5,
        "acquisition_type": "SPIRAL",
        "reconstruction_algorithm": "ITERATIVE",
        "contrast_agent": "Iohexol",
        "contrast_route": "Intravenous route",
        "contrast_phase": "ARTERIAL",
    }


def test_the_provenance_names_the_attribute_that_was_really_read() -> None:
    """An enhanced object's tube current is another attribute than a classic one's."""
    facts = describe(make_enhanced(ENHANCED_CT, shared=SHARED, frames=[{}]))
    assert facts.provenance["acquisition.tube_current_ma"] == Provenance("XRayTubeCurrentInmA", "(0018,9330)", "450.5")
