"""Every header as DICOM JSON beside what DCMTK's tool dcm2json makes of the same file."""

import json
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from shared.dicom.reading import read_header
from shared.errors import DataError
from shared.formats.dicom_json import BULK, write_dicom_json

COMMAND = "dcm2json"

Json = dict[str, Any]  # Any: JSON as a client reads it

_PIXELS = "7FE00000"


class JsonComparison(Struct):
    """What was compared so far; a difference is a file and a path of tags, never a value."""

    files: int = 0
    values: int = 0
    differences: tuple[tuple[str, str], ...] = ()


def compare_json(paths: list[Path]) -> JsonComparison:
    """Compare every file that both readers read."""
    total = JsonComparison()
    for path in paths:
        theirs = _read_theirs(path)
        try:
            with path.open("rb") as source:
                header = read_header(source, length=path.stat().st_size)
        except DataError:
            continue
        if theirs is None:
            continue
        written = write_dicom_json(header.attributes, include_identity=True).document
        mine = json.loads(json.dumps(written, allow_nan=False))
        total.files += 1
        total.differences += tuple((path.name, place) for place in _differences(mine, theirs, "", total))
    return total


def _read_theirs(path: Path) -> Json | None:
    """Give DCMTK's document; None where it fails, as it does for many character sets, or where it is not UTF-8."""
    done = subprocess.run([COMMAND, "-q", "-fc", str(path)], capture_output=True, check=False, timeout=60)
    try:
        theirs: Json = json.loads(done.stdout)
    except ValueError:
        return None
    return theirs


def _differences(mine: Json, theirs: Json, place: str, total: JsonComparison) -> Iterator[str]:
    for tag in sorted(mine.keys() | theirs.keys()):
        one, other = mine.get(tag), theirs.get(tag)
        is_bulk = other is not None and (other["vr"] in BULK or "InlineBinary" in other)
        if is_bulk or tag.endswith("0000") or tag >= _PIXELS:
            continue
        if one is None or other is None or one["vr"] != other["vr"]:
            yield place + tag
            continue
        values, expected = one.get("Value", []), other.get("Value", [])
        total.values += 1
        if len(values) != len(expected):
            yield place + tag
        elif one["vr"] == "SQ":
            for item, their_item in zip(values, expected, strict=True):
                yield from _differences(item, their_item, f"{place}{tag}.", total)
        elif not all(_is_same(value, their, one["vr"]) for value, their in zip(values, expected, strict=True)):
            yield place + tag


def _is_same(value: object, their: object, vr: str) -> bool:
    if value == their or vr != "FL":
        return value == their
    # DCMTK writes more digits than a number of four bytes has.
    return (
        isinstance(value, float) and isinstance(their, float) and struct.pack("<f", value) == struct.pack("<f", their)
    )
