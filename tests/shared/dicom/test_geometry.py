"""Stacks of slices: plane, spacing, gaps. Published cases are named."""

import math

import pytest

from shared.dicom.gaps import Place
from shared.dicom.geometry import Slice, build_stacks, find_places, name_plane, normal
from shared.dicom.series import Segment

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def axial(*positions: float, thickness: float | None = 2.5) -> list[Slice]:
    """Axial slices at positions along z."""
    return [Slice((0.0, 0.0, position), AXIAL, thickness, 0.0) for position in positions]


@pytest.mark.parametrize(("orientation", "plane"), [(AXIAL, "axial"), (CORONAL, "coronal"), (SAGITTAL, "sagittal")])
def test_the_three_planes_have_their_names(orientation: tuple[float, ...], plane: str) -> None:
    """The axis of the normal names the plane (PS3.3 C.7.6.2.1.1)."""
    direction = normal(orientation)
    assert direction is not None
    assert name_plane(direction) == plane


def test_a_tilted_plane_is_oblique() -> None:
    """A plane turned by 20 degrees is still mostly axial."""
    assert name_plane((0.0, math.sin(math.radians(20)), math.cos(math.radians(20)))) == "axial oblique"


def test_a_plane_between_two_axes_is_double_oblique() -> None:
    """The Sunnybrook short axis, normal (-0.650, 0.653, 0.389), is not called coronal."""
    assert name_plane((-0.650, 0.653, 0.389)) == "double oblique"


@pytest.mark.parametrize("orientation", [(0.0,) * 6, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (2.0, 0.0, 0.0, 0.0, 1.0, 0.0)])
def test_an_invalid_orientation_has_no_normal(orientation: tuple[float, ...]) -> None:
    """Zeros, parallel and overlong vectors occur and mean nothing."""
    assert normal(orientation) is None


def test_a_uniform_stack_is_described() -> None:
    """Five slices at 2.5 mm in any order are one uniform stack."""
    [stack] = build_stacks(axial(5.0, 0.0, 10.0, 2.5, 7.5))
    assert (
        stack.plane,
        stack.images,
        stack.positions,
        stack.slice_spacing_mm,
        stack.is_uniform,
        stack.missing_slices,
    ) == (
        "axial",
        5,
        5,
        2.5,
        True,
        0,
    )


def test_missing_slices_are_counted() -> None:
    """Ten slices at 1 mm with the fourth and fifth missing."""
    [stack] = build_stacks(axial(0, 1, 2, 5, 6, 7, 8, 9))
    assert (stack.is_uniform, stack.missing_slices) == (False, 2)


def test_a_stack_of_two_thicknesses_has_segments() -> None:
    """The GE head of the OsiriX collection: 14 x 4 mm, then 14 x 7 mm; nothing is missing between them."""
    thin = axial(*[4.0 * number for number in range(14)], thickness=4.0)
    thick = axial(*[57.5 + 7.0 * number for number in range(14)], thickness=7.0)
    [stack] = build_stacks([*thick, *thin])
    assert stack.segments == (Segment(14, 4.0, 4.0), Segment(14, 7.0, 7.0))
    assert (stack.missing_slices, stack.is_uniform) == (0, False)


@pytest.mark.parametrize(
    ("spacing", "gap", "overlap"), [(2.5, None, None), (3.0, 0.5, None), (1.0, None, 1.5)], ids=["even", "gap", "over"]
)
def test_gap_and_overlap_are_the_difference_of_spacing_and_thickness(
    spacing: float, gap: float | None, overlap: float | None
) -> None:
    """Slices of 2.5 mm every 3 mm leave half a millimetre out; every millimetre they share 1.5 mm."""
    [stack] = build_stacks(axial(0.0, spacing, 2 * spacing))
    assert (stack.slice_gap_mm, stack.slice_overlap_mm) == (gap, overlap)


def test_several_images_at_one_place_are_time_points() -> None:
    """Ten phases at each of three places are three positions and ten time points."""
    [stack] = build_stacks(axial(*[position for position in (0.0, 1.0, 2.0) for _ in range(10)]))
    assert (stack.images, stack.positions, stack.time_points) == (30, 3, 10)


def test_uneven_time_points_are_told_by_the_most_frequent_number() -> None:
    """Ten phases of which one place lacks one are ten time points, not nine."""
    [stack] = build_stacks(axial(*[position for position in (0.0, 1.0, 2.0) for _ in range(10)][:-1]))
    assert stack.time_points == 10


def test_rounding_in_the_last_digit_is_no_second_place() -> None:
    """Positions that differ by less than 0.01 mm are one."""
    assert find_places([(5.0, 1.0), (0.0, 1.0), (0.004, 1.0)]) == [Place(0.0, 2, 1.0), Place(5.0, 1, 1.0)]


def test_orientations_make_stacks_of_their_own() -> None:
    """A localizer of three planes is three stacks, the largest first."""
    slices = [*axial(0.0, 5.0), Slice((0.0, 0.0, 0.0), CORONAL), Slice((0.0, 0.0, 0.0), SAGITTAL)]
    assert [(stack.plane, stack.images) for stack in build_stacks(slices)] == [
        ("axial", 2),
        ("coronal", 1),
        ("sagittal", 1),
    ]


def test_slices_without_a_valid_orientation_make_no_stack() -> None:
    """What cannot be placed is not placed."""
    assert build_stacks([Slice((0.0, 0.0, 0.0), (0.0,) * 6)]) == ()


def test_thickness_that_varies_is_not_stated_as_one() -> None:
    """A stack of two thicknesses has no single one."""
    [stack] = build_stacks([*axial(0.0, thickness=4.0), *axial(4.0, thickness=7.0)])
    assert stack.slice_thickness_mm is None


def test_one_slice_has_no_spacing() -> None:
    """A single slice says nothing about gaps."""
    [stack] = build_stacks(axial(3.0))
    assert (stack.slice_spacing_mm, stack.is_uniform, stack.missing_slices) == (None, None, None)
