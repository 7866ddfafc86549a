"""Two uploads side by side: which series belong together, and in what they differ.

Series are paired by a fixed rule. Both must have the same modality and the same role (images, planning images, other
objects). Of all such pairs the one that agrees in most is taken first, then the next among what is left. Agreement
counts, in falling weight: body part, plane, reconstruction kernel, cardiac phase; what one of them does not state
counts for nothing. Equal agreement is decided by how close the numbers of images are, then by the order of the result.

Nothing here reads an identity, and nothing says whether two uploads are of one person.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import product

from msgspec import Struct

from shared.dicom.comparison_quantities import QUANTITIES, Group, Quantity
from shared.dicom.series import Series
from shared.dicom.study import Study
from shared.dicom.values import Value

PHASE_TOLERANCE_PERCENT = 5.0
"""Cardiac phases that lie closer, in percent of the R-R interval, are taken for the same one."""

RELATIVE_TOLERANCE = 1e-4
"""Numbers that differ by less of themselves are the same: devices write single precision and rounded decimals."""


MAX_SERIES = 200
"""Series of one side that are paired, largest first; further ones are listed as unmatched."""


class SeriesPlace(Struct, frozen=True, omit_defaults=True):
    """A series by its place in the side's tree: ``studies[study].series[series]``, both counted from 0."""

    study: int
    series: int
    modality: str
    instance_count: int
    series_number: int | None = None


class Difference(Struct, frozen=True, omit_defaults=True):
    """One quantity that is not the same; a side that does not state it is left out.

    ``change`` is follow-up minus baseline in ``unit``, ``change_percent`` the same in percent of the baseline; both
    only where each side has one number.
    """

    key: str
    label: str
    group: Group
    baseline: Value | None = None
    followup: Value | None = None
    unit: str | None = None
    change: float | None = None
    change_percent: float | None = None


class SeriesPair(Struct, frozen=True, omit_defaults=True):
    """Two series that were compared, what they agree in, and their differences in the order of the groups."""

    baseline: SeriesPlace
    followup: SeriesPlace
    matched_by: tuple[str, ...]
    same: int
    differences: tuple[Difference, ...] = ()


class Unmatched(Struct, frozen=True):
    """Series without a counterpart on the other side."""

    baseline: tuple[SeriesPlace, ...]
    followup: tuple[SeriesPlace, ...]


class Comparison(Struct, frozen=True):
    """The comparison of two uploads; the pair with the most images comes first."""

    pairs: tuple[SeriesPair, ...]
    unmatched: Unmatched
    difference_count: int


class _Placed(Struct, frozen=True):
    place: SeriesPlace
    series: Series


def compare_studies(baseline: Sequence[Study], followup: Sequence[Study]) -> Comparison:
    """Compare two uploads.

    Parameters
    ----------
    baseline, followup
        The typed tree of each side; at least one study each.
    """
    before, after = _placed(baseline), _placed(followup)
    candidates = [pair for pair in product(_largest(before), _largest(after)) if _may_match(*pair)]
    candidates.sort(
        key=lambda pair: _closeness(pair[0].series, pair[1].series), reverse=True
    )  # equals keep their order
    pairs: list[SeriesPair] = []
    paired: set[tuple[str, SeriesPlace]] = set()
    for one, other in candidates:
        both = {("baseline", one.place), ("followup", other.place)}
        if not both & paired:
            pairs.append(_compare(one, other))
            paired |= both
    pairs.sort(key=lambda pair: -pair.baseline.instance_count - pair.followup.instance_count)
    unmatched = Unmatched(
        tuple(one.place for one in before if ("baseline", one.place) not in paired),
        tuple(one.place for one in after if ("followup", one.place) not in paired),
    )
    return Comparison(tuple(pairs), unmatched, sum(len(pair.differences) for pair in pairs))


def _placed(studies: Sequence[Study]) -> list[_Placed]:
    return [
        _Placed(SeriesPlace(number, place, series.modality, series.instance_count, series.series_number), series)
        for number, study in enumerate(studies)
        for place, series in enumerate(study.series)
    ]


def _largest(placed: list[_Placed]) -> list[_Placed]:
    return sorted(placed, key=lambda one: -one.place.instance_count)[:MAX_SERIES]


def _may_match(one: _Placed, other: _Placed) -> bool:
    return _role(one.series) == _role(other.series)


def _role(series: Series) -> tuple[str, bool, bool]:
    return series.modality, series.is_localizer, series.has_block


def _closeness(one: Series, other: Series) -> tuple[tuple[bool, ...], float]:
    agreed = _agreement(one, other)
    by_weight = tuple(name in agreed for name in _CRITERIA)
    return by_weight, -abs(math.log(one.instance_count / other.instance_count))


_CRITERIA = {
    "body_part": Quantity("body_part", "body part", Group.PROTOCOL),
    "plane": Quantity("geometry.plane", "plane", Group.GEOMETRY),
    "kernel": Quantity("acquisition.convolution_kernel", "reconstruction kernel", Group.PROTOCOL),
    "phase": Quantity("cardiac.phase_percent", "cardiac phase", Group.CARDIAC_TIMING),
}
"""What series are paired by besides modality and role, in falling weight."""


def _agreement(one: Series, other: Series) -> tuple[str, ...]:
    """Name the criteria in which two series agree."""
    return tuple(name for name, quantity in _CRITERIA.items() if _agrees(quantity.read(one), quantity.read(other)))


def _agrees(one: Value | None, other: Value | None) -> bool:
    """Tell whether a criterion is the same; the only one that is a number is the phase."""
    numbers = _number(one), _number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return abs(numbers[0] - numbers[1]) <= PHASE_TOLERANCE_PERCENT
    return one is not None and one == other


def _compare(one: _Placed, other: _Placed) -> SeriesPair:
    told = list(_differences(one.series, other.series))
    differences = tuple(difference for difference in told if difference is not None)
    return SeriesPair(
        baseline=one.place,
        followup=other.place,
        matched_by=("modality", *_agreement(one.series, other.series)),
        same=len(told) - len(differences),
        differences=differences,
    )


def _differences(one: Series, other: Series) -> Iterator[Difference | None]:
    """Give the difference of each quantity that at least one series states; None where it is the same."""
    for quantity in QUANTITIES:
        before, after = quantity.read(one), quantity.read(other)
        if before is None and after is None:
            continue
        yield None if is_same(before, after) else _difference(quantity, before, after)


def _difference(quantity: Quantity, before: Value | None, after: Value | None) -> Difference:
    change, percent = None, None
    numbers = _number(before), _number(after)
    if numbers[0] is not None and numbers[1] is not None:
        difference = numbers[1] - numbers[0]
        change = _tidy(difference)
        percent = _tidy(difference / abs(numbers[0]) * 100) if numbers[0] else None
    return Difference(
        key=quantity.key,
        label=quantity.label,
        group=quantity.group,
        baseline=before,
        followup=after,
        unit=quantity.unit,
        change=change,
        change_percent=percent,
    )


def is_same(one: Value | None, other: Value | None) -> bool:
    """Tell whether two values mean the same; numbers within the tolerance, lists value by value."""
    numbers = _number(one), _number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return math.isclose(numbers[0], numbers[1], rel_tol=RELATIVE_TOLERANCE)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def _number(value: Value | None) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _tidy(number: float) -> float:
    """Round away what binary fractions add: 2.4 - 2.5 is -0.1."""
    return round(number, 6)
