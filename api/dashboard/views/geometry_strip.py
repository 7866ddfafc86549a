"""Where the slices of a series lie: a strip with every position and the places that are empty."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct

from api.dashboard.views.quantities import write_number
from api.dashboard.views.results import ShownRow, ShownSeries
from shared.dicom.series_parts import Stack

WIDTH, LEFT, RIGHT = 760.0, 20.0, 740.0
"""The drawing's width, and where the first and the last position stand, in drawing units."""

_TOP, _HEIGHT = 8.0, 40.0

SAME_PLACE_MM = 0.01
"""Positions closer than this are one, as in the geometry of the result."""

GAP_FACTOR = 1.5
"""A step of more than so many spacings is drawn as a gap, where the result counts missing slices."""


class Gap(Struct, frozen=True):
    """An empty place between two positions, in mm along the stack's normal, and how many slices would fit."""

    begins_mm: float
    ends_mm: float
    slices: int


class Strip(Struct, frozen=True):
    """Distinct positions in ascending order, in mm, and the gaps between them."""

    positions_mm: tuple[float, ...]
    gaps: tuple[Gap, ...]


def plan_strip(series: ShownSeries, rows: Sequence[ShownRow]) -> Strip | None:
    """Lay out the positions of a series that is one stack; None where they are unknown or fewer than two."""
    stacks = series.geometry.stacks if series.geometry is not None else ()
    if len(stacks) != 1:
        return None
    places: list[float] = []
    for place in sorted(row.position_mm for row in rows if row.position_mm is not None):
        if not places or place - places[-1] > SAME_PLACE_MM:
            places.append(place)
    if len(places) < 2:
        return None
    return Strip(tuple(places), _gaps(places, stacks[0]))


def _gaps(places: Sequence[float], stack: Stack) -> tuple[Gap, ...]:
    spacing = stack.slice_spacing_mm
    if not stack.missing_slices or not spacing:
        return ()
    return tuple(
        Gap(before, after, round((after - before) / spacing) - 1)
        for before, after in pairwise(places)
        if after - before > GAP_FACTOR * spacing
    )


def describe_strip(strip: Strip) -> str:
    """Say what the strip shows."""
    span = write_number(round(strip.positions_mm[-1] - strip.positions_mm[0], 1))
    text = f"{len(strip.positions_mm)} slice positions over {span} mm"
    if not strip.gaps:
        return f"{text}, none missing."
    missing = sum(gap.slices for gap in strip.gaps)
    return f"{text}; {missing} {'slice is' if missing == 1 else 'slices are'} missing, marked with a cross."


def draw_strip(strip: Strip, name: str) -> Markup:
    """Draw a strip; ``name`` begins the ids inside it."""
    first, last = strip.positions_mm[0], strip.positions_mm[-1]

    def x_of(place: float) -> float:
        return round(LEFT + (place - first) / (last - first) * (RIGHT - LEFT), 1)

    path = "".join(f"M{x_of(place):g} {_TOP:g}v{_HEIGHT:g}" for place in strip.positions_mm)
    gaps = Markup("").join(_gap(x_of(gap.begins_mm), x_of(gap.ends_mm), gap.slices) for gap in strip.gaps)
    return Markup(
        '<svg class="strip" viewBox="0 0 {width:g} 70" role="img" aria-labelledby="{name}-title {name}-desc" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">Where the slices lie</title>'
        '<desc id="{name}-desc">{text}</desc><path class="slices" d="{path}"/>{gaps}'
        '<text x="{left:g}" y="64" class="detail">{first} mm</text>'
        '<text x="{right:g}" y="64" class="detail" text-anchor="end">{last} mm</text></svg>'
    ).format(
        width=WIDTH,
        name=name,
        text=describe_strip(strip),
        path=path,
        gaps=gaps,
        left=LEFT,
        right=RIGHT,
        first=write_number(round(first, 1)),
        last=write_number(round(last, 1)),
    )


def _gap(left: float, right: float, slices: int) -> Markup:
    middle = round((left + right) / 2, 1)
    return Markup(
        '<g class="gap"><title>{count} missing</title>'
        '<path d="M{x0:g} {y0:g}L{x1:g} {y1:g}M{x1:g} {y0:g}L{x0:g} {y1:g}"/>'
        '<text x="{x:g}" y="64" text-anchor="middle">{count} missing</text></g>'
    ).format(count=slices, x=middle, x0=middle - 5, x1=middle + 5, y0=_TOP + _HEIGHT / 2 - 5, y1=_TOP + _HEIGHT / 2 + 5)
