"""Where slices lie: stacks of parallel slices, their spacing, order and gaps (PS3.3 C.7.6.2.1.1).

Positions are distances along the normal of a stack, in mm in the patient coordinate system; InstanceNumber and
SliceLocation decide nothing.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

from shared.dicom.series import Stack

ORIENTATION_TOLERANCE = 1e-3
"""Largest difference of direction cosines within one stack; real series differ in the sixth decimal."""

UNIT_TOLERANCE = 1e-3
"""Largest deviation of row and column from unit length and from a right angle."""

MERGE_MM, MERGE_SHARE = 0.01, 0.01
"""Positions closer than this, or than this share of the spacing, are one position."""

UNIFORM_SHARE = 0.01
"""Share of the spacing by which gaps of a uniform stack may differ; highdicom and Slicer use the same."""

MISSING_FROM = 1.5
"""Gaps of more than this many spacings have slices missing."""

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
            if all(
                abs(mine - theirs) <= ORIENTATION_TOLERANCE
                for mine, theirs in zip(one.orientation, group[0].orientation, strict=True)
            ):
                group.append(one)
                break
        else:
            groups.append([one])
    described = [_describe(group) for group in sorted(groups, key=len, reverse=True)]
    return tuple(stack for stack in described if stack is not None)


def _describe(group: Sequence[Slice]) -> Stack | None:
    direction = normal(group[0].orientation)
    if direction is None:
        return None
    positions = merge_positions([distance_along(direction, one.position_mm) for one in group])
    gaps = [after - before for before, after in pairwise(positions)]
    spacing = median(gaps) if gaps else None
    thicknesses = {one.thickness_mm for one in group}
    tilts = {one.tilt_deg for one in group}
    return Stack(
        plane=name_plane(direction),
        images=len(group),
        positions=len(positions),
        time_points=len(group) // len(positions),
        slice_thickness_mm=thicknesses.pop() if len(thicknesses) == 1 else None,
        slice_spacing_mm=None if spacing is None else round(spacing, 4),
        is_uniform=None if spacing is None else all(abs(gap - spacing) <= UNIFORM_SHARE * spacing for gap in gaps),
        missing_slices=None if spacing is None else count_missing(gaps, spacing),
        gantry_tilt_deg=tilts.pop() if len(tilts) == 1 else None,
    )


def merge_positions(distances: Sequence[float]) -> list[float]:
    """Give the distinct positions in ascending order; neighbours within the tolerance count as one."""
    ordered = sorted(distances)
    steps = [after - before for before, after in pairwise(ordered) if after - before > MERGE_MM]
    tolerance = max(MERGE_MM, MERGE_SHARE * median(steps)) if steps else MERGE_MM
    merged: list[float] = []
    for distance in ordered:
        if not merged or distance - merged[-1] > tolerance:
            merged.append(distance)
    return merged


def count_missing(gaps: Sequence[float], spacing: float) -> int:
    """Count the slices that would fill the gaps."""
    return sum(round(gap / spacing) - 1 for gap in gaps if gap > MISSING_FROM * spacing)
