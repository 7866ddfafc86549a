"""Nuclear medicine: PS3.3 C.8.4 (NM Image, Isotope, Detector, Tomo and Multi-gated Acquisition)."""

from shared.dicom.attributes import Attributes
from shared.dicom.modalities.cine import axes_of
from shared.dicom.modalities.modality import Modality, Rule
from shared.dicom.modalities.radionuclide import DOSE_KEY, RADIONUCLIDE, take_dose
from shared.dicom.parameters import Extract, Kind, Parameter
from shared.dicom.values import Provenance

_WINDOWS = "EnergyWindowInformationSequence"
_RANGE = f"{_WINDOWS}.EnergyWindowRangeSequence"


def _count(key: str, keyword: str, section: str) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, Kind.INTEGER, least=0, section=section)


def _limit(key: str, keyword: str) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, Kind.NUMBER, least=0, sequence=_RANGE, section="C.8.4.10")


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("acquisition.image_type", "ImageType", Kind.TEXTS, section="C.8.4.9"),
    _count("counts_accumulated", "CountsAccumulated", "C.8.4.9"),
    _count("number_of_energy_windows", "NumberOfEnergyWindows", "C.8.4.8"),
    _count("number_of_detectors", "NumberOfDetectors", "C.8.4.8"),
    _count("number_of_rotations", "NumberOfRotations", "C.8.4.8"),
    _count("number_of_rr_intervals", "NumberOfRRIntervals", "C.8.4.8"),
    _count("time_slots", "NumberOfTimeSlots", "C.8.4.8"),
    _count("number_of_slices", "NumberOfSlices", "C.8.4.8"),
    Parameter("acquisition.corrections", "CorrectedImage", Kind.TEXTS, section="C.8.4.9"),
    Parameter("acquisition.frame_duration_ms", "ActualFrameDuration", Kind.INTEGER, least=0, section="C.8.4.9"),
    Parameter(
        "acquisition.frame_duration_ms",
        "ActualFrameDuration",
        Kind.INTEGER,
        least=0,
        sequence="RotationInformationSequence",
        section="C.8.4.11",
    ),
    Parameter("acquisition.energy_window_name", "EnergyWindowName", Kind.TEXT, sequence=_WINDOWS, section="C.8.4.10"),
    _limit("energy_window_lower_kev", "EnergyWindowLowerLimit"),
    _limit("energy_window_upper_kev", "EnergyWindowUpperLimit"),
    *RADIONUCLIDE,
)
"""Acquisition of a nuclear medicine image; of several energy windows the first is given."""

VECTORS = (
    "EnergyWindowVector",
    "DetectorVector",
    "PhaseVector",
    "RotationVector",
    "RRIntervalVector",
    "TimeSlotVector",
    "SliceVector",
    "AngularViewVector",
    "TimeSliceVector",
)
"""What frames can run over, C.8.4.8."""


_AXES_KEY = "acquisition.frame_axes"


def derive_dose(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Give the injected dose, in MBq by C.8.4.10.1.7."""
    del sop_class
    take_dose(attributes, extract, in_becquerel=False)


def derive_axes(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Name what the frames run over, by FrameIncrementPointer (0028,0009)."""
    del sop_class
    axes = axes_of(attributes, VECTORS)
    if axes:
        extract.put(_AXES_KEY, axes, Provenance("FrameIncrementPointer", "(0028,0009)"))


RULES = (
    Rule(
        (DOSE_KEY,),
        ("RadionuclideTotalDose",),
        "as it stands, in MBq; left out with a finding where it does not fit the unit",
        "C.8.4.10.1.7",
        derive_dose,
    ),
    Rule((_AXES_KEY,), ("FrameIncrementPointer",), "the vectors that are named", "C.8.4.8", derive_axes),
)
"""What is derived for a nuclear medicine image."""

NM = Modality(PARAMETERS, RULES)
