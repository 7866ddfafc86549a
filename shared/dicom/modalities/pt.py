"""PET: PS3.3 C.8.9 (PET Series, Isotope, Image) and C.8.22 (Enhanced PET and its macros)."""

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.modalities.modality import Modality, Rule
from shared.dicom.modalities.radionuclide import DOSE_KEY, RADIONUCLIDE, SEQUENCE, take_dose
from shared.dicom.parameters import Extract, Kind, Parameter, first_item
from shared.dicom.values import Provenance

ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
"""Enhanced PET Image Storage, whose dose is in MBq (C.8.22.4); the other PET classes state Bq (C.8.9.2)."""

_RECONSTRUCTION, _FACTORS = "PETReconstructionSequence", "PETFrameCorrectionFactorsSequence"


def _number(
    key: str, keyword: str, section: str, *, enhanced: str | None = None, macro: str | None = None, least: float = 0
) -> Parameter:
    key = f"acquisition.{key}"
    return Parameter(key, keyword, Kind.NUMBER, None, least, enhanced=enhanced, macro=macro, section=section)


def _text(key: str, keyword: str, section: str, *, macro: str | None = None, kind: Kind = Kind.TEXT) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, macro=macro, section=section)


PARAMETERS: tuple[Parameter, ...] = (
    _text("series_type", "SeriesType", "C.8.9.1", kind=Kind.TEXTS),
    _text("units", "Units", "C.8.9.1"),
    _text("suv_type", "SUVType", "C.8.9.1"),
    _text("counts_source", "CountsSource", "C.8.9.1"),
    _text("decay_correction", "DecayCorrection", "C.8.9.1"),
    _text("decay_corrected", "DecayCorrected", "C.8.22.6"),
    _text("corrections", "CorrectedImage", "C.8.9.1", kind=Kind.TEXTS),
    _text("randoms_correction_method", "RandomsCorrectionMethod", "C.8.9.1, C.8.22.6"),
    _text("scatter_correction_method", "ScatterCorrectionMethod", "C.8.9.1, C.8.22.6"),
    _text("attenuation_correction_method", "AttenuationCorrectionMethod", "C.8.9.1"),
    _text("reconstruction_method", "ReconstructionMethod", "C.8.9.1"),
    _text("reconstruction_type", "ReconstructionType", "C.8.22.5.6", macro=_RECONSTRUCTION),
    _text("reconstruction_algorithm", "ReconstructionAlgorithm", "C.8.22.5.6", macro=_RECONSTRUCTION),
    _number(
        "frame_duration_ms",
        "ActualFrameDuration",
        "C.8.9.4, C.7.6.16.2.2",
        enhanced="FrameAcquisitionDuration",
        macro="FrameContentSequence",
    ),
    _number("frame_reference_time_ms", "FrameReferenceTime", "C.8.9.4"),
    _number("decay_factor", "DecayFactor", "C.8.9.4, C.8.22.5.5", macro=_FACTORS),
    _number("dose_calibration_factor", "DoseCalibrationFactor", "C.8.9.4"),
    _number("rescale_slope", "RescaleSlope", "C.8.9.4, C.7.6.16.2.9", macro="PixelValueTransformationSequence"),
    *RADIONUCLIDE,
)
"""Acquisition and reconstruction of a PET image."""

_STARTS = ("RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStartTime")
_TIMES = ("AcquisitionTime", "AcquisitionDateTime", "SeriesTime")
_KEY = "acquisition.suv_inputs_present"


def derive_dose(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Give the injected dose."""
    take_dose(attributes, extract, in_becquerel=sop_class != ENHANCED_PET)


def derive_suv_inputs(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Say whether everything is there that a standardized uptake value by body weight is calculated from.

    Weight, dose, half life, start of administration and time of acquisition; none of them is given, as a weight and
    times are the patient's.
    """
    del sop_class
    agent = first_item(attributes, (standard_attribute(SEQUENCE),))
    of_patient = _has_any(attributes, ("PatientWeight",)) and _has_any(attributes, _TIMES)
    of_agent = agent is not None and all(
        _has_any(agent, keywords) for keywords in (("RadionuclideTotalDose",), ("RadionuclideHalfLife",), _STARTS)
    )
    weight = standard_attribute("PatientWeight")
    source = "PatientWeight, RadionuclideTotalDose, RadionuclideHalfLife, start and acquisition times present"
    extract.put(_KEY, of_patient and of_agent, Provenance(weight.keyword, weight.tag_text, source=source))


def _has_any(attributes: Attributes, keywords: tuple[str, ...]) -> bool:
    return any(isinstance(attributes.read(standard_attribute(keyword)), Present) for keyword in keywords)


RULES = (
    Rule(
        (DOSE_KEY,),
        ("RadionuclideTotalDose",),
        "Bq / 1000000, as it stands in Enhanced PET; left out with a finding where it does not fit the unit",
        "C.8.9.2, C.8.22.4",
        derive_dose,
    ),
    Rule(
        (_KEY,),
        ("PatientWeight", "RadionuclideTotalDose", "RadionuclideHalfLife", *_STARTS, *_TIMES),
        "whether all that a standardized uptake value needs is present",
        "C.7.2.2, C.8.9.2, C.8.9.4",
        derive_suv_inputs,
    ),
)
"""What is derived for a PET image."""

PT = Modality(PARAMETERS, RULES)
