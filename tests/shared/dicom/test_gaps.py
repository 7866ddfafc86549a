"""Spacing, holes and segments. Published cases are named."""

from collections.abc import Sequence
from itertools import accumulate

import pytest

from shared.dicom.gaps import Place, Spacing, analyze_spacing


def places(gaps: Sequence[float], thicknesses: Sequence[float] | None = None) -> list[Place]:
    """Places from zero on, one more than the gaps."""
    positions = accumulate(gaps, initial=0.0)
    stated = thicknesses or [1.0] * (len(gaps) + 1)
    return [Place(position, thickness_mm=thickness) for position, thickness in zip(positions, stated, strict=True)]


def analyze(gaps: Sequence[float], thicknesses: Sequence[float] | None = None) -> Spacing:
    """Describe places that have a spacing."""
    spacing = analyze_spacing(places(gaps, thicknesses))
    assert spacing is not None
    return spacing


def segments(spacing: Spacing) -> list[tuple[int, float | None, float | None]]:
    """Number of places, thickness and spacing of each segment."""
    return [(len(run.places), run.thickness_mm, run.spacing_mm) for run in spacing.runs]


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_places_have_no_spacing(number: int) -> None:
    """One slice has no neighbour."""
    assert analyze_spacing([Place(1.0)] * number) is None


def test_equal_gaps_are_one_uniform_segment() -> None:
    """Ten slices at 2.5 mm."""
    spacing = analyze([2.5] * 9)
    assert (spacing.spacing_mm, spacing.is_uniform, spacing.missing, len(spacing.runs)) == (2.5, True, 0, 1)


def test_rounding_of_positions_is_no_irregularity() -> None:
    """Sunnybrook and others write positions with few decimals: 0.009 mm are nothing."""
    assert analyze([0.625, 0.63, 0.62, 0.629]).is_uniform


@pytest.mark.parametrize(
    ("gaps", "missing"),
    [
        ([1.0] * 4 + [97.0] + [1.0] * 4, 96),  # Toutatix, a public cardiac CT: 97 mm between two slices at 1 mm spacing
        ([1.0, 1.0, 2.0, 1.0, 1.0], 1),
        ([1.0] * 3 + [2.0] + [1.0] * 3 + [3.0] + [1.0] * 3, 3),
        ([1.0, 1.4, 1.0, 1.0], 0),  # up to half a spacing too far is irregular, not a hole
    ],
)
def test_slices_that_would_fill_the_holes_are_counted(gaps: list[float], missing: int) -> None:
    """A hole of n spacings lacks n - 1 slices, and the stack is not uniform."""
    spacing = analyze(gaps)
    assert (spacing.missing, spacing.is_uniform, len(spacing.runs)) == (missing, False, 1)


def test_a_change_of_thickness_makes_segments_and_no_hole() -> None:
    """The GE head of the OsiriX collection: 14 slices of 4 mm, then 14 of 7 mm, under one UID."""
    spacing = analyze([4.0] * 13 + [5.5] + [7.0] * 13, [4.0] * 14 + [7.0] * 14)
    assert segments(spacing) == [(14, 4.0, 4.0), (14, 7.0, 7.0)]
    assert spacing.missing == 0


def test_a_change_of_spacing_alone_makes_segments_too() -> None:
    """Five slices every 2 mm, then four more every 5 mm, all 1 mm thick."""
    assert segments(analyze([2.0] * 4 + [5.0] * 4)) == [(5, 1.0, 2.0), (4, 1.0, 5.0)]


def test_a_hole_between_two_segments_is_counted_by_the_wider_spacing() -> None:
    """21 mm between slices of 4 and 7 mm lack two."""
    spacing = analyze([4.0] * 4 + [21.0] + [7.0] * 4, [4.0] * 5 + [7.0] * 5)
    assert spacing.missing == 2


def test_single_slices_of_their_own_thickness_lack_nothing() -> None:
    """Without a spacing on either side there is nothing to count by."""
    assert analyze([10.0], [1.0, 2.0]).missing == 0


def test_irregular_gaps_stay_one_segment() -> None:
    """No three gaps are alike: nothing is taken for a spacing of its own."""
    spacing = analyze([1.0, 1.2, 0.9, 1.3, 1.1])
    assert (len(spacing.runs), spacing.is_uniform, round(spacing.spacing_mm, 6)) == (1, False, 1.1)
