"""What differs between two uploads, pair by pair."""

from msgspec import Struct

from api.dashboard.views.quantities import write_number, write_value
from api.dashboard.views.results import ShownComparison, ShownPlace
from api.dashboard.wording import MODALITIES, count
from shared.dicom.values import Value


class DifferenceRow(Struct, frozen=True):
    """One quantity with both values; empty where a side does not state it."""

    name: str
    before: str
    after: str
    change: str


class PairView(Struct, frozen=True):
    """Two series and their differences."""

    title: str
    same: str
    rows: tuple[DifferenceRow, ...]


class ComparisonView(Struct, frozen=True):
    """All pairs, and the series without a counterpart."""

    pairs: tuple[PairView, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def view_comparison(comparison: ShownComparison) -> ComparisonView:
    """Build the view of a comparison."""
    pairs = tuple(
        PairView(
            f"{_name(pair.baseline)} and {_name(pair.followup)}",
            count(pair.same, "quantity is the same", "quantities are the same"),
            tuple(
                DifferenceRow(
                    one.label[:1].upper() + one.label[1:],
                    _side(one.baseline, one.unit),
                    _side(one.followup, one.unit),
                    "" if one.change is None else _side(one.change, one.unit, sign="+" if one.change > 0 else ""),
                )
                for one in pair.differences
            ),
        )
        for pair in comparison.pairs
    )
    unmatched = comparison.unmatched
    return ComparisonView(pairs, tuple(map(_name, unmatched.baseline)), tuple(map(_name, unmatched.followup)))


def _side(value: Value | None, unit: str | None, *, sign: str = "") -> str:
    if value is None:
        return ""
    if sign and isinstance(value, float):
        return f"{sign}{write_number(value)} {unit or ''}".rstrip()
    return write_value(value, unit)


def _name(place: ShownPlace) -> str:
    number = "" if place.series_number is None else f"series {place.series_number}, "
    kind = MODALITIES.get(place.modality, place.modality)
    return f"{number}{kind} of {count(place.instance_count, 'object', 'objects')}"
