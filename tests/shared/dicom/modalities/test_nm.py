"""Nuclear medicine parameters; the numbers are those put into the object."""

from tests.support.enhanced import acquisition_of, make_object

NM_IMAGE = "1.2.840.10008.5.1.4.1.1.20"
GATED = {
    "ImageType": ["ORIGINAL", "PRIMARY", "GATED TOMO", "EMISSION"],
    "CountsAccumulated": "3596452",
    "NumberOfEnergyWindows": 1,
    "NumberOfDetectors": 2,
    "NumberOfRotations": 1,
    "NumberOfRRIntervals": 1,
    "NumberOfTimeSlots": 8,
    "CorrectedImage": ["NRGY", "LIN"],
    "FrameIncrementPointer": [0x00540010, 0x00540020, 0x00540070],
    "RotationInformationSequence": {"ActualFrameDuration": "25000"},
    "EnergyWindowInformationSequence": {
        "EnergyWindowName": "Tc99m",
        "EnergyWindowRangeSequence": {"EnergyWindowLowerLimit": "126", "EnergyWindowUpperLimit": "154"},
    },
    "RadiopharmaceuticalInformationSequence": {
        "RadionuclideTotalDose": "740",
        "RadionuclideCodeSequence": {"CodeMeaning": "^99m^Technetium"},
        "RadiopharmaceuticalCodeSequence": {"CodeMeaning": "Technetium Tc^99m^ sestamibi"},
    },
}


def test_a_gated_tomo_gives_every_parameter_of_the_table() -> None:
    """PS3.3 C.8.4: the dose is in MBq, the frame increment pointer names what the frames run over."""
    assert acquisition_of(make_object(GATED, NM_IMAGE, modality="NM")) == {
        "image_type": ("ORIGINAL", "PRIMARY", "GATED TOMO", "EMISSION"),
        "counts_accumulated": 3596452,
        "number_of_energy_windows": 1,
        "number_of_detectors": 2,
        "number_of_rotations": 1,
        "number_of_rr_intervals": 1,
        "time_slots": 8,
        "corrections": ("NRGY", "LIN"),
        "frame_duration_ms": 25000,
        "energy_window_name": "Tc99m",
        "energy_window_lower_kev": 126.0,
        "energy_window_upper_kev": 154.0,
        "radionuclide": "^99m^Technetium",
        "radiopharmaceutical": "Technetium Tc^99m^ sestamibi",
        "injected_dose_mbq": 740.0,
        "frame_axes": ("EnergyWindowVector", "DetectorVector", "TimeSlotVector"),
    }


def test_frames_that_run_over_nothing_have_no_axes() -> None:
    """Without a frame increment pointer nothing is said."""
    assert acquisition_of(make_object({"CountsAccumulated": "5"}, NM_IMAGE, modality="NM")) == {"counts_accumulated": 5}
