"""How values and keys of the result are written for people: units out of the key, ranges, short numbers."""

from collections.abc import Sequence
from datetime import date

from shared.dicom.values import Varying

UNITS: dict[str, str] = {
    "_mgy_cm": "mGy·cm",
    "_s_mm2": "s/mm²",
    "_mm": "mm",
    "_ms": "ms",
    "_kv": "kV",
    "_mas": "mAs",
    "_ma": "mA",
    "_mgy": "mGy",
    "_deg": "°",
    "_hz": "Hz",
    "_bpm": "beats per minute",
    "_percent": "%",
    "_t": "T",
    "_s": "s",
}
"""End of a key to the unit that is printed; longer ends first."""

_UPPER = {"ctdi": "CTDI", "vol": "vol", "kvp": "tube voltage", "rr": "R-R", "uid": "UID", "sop": "SOP", "dlp": "DLP"}


def unit_of(key: str) -> str | None:
    """Give the unit that a key of the result states."""
    return next((unit for end, unit in UNITS.items() if key.endswith(end)), None)


def name_of(key: str) -> str:
    """Write a key of the result as words, without its unit."""
    last = key.rsplit(".", 1)[-1]
    end = next((end for end in UNITS if last.endswith(end)), "")
    words = [_UPPER.get(word, word) for word in last.removesuffix(end).split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def write_number(number: float) -> str:
    """Write a number with at most four decimals and without trailing zeros."""
    return str(number) if isinstance(number, int) else f"{number:.4f}".rstrip("0").rstrip(".")


def write_value(value: object, unit: str | None = None) -> str:
    """Write a value of the result; a varying quantity as its range, several values with commas."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int() | float():
            text = write_number(value)
        case Varying(low, high) | {"min": low, "max": high}:
            text = f"{write_value(low)} to {write_value(high)}"
        case Sequence():
            text = ", ".join(write_value(part) for part in value)
        case _:
            text = str(value)
    return _with_unit(text, unit)


def write_date(day: str) -> str:
    """Write a date of the result (``2026-01-31``) for people; one of another form as it is."""
    try:
        return date.fromisoformat(day).strftime("%-d %B %Y")
    except ValueError:
        return day


def _with_unit(text: str, unit: str | None) -> str:
    if unit is None:
        return text
    return f"{text}{unit}" if unit == "°" else f"{text} {unit}"
