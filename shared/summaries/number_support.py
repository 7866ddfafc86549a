"""Which fact a number of a text may stand for: by its unit, and by what the words around it say it is."""

import re

from shared.summaries.evidence import Evidence
from shared.summaries.number_claims import Number, agrees

_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"thick(?:ness)?", ("slice_thickness_mm", "segment_thicknesses_mm", "body_part_thickness_mm")),
    (r"apart|spac(?:ed|ing)|every", ("slice_spacing_mm", "pixel_spacing_mm", "imager_pixel_spacing_mm")),
    (r"delay|after the (?:r|start|peak)", ("trigger_delay_ms",)),
    (
        r"r-r|from one beat to the next|beat(?:s)? (?:lasts?|lasting)|heartbeat lasting",
        ("rr_interval_ms", "phase_percent", "phases_percent"),
    ),
    (r"echo time", ("echo_time_ms",)),
    (r"repetition", ("repetition_time_ms",)),
    (r"inversion", ("inversion_time_ms",)),
    (r"temporal resolution|time window|per image", ("temporal_resolution_ms", "frame_duration_ms")),
    (r"heart rate|pulse", ("heart_rate_bpm", "heart_rate_bpm.min", "heart_rate_bpm.max")),
    (r"missing", ("missing_slices",)),
)
_ROLE_UNITS = {"mm", "ms", "%", "bpm", "slices"}

_UNITLESS: dict[str, str] = {
    "pitch": "pitch",
    "echo_train_length": "echo train",
    "number_of_averages": "average",
    "parallel_reduction_factor": "acceleration|parallel",
    "mechanical_index": "mechanical index",
    "thermal_index": "thermal index",
    "bone_thermal_index": "thermal index",
    "cranial_thermal_index": "thermal index",
    "magnification": "magnif",
    "magnification_factor": "magnif",
    "exposure_index": "exposure index",
    "target_exposure_index": "target",
    "deviation_index": "deviation",
}
"""Numbers without unit by the last part of their key, with the word that must stand in the sentence."""

_COUNT_FAMILIES = {
    "images": ("images", "frames", "selected objects"),
    "objects": ("objects", "referenced objects", "selected objects"),
    "slices": ("slices",),
    "phases": ("phases", "time points", "time slots"),
    "time points": ("time points", "phases"),
}
"""Units of a text to the units of facts they may count."""

_UNIT_FACTORS = {
    "s": ("ms", 1000.0),
    "MHz": ("Hz", 1e6),
    "Gy": ("mGy", 1000.0),
    "dGy": ("mGy", 100.0),
    "dGy·cm²": ("Gy·cm²", 0.1),
    "µAs": ("mAs", 0.001),
}
"""Units of facts that are told in another unit of the same kind."""


_SIDE, _SIDE_WORD = re.compile(r"_(left|right)(?:_|$)"), re.compile(r"\b(left|right)\b", re.IGNORECASE)


def supports(number: Number, sentence: str, evidence: Evidence) -> bool:
    """Tell whether a cited fact bears a number out."""
    name = number.unit.name if number.unit is not None else None
    if name == "slices" and not any(unit == "slices" for _, _, unit in evidence.numbers()):
        name = "images"
    allowed = _COUNT_FAMILIES.get(name, (name,)) if name is not None else (None,)
    role = _role(number, sentence) if name in _ROLE_UNITS else None
    for key, value, unit in evidence.numbers():
        unit_name, factor = _UNIT_FACTORS.get(unit or "", (unit, 1.0))
        if unit_name not in allowed or (role is not None and not key.endswith(role)):
            continue
        if (unit is None and not _is_named(key, number, sentence)) or not _is_on_side(key, number, sentence):
            continue
        if agrees(number, value * factor):
            return True
    return False


def supports_vague(bounds: tuple[int, int], evidence: Evidence) -> bool:
    """Tell whether a cited count lies where a word such as "hundreds" says."""
    return any(unit in {"images", "slices"} and bounds[0] <= value < bounds[1] for _, value, unit in evidence.numbers())


def _is_named(key: str, number: Number, sentence: str) -> bool:
    """Tell whether the name nearest to a number without unit is that of the fact."""
    pattern = _UNITLESS.get(key.rpartition(".")[2])
    names = {name: _distance(name, number, sentence) for name in set(_UNITLESS.values())}
    nearest = min(names, key=lambda name: names[name])
    return pattern == nearest and names[nearest] < len(sentence)


def _distance(pattern: str, number: Number, sentence: str) -> int:
    """Give how many characters lie between a number and a word; the sentence's length where there is no such word."""
    found = re.finditer(pattern, sentence, re.IGNORECASE)
    return min((max(number.start - one.end(), one.start() - number.end) for one in found), default=len(sentence))


def _is_on_side(key: str, number: Number, sentence: str) -> bool:
    """Tell whether a fact of one side is told of that side: the first side named after the number, else before it."""
    side = _SIDE.search(key)
    if side is None:
        return True
    told = _SIDE_WORD.findall(sentence, number.end)[:1] or _SIDE_WORD.findall(sentence, 0, number.start)[-1:]
    return [word.lower() for word in told] == [side[1]]


def _role(number: Number, sentence: str) -> tuple[str, ...] | None:
    """Name the keys that the nearest words of the same clause point to; None where they point nowhere."""
    start, end = _clause(number, sentence)
    nearest: tuple[int, tuple[str, ...]] | None = None
    roles = [
        role for role in _ROLES if number.unit is None or number.unit.name != "slices" or "missing_slices" in role[1]
    ]
    for pattern, keys in roles:
        for found in re.finditer(rf"\b(?:{pattern})\b", sentence[start:end], re.IGNORECASE):
            distance = max(number.start - (start + found.end()), (start + found.start()) - number.end)
            if nearest is None or distance < nearest[0]:
                nearest = (distance, keys)
    return nearest[1] if nearest else None


def _clause(number: Number, sentence: str) -> tuple[int, int]:
    breaks = [
        0,
        *(found.end() for found in re.finditer(r"[,;:](?=\s)|\b(?:with|while|but)\b", sentence)),
        len(sentence),
    ]
    before = max(place for place in breaks if place <= number.start)
    after = min((place for place in breaks if place >= number.end), default=len(sentence))
    return before, after
