"""One fact, and the list that facts are gathered in."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.dicom.values import Value, Varying
from shared.privacy.quantities import MAX_LISTED, range_of, tidy_number, write_number, write_quantity

SINGULAR = {
    "studies": "study",
    "images": "image",
    "slices": "slice",
    "phases": "phase",
    "exposures": "exposure",
    "pixels": "pixel",
    "beams": "beam",
    "channels": "channel",
    "channel groups": "channel group",
    "contours": "contour",
    "detectors": "detector",
    "drawings": "drawing",
    "energy windows": "energy window",
    "entries": "entry",
    "fractions": "fraction",
    "mappings": "mapping",
    "measurements": "measurement",
    "objects": "object",
    "planes": "plane",
    "points": "point",
    "referenced objects": "referenced object",
    "registrations": "registration",
    "selected objects": "selected object",
    "sets of points": "set of points",
    "structures": "structure",
    "surfaces": "surface",
    "texts": "text",
}
"""Units of counts with their singular."""

FactValue = bool | int | float | str | tuple[float, ...] | tuple[str, ...]


class Fact(Struct, frozen=True, omit_defaults=True):
    """One fact: its value, how it reads (``2.5 mm``), and its unit where it is a quantity."""

    value: FactValue
    text: str
    unit: str | None = None


class FactList:
    """Gathers facts; every way in takes a value that its caller has already found in a table, or a number."""

    def __init__(self) -> None:
        self.entries: dict[str, Fact] = {}

    def put_word(self, key: str, word: str | None, text: str | None = None) -> None:
        """Keep a word of a closed table; nothing where there is none."""
        if word is not None:
            self.entries[key] = Fact(str(word), str(text or word))

    def put_words(self, key: str, words: Iterable[str]) -> None:
        """Keep several words of closed tables; nothing where there are none."""
        listed = tuple(str(word) for word in words)
        if listed:
            self.entries[key] = Fact(listed, ", ".join(listed))

    def put_flag(self, key: str, *, flag: bool | None) -> None:
        """Keep a yes or no; nothing where it is unknown."""
        if flag is not None:
            self.entries[key] = Fact(flag, "yes" if flag else "no")

    def put_count(self, key: str, count: int | None, unit: str) -> None:
        """Keep a count of things; nothing where it is unknown."""
        if count is not None:
            noun = SINGULAR.get(unit, unit) if count == 1 else unit
            self.entries[key] = Fact(count, f"{count} {noun}", unit)

    def put_quantity(self, key: str, value: Value | None, unit: str | None) -> None:
        """Keep a number, a few numbers or a range; anything else stays behind.

        A varying quantity becomes its distinct values where they are few, else ``KEY.min`` and ``KEY.max``.
        """
        match value:
            case bool() | str() | None:
                return
            case Varying():
                self._put_varying(key, value, unit)
            case tuple():
                self._put_several(key, [part for part in value if not isinstance(part, str)], unit)
            case _:
                number = tidy_number(value)
                if number is not None:
                    self.entries[key] = Fact(number, write_quantity(number, unit), unit)

    def _put_varying(self, key: str, value: Varying, unit: str | None) -> None:
        if 0 < len(value.distinct) <= MAX_LISTED:
            self._put_several(key, value.distinct, unit)
            return
        ends = range_of(value)
        if ends is not None:
            for name, end in zip(("min", "max"), ends, strict=True):
                self.entries[f"{key}.{name}"] = Fact(end, write_quantity(end, unit), unit)

    def _put_several(self, key: str, values: Sequence[float], unit: str | None) -> None:
        tidy = [number for number in map(tidy_number, values) if number is not None]
        numbers = tuple(dict.fromkeys(tidy)) if unit != "pixels" else tuple(tidy)
        if len(numbers) == 1:
            self.entries[key] = Fact(numbers[0], write_quantity(numbers[0], unit), unit)
        elif 1 < len(numbers) <= MAX_LISTED:
            listed = ", ".join(write_number(number) for number in numbers)
            self.entries[key] = Fact(numbers, f"{listed} {unit}" if unit else listed, unit)
