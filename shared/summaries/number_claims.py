"""Numbers in a text: found with their unit, and held against the facts that the sentence cites.

A number may be rounded, never changed: the digits shown must be the fact's own digits rounded, within eight percent.
Counts are exact unless the text says "about" or "more than".
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from shared.summaries.units import COUNTS, Unit, find_unit

ROUNDING_SHARE = 0.08
"""Largest share by which rounding may move a number: 0.65 to 0.7 is rounding, 0.6 to 1 is not."""

ABOUT_SHARE = 0.1
"""Largest share that "about" covers."""

BEYOND_SHARE = 0.25
"""Largest share by which a fact may lie beyond a "more than" or "under"."""


class Comparison(StrEnum):
    """How a text relates its number to the truth."""

    EXACT = "exact"
    ABOUT = "about"
    MORE = "more"
    LESS = "less"


class Number(Struct, frozen=True):
    """A number of a text: its value, the decimals shown, its unit, its words and its place."""

    value: float
    decimals: int
    comparison: Comparison
    words: str
    start: int
    end: int
    unit: Unit | None


_UP_TO_TWENTY = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_SPELLED: dict[str, float] = {word: value for value, word in enumerate(_UP_TO_TWENTY)}
_SPELLED |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SPELLED |= {"single": 1, "half": 0.5, "dozen": 12, "hundred": 100, "thousand": 1000}

_DIGITS = re.compile(r"(?<![\w.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+")
_WORDS = re.compile(
    rf"\b(?:{'|'.join(_SPELLED)})(?:[- ](?:{'|'.join(_SPELLED)}))*\b(?: (?:and )?a half)?", re.IGNORECASE
)
_IDIOMS = re.compile(
    r"\b[1-4]-?D\b|\b(?:two|three|four)-chamber|\b[1-4][- ]chamber|\bT[12]\*?|\b(?:two|three|four)-dimensional",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s*(?:,|,? and|to|through|–|—|-|or|by|x|×|%? (?:and|to))\s*", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|close to|circa|just (?:over|under))\s+$"
)
_MORE = re.compile(r"\b(?:over|more than|above|at least|upwards of|exceeding|greater than|no (?:less|fewer) than)\s+$")
_LESS = re.compile(r"\b(?:under|less than|below|fewer than|at most|up to|no more than|smaller than)\s+$")
_NO_COUNT = re.compile(r" of\b| \w+ (?:to|and|after) (?:the next|another)\b", re.IGNORECASE)
_FRACTIONS = re.compile(
    r"\b(?:one|two|three)[- ](?:third|quarter|fifth|tenth)s?\b|\b(?:a|the) (?:third|quarter) of\b", re.IGNORECASE
)
_VAGUE = re.compile(r"\b(dozens|hundreds|thousands) of\b", re.IGNORECASE)
_VAGUE_RANGE = {"dozens": (24, 200), "hundreds": (200, 2000), "thousands": (2000, 1_000_000)}


def find_numbers(text: str) -> list[Number]:
    """Find the numbers of a sentence; spelled ones only where a unit or a counted noun follows."""
    masked = _IDIOMS.sub(lambda found: "_" * len(found[0]), text)
    numbers = [_digits(masked, found) for found in _DIGITS.finditer(masked)]
    numbers += [number for found in _WORDS.finditer(masked) if (number := _spelled(masked, found)) is not None]
    numbers.sort(key=lambda number: number.start)
    return [_with_shared_unit(masked, numbers, place) for place in range(len(numbers))]


def find_vague_counts(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Find "hundreds of" and the like with the counts they may stand for."""
    for found in _VAGUE.finditer(text):
        yield found[0], _VAGUE_RANGE[found[1].lower()]


def find_fractions(text: str) -> list[str]:
    """Find fractions in words; no fact is told as one."""
    return [found[0] for found in _FRACTIONS.finditer(text)]


def agrees(number: Number, fact: float) -> bool:
    """Tell whether a number of a text may stand for a fact, both in the fact's unit."""
    factor = number.unit.factor if number.unit else 1.0
    is_count = number.unit is not None and number.unit.name in COUNTS
    shown = 0.0 if is_count else 0.5 * 10.0**-number.decimals * factor
    least, most = _BOUNDS[number.comparison](number.value * factor, shown)
    return least - _FLOAT <= fact <= most + _FLOAT


def _exact(told: float, shown: float) -> tuple[float, float]:
    share = ROUNDING_SHARE * abs(told)
    return told - min(shown * 1.001, share), told + min(shown * 1.001, share)


_FLOAT = 1e-9
"""What floating point may lose."""

_BOUNDS: dict[Comparison, Callable[[float, float], tuple[float, float]]] = {
    Comparison.EXACT: _exact,
    Comparison.ABOUT: lambda told, _: (told * (1 - ABOUT_SHARE), told * (1 + ABOUT_SHARE)),
    Comparison.MORE: lambda told, _: (told, told * (1 + BEYOND_SHARE)),
    Comparison.LESS: lambda told, _: (told * (1 - BEYOND_SHARE), told),
}
"""Least and most that a fact may be for a told number and the half unit of its last digit."""


def _digits(text: str, found: re.Match[str]) -> Number:
    digits = found[0].replace(",", "")
    return _number(text, found, float(digits), len(digits.partition(".")[2]))


def _spelled(text: str, found: re.Match[str]) -> Number | None:
    total = 0.0
    for word in re.findall(r"[a-z]+", found[0].lower()):
        value = _SPELLED.get(word, 0)
        if value >= 100:
            total = max(total, 1) * value
        elif word not in {"and", "a"}:
            total += value
    if _NO_COUNT.match(text, found.end()):
        return None
    number = _number(text, found, total, 0 if total == int(total) else 1)
    return number if number.unit is not None else None


def _number(text: str, found: re.Match[str], value: float, decimals: int) -> Number:
    rest = text[found.end() :]
    article = re.match(r"\s+an?(?=\s)", rest)
    unit = find_unit(rest[article.end() :] if article else rest)
    end = found.end() + (unit[1] + (article.end() if article else 0) if unit else 0)
    before = text[: found.start()].lower()
    return Number(value, decimals, _comparison(before), text[found.start() : end], found.start(), end, unit and unit[0])


def _comparison(before: str) -> Comparison:
    for pattern, comparison in ((_MORE, Comparison.MORE), (_LESS, Comparison.LESS), (_ABOUT, Comparison.ABOUT)):
        if pattern.search(before):
            return comparison
    return Comparison.EXACT


def _with_shared_unit(text: str, numbers: list[Number], place: int) -> Number:
    """Give a number without unit the unit of the next one it is joined to: ``68 to 76 bpm``."""
    number = numbers[place]
    if number.unit is not None or place + 1 == len(numbers):
        return number
    following = _with_shared_unit(text, numbers, place + 1)
    joined = _JOINS.fullmatch(text[number.end : following.start])
    return replace(number, unit=following.unit) if joined else number
