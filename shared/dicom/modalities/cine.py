"""Frame rates of multi-frame objects: PS3.3 C.7.6.5 (Cine) and C.7.6.6 (Multi-frame)."""

from shared.dicom.attributes import Attributes, Invalid, Present, standard_attribute
from shared.dicom.modalities.modality import Rule
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance

CINE: tuple[Parameter, ...] = (
    Parameter("acquisition.frame_time_ms", "FrameTime", Kind.NUMBER, least=0, section="C.7.6.5"),
    Parameter("acquisition.cine_rate_fps", "CineRate", Kind.INTEGER, least=0, section="C.7.6.5"),
    Parameter(
        "acquisition.recommended_display_rate_fps",
        "RecommendedDisplayFrameRate",
        Kind.INTEGER,
        least=0,
        section="C.7.6.5",
    ),
)
"""Frame time and display rates."""

_RATE_KEY = "acquisition.frame_rate_fps"
_TIME = Parameter(_RATE_KEY, "FrameTime", Kind.NUMBER, least=0)
_VECTOR = Parameter(_RATE_KEY, "FrameTimeVector", Kind.NUMBERS, least=0)
_POINTER = standard_attribute("FrameIncrementPointer")


def axes_of(attributes: Attributes, keywords: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of the keywords that FrameIncrementPointer (0028,0009) names, in its order."""
    reading = attributes.read(_POINTER)
    if not isinstance(reading, Present):
        return ()
    known = {standard_attribute(keyword).tag_text: keyword for keyword in keywords}
    return tuple(known[str(tag)] for tag in reading.values if tag in known)


def derive_frame_rate(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Give the frames per second at which frames were taken: 1000 / frame time, or by the mean of the time vector.

    FrameIncrementPointer decides between the two; without it the frame time is taken, then the vector.
    """
    del sop_class
    named = axes_of(attributes, ("FrameTime", "FrameTimeVector"))
    for parameter in (_TIME, _VECTOR):
        if named and parameter.keyword not in named:
            continue
        reading = typed_reading(attributes.read(parameter.attribute), parameter)
        if isinstance(reading, Invalid):
            continue  # the table says of a frame time what is wrong with it
        if isinstance(reading, Present):
            # The first of a vector is the time before the first frame and is zero.
            steps = [float(value) for value in reading.values][1 if parameter is _VECTOR else 0 :]
            mean = sum(steps) / len(steps) if steps else 0
            if mean > 0:
                _put_rate(extract, parameter, reading, mean)
                return


def _put_rate(extract: Extract, parameter: Parameter, reading: Present, mean_ms: float) -> None:
    source = "1000 / FrameTime" if parameter is _TIME else "1000 / mean of FrameTimeVector"
    attribute = parameter.attribute
    raw = reading.raw if parameter is _TIME else None
    extract.put(_RATE_KEY, round(1000 / mean_ms, 3), Provenance(attribute.keyword, attribute.tag_text, raw, source))


FRAME_RATE = Rule(
    (_RATE_KEY,),
    ("FrameIncrementPointer", "FrameTime", "FrameTimeVector"),
    "1000 / frame time, or by the mean of the vector, whichever the pointer names",
    "C.7.6.5, C.7.6.6",
    derive_frame_rate,
)
"""Frames per second at which frames were taken."""
