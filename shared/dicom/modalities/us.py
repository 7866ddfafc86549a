"""Ultrasound: PS3.3 C.8.5 (US Image, US Region Calibration) and C.8.24 (Enhanced US Volume)."""

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.modalities.cine import CINE, FRAME_RATE
from shared.dicom.modalities.modality import Modality, Rule
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance

REGIONS = "SequenceOfUltrasoundRegions"
"""Where an ultrasound picture is calibrated, region by region."""

MAX_REGIONS = 32
"""Regions of one picture that are looked at; a screen has a handful."""

DATA_TYPES = {
    1: "tissue",
    2: "color flow",
    3: "pulsed wave Doppler",
    4: "continuous wave Doppler",
    5: "Doppler mean trace",
    6: "Doppler mode trace",
    7: "Doppler maximum trace",
    8: "volume trace",
    10: "ECG trace",
    11: "pulse trace",
    12: "phonocardiogram trace",
}
"""RegionDataType (0018,6014), C.8.5.5.1; bars and rarer traces are not named."""

_TWO_DIMENSIONAL, _CENTIMETRES = 1, 3
_REGIONS_KEY, _SPACING_KEY = "acquisition.regions", "acquisition.region_spacing_mm"


def _number(key: str, keyword: str, section: str, kind: Kind = Kind.NUMBER) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, least=0, section=section)


def _text(key: str, keyword: str, kind: Kind = Kind.TEXT) -> Parameter:
    return Parameter(f"acquisition.{key}", keyword, kind, section="C.8.5.6")


PARAMETERS: tuple[Parameter, ...] = (
    *CINE,
    _text("image_type", "ImageType", Kind.TEXTS),
    _text("transducer_type", "TransducerType"),
    Parameter(
        "acquisition.transducer_frequency_mhz",
        "TransducerFrequency",
        Kind.NUMBER,
        least=0,
        sequence=REGIONS,
        factor=0.001,
        section="C.8.5.5",
    ),
    _number("mechanical_index", "MechanicalIndex", "C.8.5.6, C.8.24.3"),
    _number("thermal_index", "SoftTissueThermalIndex", "C.8.5.6, C.8.24.3"),
    _number("bone_thermal_index", "BoneThermalIndex", "C.8.5.6, C.8.24.3"),
    _number("cranial_thermal_index", "CranialThermalIndex", "C.8.5.6, C.8.24.3"),
    _number("depth_of_scan_field_mm", "DepthOfScanField", "C.8.5.6", Kind.INTEGER),
    _text("stage_name", "StageName"),
    _number("stage_number", "StageNumber", "C.8.5.6", Kind.INTEGER),
    _number("number_of_stages", "NumberOfStages", "C.8.5.6", Kind.INTEGER),
    _text("view_name", "ViewName"),
    _number("view_number", "ViewNumber", "C.8.5.6", Kind.INTEGER),
    Parameter(
        "acquisition.temporal_position_offset_s",
        "TemporalPositionTimeOffset",
        Kind.NUMBER,
        macro="TemporalPositionSequence",
        section="C.7.6.16.2.23",
    ),
)
"""Acquisition of an ultrasound picture, loop or volume."""

_FORMAT = Parameter("format", "RegionSpatialFormat", Kind.INTEGER)
_DATA_TYPE = Parameter("data", "RegionDataType", Kind.INTEGER)
_UNITS_X = Parameter("units_x", "PhysicalUnitsXDirection", Kind.INTEGER)
_UNITS_Y = Parameter("units_y", "PhysicalUnitsYDirection", Kind.INTEGER)
_DELTA_X = Parameter("delta_x", "PhysicalDeltaX", Kind.NUMBER)
_DELTA_Y = Parameter("delta_y", "PhysicalDeltaY", Kind.NUMBER)


def derive_regions(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Name what the regions show, and give the pixel spacing of the first calibrated two-dimensional one."""
    del sop_class
    names: dict[str, None] = {}
    spacing: tuple[float, float] | None = None
    for region, _ in zip(attributes.items(REGIONS), range(MAX_REGIONS), strict=False):
        name = DATA_TYPES.get(int(_number_of(region, _DATA_TYPE) or 0))
        if name is not None:
            names[name] = None
        spacing = spacing or _spacing_mm(region)
    sequence = standard_attribute(REGIONS)
    if names:
        source = "RegionDataType of each region"
        extract.put(_REGIONS_KEY, tuple(names), Provenance(sequence.keyword, sequence.tag_text, source=source))
    if spacing is not None:
        source = "PhysicalDeltaY, PhysicalDeltaX of the first two-dimensional region in cm, x 10"
        provenance = Provenance(sequence.keyword, sequence.tag_text, source=source)
        extract.put(_SPACING_KEY, spacing, provenance)


def _spacing_mm(region: Attributes) -> tuple[float, float] | None:
    """Give row and column spacing in mm; the sign of a delta is its direction."""
    is_calibrated = (
        _number_of(region, _FORMAT) == _TWO_DIMENSIONAL
        and _number_of(region, _UNITS_X) == _CENTIMETRES
        and _number_of(region, _UNITS_Y) == _CENTIMETRES
    )
    row, column = _number_of(region, _DELTA_Y), _number_of(region, _DELTA_X)
    if not is_calibrated or not row or not column:
        return None
    return float(f"{abs(row) * 10:.6g}"), float(f"{abs(column) * 10:.6g}")


def _number_of(region: Attributes, parameter: Parameter) -> float | None:
    reading = typed_reading(region.read(parameter.attribute), parameter)
    return float(reading.values[0]) if isinstance(reading, Present) else None


_OF_REGIONS = Rule(
    (_REGIONS_KEY, _SPACING_KEY),
    ("RegionDataType", "RegionSpatialFormat", "PhysicalUnitsXDirection", "PhysicalDeltaX", "PhysicalDeltaY"),
    "kinds of data shown; row and column spacing of the first two-dimensional region in cm, x 10",
    "C.8.5.5",
    derive_regions,
)

US = Modality(PARAMETERS, (FRAME_RATE, _OF_REGIONS))
