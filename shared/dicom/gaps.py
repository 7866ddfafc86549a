"""The distances between neighbouring slices: regular runs, holes, and where thickness or spacing changes.

A stack may be made of segments: brain protocols scan the base of the skull with thin and the rest with thick slices
under one Series Instance UID. A gap is judged by the segment it lies in, so that such a change is no hole.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

UNIFORM_SHARE = 0.01
"""Share of the spacing by which gaps of a uniform stack may differ; highdicom and Slicer use the same."""

UNIFORM_MM = 0.01
"""Differences up to this are rounding of the decimal strings that positions are written as."""

MISSING_FROM = 1.5
"""Gaps of more than this many spacings have slices missing."""

RUN_GAPS = 3
"""Equal gaps in a row that make a spacing of its own; fewer are irregularities."""


class Place(Struct, frozen=True):
    """A distinct slice position along the normal, in mm, with the images that lie there."""

    position_mm: float
    images: int = 1
    thickness_mm: float | None = None


class Run(Struct, frozen=True):
    """Neighbouring places with one thickness and spacing; ``spacing_mm`` is None for a single place."""

    places: tuple[Place, ...]
    spacing_mm: float | None

    @property
    def images(self) -> int:
        """Images of all places."""
        return sum(place.images for place in self.places)

    @property
    def thickness_mm(self) -> float | None:
        """The thickness that all places share."""
        return _common([place.thickness_mm for place in self.places])


class Spacing(Struct, frozen=True):
    """The spacing of a stack; ``runs`` are its segments, of which a plain stack has one."""

    spacing_mm: float
    is_uniform: bool
    missing: int
    runs: tuple[Run, ...]


def analyze_spacing(places: Sequence[Place]) -> Spacing | None:
    """Describe the distances between places.

    Parameters
    ----------
    places
        In ascending order of position, each position once.

    Returns
    -------
    Spacing
        ``spacing_mm`` is the median gap; None for fewer than two places. Slices that would fill the holes are counted
        in ``missing``, by the spacing of the segment around each hole.
    """
    if len(places) < 2:
        return None
    gaps = _gaps(places)
    spacing = median(gaps)
    runs = tuple(run for part in _split_by_thickness(places) for run in _split_by_spacing(part))
    holes = sum(_count_missing(_gaps(run.places), run.spacing_mm) for run in runs)
    between = sum(_missing_between(before, after) for before, after in pairwise(runs))
    return Spacing(
        spacing_mm=spacing,
        is_uniform=all(_is_close(gap, spacing) for gap in gaps),
        missing=holes + between,
        runs=runs,
    )


def _gaps(places: Sequence[Place]) -> list[float]:
    return [after.position_mm - before.position_mm for before, after in pairwise(places)]


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= max(UNIFORM_MM, UNIFORM_SHARE * other)


def _common(thicknesses: Sequence[float | None]) -> float | None:
    distinct = set(thicknesses)
    return distinct.pop() if len(distinct) == 1 else None


def _split_by_thickness(places: Sequence[Place]) -> list[list[Place]]:
    parts = [[places[0]]]
    for before, after in pairwise(places):
        if before.thickness_mm == after.thickness_mm:
            parts[-1].append(after)
        else:
            parts.append([after])
    return parts


def _split_by_spacing(places: Sequence[Place]) -> list[Run]:
    """Cut where one run of equal gaps gives way to a run of other gaps; holes and irregular gaps cut nothing."""
    gaps = _gaps(places)
    if not gaps:
        return [Run(tuple(places), None)]
    regular = _regular_gaps(gaps)
    cuts, current = [0], None
    for index, gap in regular:
        if current is not None and not _is_close(gap, current):
            cuts.append(index)
        current = gap
    bounds = [*cuts, len(places)]
    runs = []
    for begin, end in pairwise(bounds):
        part = tuple(places[begin + (begin > 0) : end + (end < len(places))])
        runs.append(Run(part, median(_gaps(part)) if len(part) > 1 else None))
    return runs


def _regular_gaps(gaps: Sequence[float]) -> list[tuple[int, float]]:
    """Give the index and size of each gap that stands in a run of equal ones."""
    regular, begin = [], 0
    for index in range(1, len(gaps) + 1):
        if index < len(gaps) and _is_close(gaps[index], gaps[begin]):
            continue
        if index - begin >= RUN_GAPS:
            regular += [(place, gaps[begin]) for place in range(begin, index)]
        begin = index
    return regular


def _count_missing(gaps: Sequence[float], spacing: float | None) -> int:
    if not spacing:
        return 0
    return sum(round(gap / spacing) - 1 for gap in gaps if gap > MISSING_FROM * spacing)


def _missing_between(before: Run, after: Run) -> int:
    """Count what is missing between two segments: the wider spacing of the two decides."""
    spacings = [run.spacing_mm for run in (before, after) if run.spacing_mm is not None]
    gap = after.places[0].position_mm - before.places[-1].position_mm
    return _count_missing([gap], max(spacings)) if spacings else 0
