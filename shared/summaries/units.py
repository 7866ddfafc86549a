"""The units a text may use, with what they amount to in the unit of the facts."""

import re

from msgspec import Struct


class Unit(Struct, frozen=True):
    """A unit of the facts, and the factor from a text's unit to it."""

    name: str
    factor: float = 1.0


_UNITS: tuple[tuple[str, Unit], ...] = (
    (r"mgy\s?[·*.\- ]?\s?cm|milligray[- ]centimet(?:re|er)s?", Unit("mGy·cm")),
    (r"gy[·*.\- ]?\s?cm", Unit("mGy·cm", 1000)),
    (r"gy\s?[·*.]?\s?cm(?:²|2|\^2)|gray[- ]square centimet(?:re|er)s?", Unit("Gy·cm²")),
    (r"dgy\s?[·*.]?\s?cm(?:²|2)", Unit("Gy·cm²", 0.1)),
    (r"cgy\s?[·*.]?\s?cm(?:²|2)", Unit("Gy·cm²", 0.01)),
    (r"mgy\s?[·*.]?\s?cm(?:²|2)", Unit("Gy·cm²", 0.001)),
    (r"[µμ]?gy\s?[·*.]?\s?m(?:²|2)", Unit("Gy·m²")),
    (r"s/mm(?:²|2|\^2)", Unit("s/mm²")),
    (r"hz/(?:px|pixel)|hertz per pixel", Unit("Hz/px")),
    (r"frames? (?:per|a) second|fps|frames/s", Unit("frames/s")),
    (r"m/s|met(?:re|er)s per second", Unit("cm/s", 100)),
    (r"cm/s|centimet(?:re|er)s per second", Unit("cm/s")),
    (r"mm/s|millimet(?:re|er)s per second", Unit("mm/s")),
    (r"ml/s|millilit(?:re|er)s per second", Unit("ml/s")),
    (r"w/kg|watts? per kilogram", Unit("W/kg")),
    (r"bpm|beats? (?:per|a) minute|beats/min(?:ute)?|times (?:per|a) minute", Unit("bpm")),
    (r"mm|millimet(?:re|er)s?", Unit("mm")),
    (r"cm|centimet(?:re|er)s?", Unit("mm", 10)),
    (r"metres?|meters?|m", Unit("mm", 1000)),
    (r"ms|milliseconds?|msec", Unit("ms")),
    (r"seconds?|sec|s", Unit("ms", 1000)),
    (r"minutes?|min", Unit("ms", 60_000)),
    (r"hours?|days?|weeks?|months?|years?", Unit("calendar")),
    (r"%|percent|per cent", Unit("%")),
    (r"kvp?|kilovolts?", Unit("kV")),
    (r"mas|milliamp(?:ere)?[- ]seconds?", Unit("mAs")),
    (r"ma|milliamp(?:ere)?s?", Unit("mA")),
    (r"mgy|milligrays?", Unit("mGy")),
    (r"gy|grays?", Unit("mGy", 1000)),
    (r"msv|millisieverts?", Unit("mSv")),
    (r"t|tesla", Unit("T")),
    (r"°|degrees?", Unit("°")),
    (r"hz|hertz|(?:samples|values|times|measurements|points) (?:per|a|every|each) second", Unit("Hz")),
    (r"khz|kilohertz", Unit("Hz", 1e3)),
    (r"mhz|megahertz", Unit("Hz", 1e6)),
    (r"mg/ml|milligrams? per millilit(?:re|er)", Unit("mg/ml")),
    (r"kev|kiloelectronvolts?", Unit("keV")),
    (r"bytes?", Unit("kB", 1e-3)),
    (r"kb|kilobytes?", Unit("kB")),
    (r"mb|megabytes?", Unit("kB", 1e3)),
    (r"gb|gigabytes?", Unit("kB", 1e6)),
    (r"ml|millilit(?:re|er)s?", Unit("ml")),
    (r"bq|becquerels?", Unit("MBq", 1e-6)),
    (r"kbq|kilobecquerels?", Unit("MBq", 1e-3)),
    (r"mbq|megabecquerels?", Unit("MBq")),
    (r"gbq|gigabecquerels?", Unit("MBq", 1e3)),
    (r"mci|millicuries?", Unit("MBq", 37)),
    (r"newtons?|n", Unit("N")),
    (r"kg|kilograms?|pounds?|lbs?", Unit("kg")),
)

_COUNTED: tuple[tuple[str, Unit], ...] = (
    (r"picture points?|pixels?", Unit("pixels")),
    (r"time points?", Unit("time points")),
    (r"time slots?", Unit("time slots")),
    (r"images?|pictures?(?! points?)|frames?", Unit("images")),
    (r"slices?|(?:cross-)?sections?|slice positions?", Unit("slices")),
    (r"series", Unit("series")),
    (r"phases?", Unit("phases")),
    (r"stud(?:y|ies)", Unit("studies")),
    (r"exposures?|irradiation events?", Unit("exposures")),
    (r"stacks?", Unit("stacks")),
    (r"channels?|leads?", Unit("channels")),
    (r"structures?|organs?|segments?|regions?", Unit("structures")),
    (r"contours?", Unit("contours")),
    (r"beams?", Unit("beams")),
    (r"fractions?", Unit("fractions")),
    (r"entr(?:y|ies)", Unit("entries")),
    (r"measurements?|measured values?", Unit("measurements")),
    (r"planes?", Unit("planes")),
    (r"objects?", Unit("objects")),
    (r"surfaces?", Unit("surfaces")),
    (r"points?", Unit("points")),
    (r"drawings?", Unit("drawings")),
    (r"energy windows?", Unit("energy windows")),
    (r"detectors?", Unit("detectors")),
    (r"registrations?", Unit("registrations")),
    (r"mappings?", Unit("mappings")),
    (r"scans?|examinations?|files?|coils?|patients?|views?|vessels?", Unit("things")),
)

_ENDS = r"(?![\w/²])"
_ADJACENT = [(re.compile(rf"[\s\-]?(?:{pattern}){_ENDS}", re.IGNORECASE), unit) for pattern, unit in _UNITS]
_AFTER_WORDS = [
    (re.compile(rf"[\s\-]?(?:(?:\([^)0-9]*\)|[A-Za-z\-]+)\s+){{0,4}}?(?:{pattern}){_ENDS}", re.IGNORECASE), unit)
    for pattern, unit in _COUNTED
]

COUNTS = frozenset(unit.name for _, unit in _COUNTED)
"""Units of things that are counted and therefore exact."""


def find_unit(text: str) -> tuple[Unit, int] | None:
    """Find the unit of a number.

    Parameters
    ----------
    text
        What follows the number; a counted noun may stand a few adjectives further on.

    Returns
    -------
    tuple of Unit and int, or None
        The unit and where it ends.
    """
    adjacent = [(found.end(), unit) for pattern, unit in _ADJACENT if (found := pattern.match(text))]
    if adjacent:
        end, unit = max(adjacent, key=lambda pair: pair[0])
        return unit, end
    counted = [(found.end(), unit) for pattern, unit in _AFTER_WORDS if (found := pattern.match(text))]
    if counted:
        end, unit = min(counted, key=lambda pair: pair[0])
        return unit, end
    return None
