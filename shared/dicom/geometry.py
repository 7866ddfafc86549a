"""Where slices lie: stacks of parallel slices, their spacing, order and gaps (PS3.3 C.7.6.2.1.1).

Positions are distances along the normal of a stack, in mm in the patient coordinate system; InstanceNumber and
SliceLocation decide nothing.
"""

import math
from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from statistics import median, mode

from msgspec import Struct

from shared.dicom.gaps import UNIFORM_SHARE, Place, Spacing, analyze_spacing
from shared.dicom.series import Segment, Stack
from shared.dicom.temporal import TimeAxis, TimedImage, find_axis

ORIENTATION_TOLERANCE = 1e-3
"""Largest difference of direction cosines within one stack; real series differ in the sixth decimal."""

UNIT_TOLERANCE = 1e-3
"""Largest deviation of row and column from unit length and from a right angle."""

MERGE_MM, MERGE_SHARE = 0.01, 0.01
"""Positions closer than this, or than this share of the spacing, are one position."""

STRAIGHT_COSINE = 0.99
"""Cosine to an axis from which on a plane has no "oblique" in its name."""

DOUBLE_OBLIQUE_DIFFERENCE = 0.1
"""Where the two largest components of the normal are closer than this, no axis names the plane."""

_PLANES = ("sagittal", "coronal", "axial")

Vector = tuple[float, float, float]


class Slice(Struct, frozen=True):
    """One image in space; ``orientation`` holds the row's then the column's direction cosines."""

    position_mm: Vector
    orientation: tuple[float, ...]
    thickness_mm: float | None = None
    tilt_deg: float | None = None
    kind: tuple[Hashable, ...] = ()
    """What images of one stack have in common beside their orientation."""
    coordinates: Mapping[str, float] = {}
    """What may tell it from other images of the same place; keys as in ``temporal.AXES``."""
    number: int = 0


def normal(orientation: Sequence[float]) -> Vector | None:
    """Give row x column; None where the two are not unit vectors at a right angle."""
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    lengths = math.hypot(a, b, c), math.hypot(d, e, f)
    if any(abs(length - 1) > UNIT_TOLERANCE for length in lengths) or abs(a * d + b * e + c * f) > UNIT_TOLERANCE:
        return None
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def name_plane(direction: Vector) -> str:
    """Name a plane by its normal: axial, coronal, sagittal, the same with oblique, or double oblique."""
    sizes = sorted(((abs(component), name) for component, name in zip(direction, _PLANES, strict=True)), reverse=True)
    (largest, name), (second, _), _ = sizes
    if largest >= STRAIGHT_COSINE:
        return name
    if largest - second < DOUBLE_OBLIQUE_DIFFERENCE:
        return "double oblique"
    return f"{name} oblique"


def distance_along(direction: Vector, position_mm: Sequence[float]) -> float:
    """Give a position's distance from the origin along a direction, in mm."""
    return sum(one * other for one, other in zip(direction, position_mm, strict=True))


def build_stacks(slices: Sequence[Slice]) -> tuple[Stack, ...]:
    """Sort slices into stacks of one orientation and describe each, largest first."""
    groups: list[list[Slice]] = []
    for one in slices:
        for group in groups:
            if one.kind == group[0].kind and _is_parallel(one, group[0]):
                group.append(one)
                break
        else:
            groups.append([one])
    described = [_describe(group) for group in sorted(groups, key=len, reverse=True)]
    return tuple(stack for stack in described if stack is not None)


def _is_parallel(one: Slice, other: Slice) -> bool:
    if one.orientation == other.orientation:
        return True
    pairs = zip(one.orientation, other.orientation, strict=True)
    return all(abs(mine - theirs) <= ORIENTATION_TOLERANCE for mine, theirs in pairs)


def _describe(group: Sequence[Slice]) -> Stack | None:
    direction = normal(group[0].orientation)
    if direction is None:
        return None
    distances = [distance_along(direction, one.position_mm) for one in group]
    places = find_places([(at, one.thickness_mm) for at, one in zip(distances, group, strict=True)])
    axis = _find_axis(group, distances, places)
    spacing = analyze_spacing(places)
    thickness = _common([one.thickness_mm for one in group])
    between = None if spacing is None else round(spacing.spacing_mm, 4)
    return Stack(
        plane=name_plane(direction),
        images=len(group),
        positions=len(places),
        time_points=1 if axis is not None and not axis.is_temporal else mode(place.images for place in places),
        axis=None if axis is None else axis.name,
        axis_is_inferred=axis is not None and axis.is_inferred,
        missing_images=0 if axis is None else len(axis.positions) * len(places) - len(group),
        slice_thickness_mm=thickness,
        slice_spacing_mm=between,
        slice_gap_mm=_excess(between, thickness),
        slice_overlap_mm=_excess(thickness, between),
        is_uniform=None if spacing is None else spacing.is_uniform,
        missing_slices=None if spacing is None else spacing.missing,
        gantry_tilt_deg=_common([one.tilt_deg for one in group]),
        segments=_segments(spacing) if spacing is not None else (),
    )


def _find_axis(group: Sequence[Slice], distances: Sequence[float], places: Sequence[Place]) -> TimeAxis | None:
    if len(places) == len(group):
        return None
    starts = [place.position_mm for place in places]
    return find_axis(
        [
            TimedImage(bisect_right(starts, at) - 1, one.coordinates, one.number)
            for at, one in zip(distances, group, strict=True)
        ]
    )


def _segments(spacing: Spacing) -> tuple[Segment, ...]:
    """Give the segments of a stack that has more than one."""
    if len(spacing.runs) == 1:
        return ()
    return tuple(
        Segment(run.images, run.thickness_mm, None if run.spacing_mm is None else round(run.spacing_mm, 4))
        for run in spacing.runs
    )


def _excess(one: float | None, other: float | None) -> float | None:
    """Give by how much a distance exceeds another, None within the tolerance of a uniform stack."""
    if one is None or other is None or one - other <= UNIFORM_SHARE * other:
        return None
    return round(one - other, 4)


def _common(values: Sequence[float | None]) -> float | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def find_places(slices: Sequence[tuple[float, float | None]]) -> list[Place]:
    """Merge slices into distinct places in ascending order; neighbours within the tolerance are one.

    Parameters
    ----------
    slices
        Position along the normal and thickness, both in mm, of each.
    """
    ordered = sorted(slices, key=lambda one: one[0])
    steps = [gap for (before, _), (after, _) in pairwise(ordered) if (gap := after - before) > MERGE_MM]
    tolerance = max(MERGE_MM, MERGE_SHARE * median(steps)) if steps else MERGE_MM
    groups: list[list[tuple[float, float | None]]] = []
    for one in ordered:
        if groups and one[0] - groups[-1][0][0] <= tolerance:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Place(group[0][0], len(group), _common([thickness for _, thickness in group])) for group in groups]
