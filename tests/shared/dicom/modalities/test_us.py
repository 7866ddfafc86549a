"""Ultrasound parameters and rules; the numbers are those put into the object."""

import pytest

from shared.dicom.values import Varying
from tests.support.enhanced import ENHANCED_US, acquisition_of, describe, make_enhanced, make_object

US_LOOP = "1.2.840.10008.5.1.4.1.1.3.1"
TISSUE = {
    "RegionSpatialFormat": 1,
    "RegionDataType": 1,
    "PhysicalUnitsXDirection": 3,
    "PhysicalUnitsYDirection": 3,
    "PhysicalDeltaX": 0.04,
    "PhysicalDeltaY": -0.05,
    "TransducerFrequency": 3500,
}
DOPPLER = {"RegionSpatialFormat": 3, "RegionDataType": 3, "PhysicalUnitsXDirection": 4, "PhysicalUnitsYDirection": 7}
ECG_BAR = {"RegionSpatialFormat": 5, "RegionDataType": 14}


def make_loop(attributes: dict[str, object]) -> bytes:
    """An ultrasound loop."""
    return make_object(attributes, US_LOOP, modality="US")


def test_a_stress_echo_gives_every_parameter_of_the_table() -> None:
    """PS3.3 C.8.5: the transducer's frequency is in kHz, the spacing of a region in cm."""
    attributes = {
        "ImageType": ["ORIGINAL", "PRIMARY", "STRESS"],
        "FrameTime": "20",
        "CineRate": "50",
        "RecommendedDisplayFrameRate": "30",
        "FrameIncrementPointer": 0x00181063,
        "TransducerType": "SECTOR_PHASED",
        "MechanicalIndex": "1.1",
        "SoftTissueThermalIndex": "0.7",
        "BoneThermalIndex": "0.9",
        "CranialThermalIndex": "1.4",
        "DepthOfScanField": "160",
        "StageName": "PEAK",
        "StageNumber": "3",
        "NumberOfStages": "4",
        "ViewName": "4 chamber",
        "ViewNumber": "2",
        "SequenceOfUltrasoundRegions": [TISSUE, DOPPLER, ECG_BAR],
    }
    assert acquisition_of(make_loop(attributes)) == {
        "image_type": ("ORIGINAL", "PRIMARY", "STRESS"),
        "frame_time_ms": 20.0,
        "frame_rate_fps": 50.0,
        "cine_rate_fps": 50,
        "recommended_display_rate_fps": 30,
        "transducer_type": "SECTOR_PHASED",
        "transducer_frequency_mhz": 3.5,
        "mechanical_index": 1.1,
        "thermal_index": 0.7,
        "bone_thermal_index": 0.9,
        "cranial_thermal_index": 1.4,
        "depth_of_scan_field_mm": 160,
        "stage_name": "PEAK",
        "stage_number": 3,
        "number_of_stages": 4,
        "view_name": "4 chamber",
        "view_number": 2,
        "regions": ("tissue", "pulsed wave Doppler"),
        "region_spacing_mm": (0.5, 0.4),
    }


def test_a_frequency_in_another_unit_says_how() -> None:
    """The raw text is the file's, the source is the conversion."""
    provenance = describe(make_loop({"SequenceOfUltrasoundRegions": [TISSUE]})).provenance
    found = provenance["acquisition.transducer_frequency_mhz"]
    assert (found.raw, found.source) == ("3500", "TransducerFrequency x 0.001 in SequenceOfUltrasoundRegions")


@pytest.mark.parametrize(
    ("attributes", "rate"),
    [
        pytest.param({"FrameTime": "40"}, 25.0, id="time alone"),
        pytest.param({"FrameTimeVector": ["0", "30", "50"]}, 25.0, id="vector alone"),
        pytest.param(
            {"FrameTime": "20", "FrameTimeVector": ["0", "30", "50"], "FrameIncrementPointer": 0x00181065},
            25.0,
            id="the pointer names the vector",
        ),
        pytest.param(
            {"FrameTime": "20", "FrameTimeVector": ["0", "30", "50"], "FrameIncrementPointer": 0x00181063},
            50.0,
            id="the pointer names the time",
        ),
        pytest.param({"FrameTime": "0"}, None, id="no time"),
        pytest.param({"FrameTimeVector": ["0"]}, None, id="one frame"),
        pytest.param({"FrameTime": "-1"}, None, id="no time at all"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_the_frame_rate_follows_what_the_increment_pointer_names(
    attributes: dict[str, object], rate: float | None
) -> None:
    """PS3.3 C.7.6.5: 1000 / frame time, or by the mean of the time vector, whose first value is zero."""
    assert acquisition_of(make_loop(attributes)).get("frame_rate_fps") == rate


@pytest.mark.parametrize(
    "change",
    [
        {"RegionSpatialFormat": 2},
        {"PhysicalUnitsXDirection": 0},
        {"PhysicalUnitsYDirection": 4},
        {"PhysicalDeltaX": 0.0},
        {"PhysicalDeltaY": 0.0},
    ],
)
def test_a_region_that_is_not_calibrated_in_two_dimensions_gives_no_spacing(change: dict[str, object]) -> None:
    """An M-mode's axis is time; a delta of zero is none."""
    assert "region_spacing_mm" not in acquisition_of(make_loop({"SequenceOfUltrasoundRegions": [{**TISSUE, **change}]}))


def test_an_enhanced_volume_gives_its_time_offsets() -> None:
    """PS3.3 C.7.6.16.2.23: seconds from the start of the acquisition, frame by frame."""
    frames = [{"TemporalPositionSequence": {"TemporalPositionTimeOffset": offset}} for offset in (0.0, 0.04)]
    top = {"MechanicalIndex": "1.1"}
    assert acquisition_of(make_enhanced(ENHANCED_US, modality="US", top=top, frames=frames)) == {
        "mechanical_index": 1.1,
        "temporal_position_offset_s": Varying(0.0, 0.04, (0.0, 0.04)),
    }
