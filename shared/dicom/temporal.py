"""Several images at one place: what tells them apart, and in which order they come.

The first attribute in the order of ``AXES`` that has as many distinct values as there are images at each place is the
axis. A series may say nothing at all; then the order of instance numbers is all there is, and the axis is marked as
inferred.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mode

from msgspec import Struct

PHASE_TOLERANCE_PERCENT = 0.5
"""Phases closer than this are one: devices round the percentage of a phase differently from slice to slice."""

AXES = (
    "phase_percent",
    "trigger_delay_ms",
    "temporal_position",
    "echo_time_ms",
    "b_value_s_mm2",
    "acquisition_time_s",
    "content_time_s",
    "acquisition_number",
)
"""What may tell the images of one place apart, best first; keys of ``TimedImage.coordinates``."""

INFERRED = "instance_number"
"""The axis of a series that names none: the order in which its images were numbered."""

TEMPORAL = frozenset(AXES) - {"echo_time_ms", "b_value_s_mm2"}
"""Axes along which time passes; the others are different measurements of one time."""


class TimedImage(Struct, frozen=True):
    """One image: the index of its place in the stack, and what could tell it from others there."""

    place: int
    coordinates: Mapping[str, float]
    number: int = 0


class TimeAxis(Struct, frozen=True):
    """What tells the images of one place apart.

    ``indices`` gives the zero-based point of each image in the order in which the images were given; ``positions`` the
    number of places that have each point. ``is_even`` says that every place has every point.
    """

    name: str
    indices: tuple[int, ...]
    positions: tuple[int, ...]
    is_even: bool

    @property
    def is_inferred(self) -> bool:
        """Whether nothing but the numbering tells the images apart."""
        return self.name == INFERRED

    @property
    def is_temporal(self) -> bool:
        """Whether time passes along the axis."""
        return self.name in TEMPORAL or self.is_inferred


def find_axis(images: Sequence[TimedImage]) -> TimeAxis | None:
    """Find what tells the images of one place apart.

    Parameters
    ----------
    images
        All images of one stack.

    Returns
    -------
    TimeAxis
        None where most places have one image. Where places differ in their number of images, only an axis whose values
        are the same ones at all places can say which are missing; without one there is no axis.
    """
    counts = Counter(image.place for image in images)
    if not counts or mode(counts.values()) < 2:
        return None
    is_even = len(set(counts.values())) == 1
    for name in AXES:
        axis = _along(name, images, counts, is_even=is_even)
        if axis is not None:
            return axis
    return _numbered(images, counts) if is_even else None


def _along(name: str, images: Sequence[TimedImage], counts: Mapping[int, int], *, is_even: bool) -> TimeAxis | None:
    stated = [image.coordinates[name] for image in images if name in image.coordinates]
    if len(stated) != len(images):
        return None
    tolerance = PHASE_TOLERANCE_PERCENT if name == "phase_percent" else 0.0
    points = _points(stated, tolerance)
    indices = tuple(points[value] for value in stated)
    if len(set(zip((image.place for image in images), indices, strict=True))) != len(images):
        return None  # two images of one place share a value: this is not what tells them apart
    if len(set(indices)) == max(counts.values()):
        return _axis(name, indices, len(counts))
    # Trigger delays and times of day differ from place to place; their order at each place is what counts.
    return _axis(name, _ranks(images, stated), len(counts)) if is_even else None


def _points(values: Sequence[float], tolerance: float) -> dict[float, int]:
    """Number the distinct values in ascending order; neighbours within the tolerance share a number."""
    points: dict[float, int] = {}
    first, number = None, -1
    for value in sorted(set(values)):
        if first is None or value - first > tolerance:
            first, number = value, number + 1
        points[value] = number
    return points


def _numbered(images: Sequence[TimedImage], counts: Mapping[int, int]) -> TimeAxis:
    return _axis(INFERRED, _ranks(images, [image.number for image in images]), len(counts))


def _ranks(images: Sequence[TimedImage], values: Sequence[float]) -> tuple[int, ...]:
    """Give each image's rank among the images of its place."""
    order = sorted(range(len(images)), key=lambda index: (images[index].place, values[index]))
    ranks = [0] * len(images)
    for before, index in zip([None, *order], order, strict=False):
        if before is not None and images[before].place == images[index].place:
            ranks[index] = ranks[before] + 1
    return tuple(ranks)


def _axis(name: str, indices: tuple[int, ...], places: int) -> TimeAxis:
    counts = Counter(indices)
    positions = tuple(counts[index] for index in range(max(indices) + 1))
    return TimeAxis(name, indices, positions, is_even=set(positions) == {places})
