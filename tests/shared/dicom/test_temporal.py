"""What tells the images of one place apart, by the order of evidence."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dicom.temporal import AXES, TimeAxis, TimedImage, find_axis


def stack(name: str, values: Sequence[float], places: int = 3, **others: float) -> list[TimedImage]:
    """A stack whose every place has an image for each value of an attribute, in the order of the values."""
    return [
        TimedImage(place, {name: value, **others}, number=place * len(values) + order)
        for place in range(places)
        for order, value in enumerate(values)
    ]


def found(images: Sequence[TimedImage]) -> TimeAxis:
    """Find an axis that must be there."""
    axis = find_axis(images)
    assert axis is not None
    return axis


@pytest.mark.parametrize("name", AXES)
def test_each_kind_of_evidence_can_be_the_axis(name: str) -> None:
    """Three values at each of three places, given out of order, are three points in ascending order."""
    axis = found(stack(name, [30.0, 10.0, 20.0]))
    assert axis == TimeAxis(name, (2, 0, 1) * 3, (3, 3, 3), is_even=True)


def test_the_better_evidence_is_taken() -> None:
    """A percentage of the cycle that is stated decides over a time of day that also differs."""
    images = [
        TimedImage(image.place, {**image.coordinates, "content_time_s": image.number}, image.number)
        for image in stack("phase_percent", [75.0, 35.0])
    ]
    assert found(images).name == "phase_percent"


def test_evidence_that_does_not_tell_them_apart_is_passed_over() -> None:
    """All images have one trigger delay; the echo time is what differs, and no time passes along it."""
    axis = found(stack("echo_time_ms", [2.3, 4.6], trigger_delay_ms=0.0))
    assert (axis.name, axis.is_temporal) == ("echo_time_ms", False)


def test_evidence_that_some_images_lack_is_passed_over() -> None:
    """One image without a temporal position leaves the order of acquisition."""
    images = stack("temporal_position", [1.0, 2.0], acquisition_number=0.0)
    images[0] = TimedImage(0, {"acquisition_number": 0.0}, 0)
    axis = found(images)
    assert (axis.name, axis.is_inferred, axis.is_temporal) == ("instance_number", True, True)


def test_delays_that_differ_from_place_to_place_are_ranked_at_each() -> None:
    """Cine MR measures each slice in heartbeats of its own: the third delay of every slice is its third time."""
    images = [
        TimedImage(place, {"trigger_delay_ms": delay}) for place in range(2) for delay in (0.0, 29.5 + place, 58.0)
    ]
    assert found(images).indices == (0, 1, 2, 0, 1, 2)


def test_nearly_equal_percentages_are_one_phase() -> None:
    """74.9 and 75.1 % at different places are the same reconstruction."""
    images = [TimedImage(place, {"phase_percent": value + place * 0.1}) for place in range(3) for value in (35.0, 75.0)]
    assert found(images).positions == (3, 3)


def test_a_missing_image_leaves_its_phase_uneven() -> None:
    """Ten phases at four places of which one lacks a slice: the phase and the number of its slices are known."""
    images = stack("phase_percent", [float(percent) for percent in range(0, 100, 10)], places=4)
    del images[7]
    axis = found(images)
    assert (axis.is_even, axis.positions) == (False, (4, 4, 4, 4, 4, 4, 4, 3, 4, 4))


def test_uneven_places_without_common_values_have_no_axis() -> None:
    """Ranking would give wrong phases to all images behind the hole: nothing is guessed."""
    images = [TimedImage(place, {}, number) for place in range(3) for number in range(4)][:-1]
    assert find_axis(images) is None


def test_one_image_at_each_place_needs_no_axis() -> None:
    """A plain stack, and one with a single doubled place, have no axis; nor has an empty one."""
    plain = [TimedImage(place, {"phase_percent": 75.0}) for place in range(5)]
    assert [find_axis(images) for images in (plain, [*plain, plain[0]], [])] == [None, None, None]


@given(st.permutations(range(12)))
def test_the_order_of_the_files_changes_nothing(order: list[int]) -> None:
    """Whatever order the images come in, each gets the same point."""
    images = stack("trigger_delay_ms", [0.0, 200.0, 400.0, 600.0])
    straight = found(images).indices
    shuffled = found([images[index] for index in order]).indices
    assert [shuffled[order.index(index)] for index in range(12)] == list(straight)
