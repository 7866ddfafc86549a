"""What differs between two uploads, pair by pair."""

import itertools
from collections.abc import Mapping

from msgspec import Struct

from api.dashboard.views.quantities import write_number, write_value
from api.dashboard.views.results import SeriesSpot, ShownComparison, ShownDifference, ShownPair, ShownPlace
from api.dashboard.views.series_card import Picture
from api.dashboard.wording import GROUPS, MODALITIES, SIDE_WORDS, count
from shared.dicom.values import Value
from shared.jobs.parameters import SIDES

NOT_STATED = "not stated"
"""Stands where the files of a side do not tell a quantity."""


class DifferenceRow(Struct, frozen=True):
    """One quantity with both values in words, and the change where both are numbers."""

    name: str
    before: str
    after: str
    change: str


class DifferenceGroup(Struct, frozen=True):
    """Differences that matter for the same thing."""

    name: str
    rows: tuple[DifferenceRow, ...]


class PairedSeries(Struct, frozen=True):
    """A series of a pair: its side in words, its name, and its picture where both of the pair have one."""

    words: str
    name: str
    picture: Picture | None


class PairView(Struct, frozen=True):
    """Two series and their differences."""

    title: str
    sides: tuple[PairedSeries, ...]
    same: str
    groups: tuple[DifferenceGroup, ...]


class ComparisonView(Struct, frozen=True):
    """All pairs, and the series without a counterpart."""

    pairs: tuple[PairView, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def view_comparison(comparison: ShownComparison, pictures: Mapping[SeriesSpot, tuple[Picture, ...]]) -> ComparisonView:
    """Build the view of a comparison."""
    pairs = tuple(
        PairView(
            title=f"Pair {number} of {len(comparison.pairs)}",
            sides=_side_by_side(pair, pictures),
            same=count(pair.same, "quantity is the same", "quantities are the same"),
            groups=tuple(
                DifferenceGroup(GROUPS.get(group, group), tuple(map(_row, differences)))
                for group, differences in itertools.groupby(pair.differences, key=lambda one: one.group)
            ),
        )
        for number, pair in enumerate(comparison.pairs, start=1)
    )
    unmatched = comparison.unmatched
    return ComparisonView(pairs, tuple(map(_name, unmatched.baseline)), tuple(map(_name, unmatched.followup)))


def _row(one: ShownDifference) -> DifferenceRow:
    return DifferenceRow(
        one.label[:1].upper() + one.label[1:],
        _side(one.baseline, one.unit),
        _side(one.followup, one.unit),
        "" if one.change is None else _side(one.change, one.unit, sign="+" if one.change > 0 else ""),
    )


def _side_by_side(pair: ShownPair, pictures: Mapping[SeriesSpot, tuple[Picture, ...]]) -> tuple[PairedSeries, ...]:
    """Name both series, with the first picture of each where none would stand alone."""
    placed = tuple(zip(SIDES, (pair.baseline, pair.followup), strict=True))
    shown = [pictures.get((side, place.study, place.series), ()) for side, place in placed]
    return tuple(
        PairedSeries(SIDE_WORDS[side], _name(place), own[0] if all(shown) else None)
        for (side, place), own in zip(placed, shown, strict=True)
    )


def _side(value: Value | None, unit: str | None, *, sign: str = "") -> str:
    if value is None:
        return NOT_STATED
    if sign and isinstance(value, float):
        return f"{sign}{write_number(value)} {unit or ''}".rstrip()
    return write_value(value, unit)


def _name(place: ShownPlace) -> str:
    number = "" if place.series_number is None else f"Series {place.series_number}, "
    kind = MODALITIES.get(place.modality, place.modality)
    return f"{number}{kind} of {count(place.instance_count, 'file', 'files')}"
