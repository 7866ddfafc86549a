"""What a result shows to a reader who may not see identity: numbers, codes, checked words, no text of the file's own.

An allow-list, so that a block nobody thought of here is withheld and not shown. What is left out is named in
``withheld``: a withheld value is not an absent one.

References
----------
PS3.15 Table E.1-1: descriptions, protocol and institution names are removed (X, Z, D), dates are emptied (Z); Modality,
Manufacturer, Model Name, Software Versions, Body Part Examined and Convolution Kernel are kept by the basic profile.
Unique identifiers stay: a reader needs them to tell one series from another, and they lead to a person only inside the
archive that the person's images are in.
"""

import re
from collections.abc import Iterator

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""A JSON value."""

_STUDY, _SERIES = "studies", "studies.series"

SHOWN_TEXT = frozenset(
    {
        *(f"metadata.{key}" for key in ("modality", "body_part", "manufacturer", "manufacturer_model")),
        *(f"metadata.{key}" for key in ("pixel_spacing", "slice_thickness", "trigger_delay", "cardiac_trigger")),
        *(f"metadata.{key}" for key in ("cardiac_phase_percent", "heart_rate")),
        *(f"{_STUDY}.{key}" for key in ("study_instance_uid", "modalities")),
        *(f"{_SERIES}.{key}" for key in ("series_instance_uid", "modality", "body_part", "laterality")),
        f"{_SERIES}.patient_position",
        *(f"{_SERIES}.equipment.{key}" for key in ("manufacturer", "model", "software_versions")),
        *(f"{_SERIES}.image.{key}" for key in ("photometric_interpretation", "burned_in_annotation")),
        *(f"{_SERIES}.acquisition.{key}" for key in ("exposure_modulation_type", "convolution_kernel", "filter_type")),
        *(f"{_SERIES}.acquisition.{key}" for key in ("scan_options", "scanning_sequence", "sequence_variant")),
        *(f"{_SERIES}.acquisition.{key}" for key in ("imaged_nucleus",)),
        f"{_SERIES}.geometry.stacks.plane",
        f"{_SERIES}.instances.sop_instance_uid",
        "summary",
    }
)
"""Places whose text is shown: coded terms, product names, unique identifiers, and words that are our own."""

SHOWN_BLOCKS = (
    f"{_STUDY}.warnings.",
    f"{_SERIES}.warnings.",
    f"{_SERIES}.unreadable.",
    f"{_SERIES}.sop_class.",
    f"{_SERIES}.transfer_syntaxes.",
    f"{_SERIES}.cardiac.",
    f"{_SERIES}.respiratory.",
    "summary_detail.",
    "comparison.",
)
"""Blocks in which every text is a coded term of the standard or of this service.

A comparison names its quantities in words of our own, and compares only what may be shown of a series; a test says so.
"""

_SIDES = re.compile(r"^(baseline|followup)\.")
"""Each side of a comparison is a result of its own, by the same rules."""

SHOWN_RAW = ("geometry.", "cardiac.")
"""Blocks whose values all are numbers or coded terms, and with them the raw text that they were read from."""

_PROVENANCE = f"{_SERIES}.provenance"


def withhold(result: dict[str, Json]) -> dict[str, Json]:
    """Give a result without what could identify a patient.

    Parameters
    ----------
    result
        The result as the wire contract has it, as parsed JSON; it is not changed.

    Returns
    -------
    dict
        The same without the places that are withheld; where there are any, ``withheld`` lists them, each once,
        ``[]`` standing for every entry of a list.
    """
    left_out: dict[str, None] = {}
    shown = dict(_shown_members(result, "", left_out))
    if left_out:
        shown["withheld"] = list(left_out)
    return shown


def _shown_members(block: dict[str, Json], place: str, left_out: dict[str, None]) -> Iterator[tuple[str, Json]]:
    for key, value in block.items():
        path = f"{place}.{key}" if place else key
        if _rule(path) == _PROVENANCE and isinstance(value, dict):
            yield key, {name: _shown_provenance(name, entry, block, path, left_out) for name, entry in value.items()}
        elif _is_shown(value, path) and not _is_of_patient(key, path):
            yield key, _shown(value, path, left_out)
        else:
            left_out[_written(path)] = None


def _shown(value: Json, path: str, left_out: dict[str, None]) -> Json:
    if isinstance(value, dict):
        return dict(_shown_members(value, path, left_out))
    if isinstance(value, list):
        return [_shown(entry, path, left_out) for entry in value]
    return value


def _is_shown(value: Json, path: str) -> bool:
    """Whether a value may be shown, or looked into."""
    if isinstance(value, list):
        return all(_is_shown(entry, path) for entry in value)
    rule = _rule(path)
    return not isinstance(value, str) or rule in SHOWN_TEXT or rule.startswith(SHOWN_BLOCKS)


def _is_of_patient(key: str, path: str) -> bool:
    """Whether a place describes the person, whatever type it has; how the person lay is no such thing."""
    return (key == "patient" or key.startswith("patient_")) and _rule(path) not in SHOWN_TEXT


def _rule(path: str) -> str:
    """Give the place by which a place is judged: that of a result with one side."""
    return _SIDES.sub("", path)


def _shown_provenance(name: str, entry: Json, series: dict[str, Json], path: str, left_out: dict[str, None]) -> Json:
    """Give where a value was read, and its raw text only where the value itself is shown."""
    assert isinstance(entry, dict)
    value: Json = series
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if name.startswith(SHOWN_RAW) or (value is not None and _is_shown(value, f"{_SERIES}.{name}")):
        return entry
    if "raw" in entry:
        left_out[f"{_written(path)}.raw"] = None
    return {key: text for key, text in entry.items() if key != "raw"}


def _written(path: str) -> str:
    """Write a place the way a reader writes it."""
    for name in ("studies", "series", "stacks", "instances"):
        path = path.replace(f"{name}.", f"{name}[].", 1) if f"{name}." in path else path
    return path
