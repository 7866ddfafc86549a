"""What a screen shows of stored values, by the formulas and examples of PS3.3 C.11.2."""

from collections.abc import Sequence

import numpy as np
import pytest

from shared.dicom.grayscale import Display, Function, Window, show_grayscale


def show(values: Sequence[float], display: Display) -> list[int]:
    """Show a row of values."""
    brightness: list[int] = show_grayscale(np.array([values]), display)[0].tolist()
    return brightness


@pytest.mark.parametrize(
    ("window", "values", "expected"),
    [
        # PS3.3 C.11.2.1.2.1: "c=2048, w=4096 becomes: if (x <= 0) then y = ymin else if (x > 4095) then y = ymax"
        (Window(2048, 4096), [-1, 0, 4095, 5000], [0, 0, 255, 255]),
        # The same place: a width of 1 turns to white above 2047.5.
        (Window(2048, 1), [2047, 2048], [0, 255]),
        # The same place: center 0 and width 100 run from -50 to 49.
        (Window(0, 100), [-50, 49], [0, 255]),
        # C.11.2.1.3.2, "c=2048, w=4096 becomes: if (x <= 0) then y = ymin; else if (x > 4096) then y = ymax"
        (Window(2048, 4096, Function.LINEAR_EXACT), [0, 2048, 4096], [0, 128, 255]),
        # C.11.2.1.3.1: at the center the sigmoid gives half of the range
        (Window(100, 50, Function.SIGMOID), [-1000, 100, 1200], [0, 128, 255]),
    ],
    ids=["linear", "threshold", "linear around zero", "exact", "sigmoid"],
)
def test_a_window_shows_what_the_standard_says(window: Window, values: list[float], expected: list[int]) -> None:
    """Ends and middles of the standard's own examples."""
    assert show(values, Display(window=window)) == expected


def test_the_modality_step_comes_before_the_window() -> None:
    """A stored 1024 is 0 HU where the intercept is -1024: the middle of a window around 0."""
    display = Display(slope=1, intercept=-1024, window=Window(0, 200, Function.LINEAR_EXACT))
    assert show([924, 1024, 1124], display) == [0, 128, 255]


@pytest.mark.parametrize("window", [None, Window(10, 0), Window(10, 0, Function.SIGMOID)], ids=["none", "zero", "s"])
def test_without_a_usable_window_the_pictures_own_range_is_shown(window: Window | None) -> None:
    """A window width of zero is one the standard forbids."""
    assert show([10, 20], Display(window=window)) == [0, 255]


def test_an_inverted_interpretation_shows_its_least_value_white() -> None:
    """MONOCHROME1: "the minimum sample value is intended to be displayed as white" (C.7.6.3.1.2)."""
    assert show([0, 4095], Display(window=Window(2048, 4096), is_inverted=True)) == [255, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5, 5], [0, 0]), ([float("nan"), float("nan")], [0, 0]), ([0, float("nan"), 1], [0, 0, 255])],
    ids=["constant", "nothing finite", "a hole"],
)
def test_a_picture_without_contrast_is_black(values: list[float], expected: list[int]) -> None:
    """Constant and undefined values have nothing to stretch."""
    assert show(values, Display()) == expected


def test_few_differing_pixels_still_show() -> None:
    """Where all but one pixel are alike the tails are not cut."""
    assert show([0] * 999 + [7], Display())[-1] == 255
