"""Where the slices of a series lie: a strip with every position, the places that are empty, and its segments.

Segments are told by a bracket with a letter, and in words: ``A`` is the one where the stack begins.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from string import ascii_uppercase

from markupsafe import Markup
from msgspec import Struct

from api.dashboard.views.quantities import write_number
from api.dashboard.views.results import ShownRow, ShownSeries
from api.dashboard.wording import count
from shared.dicom.series_parts import Stack

WIDTH, LEFT, RIGHT = 760.0, 20.0, 740.0
"""The drawing's width, and where the first and the last position stand, in drawing units."""

_TOP, _HEIGHT = 8.0, 40.0
_LINE, _ROW = 70.0, 26.0

SAME_PLACE_MM = 0.01
"""Positions closer than this are one, as in the geometry of the result."""

GAP_FACTOR = 1.5
"""A step of more than so many spacings is drawn as a gap, where the result counts missing slices."""


class Gap(Struct, frozen=True):
    """An empty place between two positions, in mm along the stack's normal, and how many slices would fit."""

    begins_mm: float
    ends_mm: float
    slices: int


class Part(Struct, frozen=True):
    """A segment of the stack: its first and last position and how many there are, its thickness and spacing in mm."""

    letter: str
    begins_mm: float
    ends_mm: float
    positions: int
    slice_thickness_mm: float | None
    slice_spacing_mm: float | None


class Strip(Struct, frozen=True):
    """Distinct positions in ascending order, in mm, the gaps between them, and the segments where they change."""

    positions_mm: tuple[float, ...]
    gaps: tuple[Gap, ...]
    parts: tuple[Part, ...] = ()


def plan_strip(series: ShownSeries, rows: Sequence[ShownRow]) -> Strip | None:
    """Lay out the positions of a series that is one stack; None where they are unknown or fewer than two."""
    stacks = series.geometry.stacks if series.geometry is not None else ()
    if len(stacks) != 1:
        return None
    stated = sorted(row.position_mm for row in rows if row.position_mm is not None)
    places = _distinct(stated)
    if len(places) < 2:
        return None
    parts = _parts(stated, stacks[0])
    return Strip(places, _gaps(places, stacks[0], parts), parts)


def _distinct(stated: Sequence[float]) -> tuple[float, ...]:
    places: list[float] = []
    for place in stated:
        if not places or place - places[-1] > SAME_PLACE_MM:
            places.append(place)
    return tuple(places)


def _parts(stated: Sequence[float], stack: Stack) -> tuple[Part, ...]:
    """Cut the images into the stack's segments, which count images in the same order; none where they do not add up."""
    ends = tuple(accumulate(segment.images for segment in stack.segments))
    if not ends or ends[-1] != len(stated):
        return ()
    own = [_distinct(stated[begin:end]) for begin, end in pairwise((0, *ends))]
    return tuple(
        Part(letter, places[0], places[-1], len(places), segment.slice_thickness_mm, segment.slice_spacing_mm)
        for letter, places, segment in zip(_letters(), own, stack.segments, strict=False)
    )


def _letters() -> Iterator[str]:
    """Give A to Z, then AA, AB, and so on."""
    yield from ascii_uppercase
    for first in _letters():
        yield from (first + second for second in ascii_uppercase)


def _gaps(places: Sequence[float], stack: Stack, parts: Sequence[Part]) -> tuple[Gap, ...]:
    """Find the gaps that the result counts; each is judged by the segment it lies in, between two by the wider one."""
    if not stack.missing_slices:
        return ()
    gaps = []
    for before, after in pairwise(places):
        around = [part.slice_spacing_mm for part in parts if part.begins_mm <= after and part.ends_mm >= before]
        spacing = max((one for one in around if one is not None), default=stack.slice_spacing_mm)
        if spacing and after - before > GAP_FACTOR * spacing:
            gaps.append(Gap(before, after, round((after - before) / spacing) - 1))
    return tuple(gaps)


def describe_strip(strip: Strip) -> str:
    """Say what the strip shows."""
    span = write_number(round(strip.positions_mm[-1] - strip.positions_mm[0], 1))
    text = f"{len(strip.positions_mm)} slice positions over {span} mm"
    if not strip.gaps:
        text += ", none missing."
    else:
        missing = sum(gap.slices for gap in strip.gaps)
        text += f"; {count(missing, 'slice is', 'slices are')} missing, marked with a cross."
    if not strip.parts:
        return text
    return f"{text} The slices change along the stack: {'; '.join(map(_describe_part, strip.parts))}."


def _describe_part(part: Part) -> str:
    words = f"{part.letter} is {count(part.positions, 'slice', 'slices')}"
    if part.slice_thickness_mm is not None:
        words += f", {write_number(part.slice_thickness_mm)} mm thick"
    if part.slice_spacing_mm is not None:
        words += f", every {write_number(part.slice_spacing_mm)} mm"
    return words


def draw_strip(strip: Strip, name: str) -> Markup:
    """Draw a strip; ``name`` begins the ids inside it."""
    first, last = strip.positions_mm[0], strip.positions_mm[-1]

    def x_of(place: float) -> float:
        return round(LEFT + (place - first) / (last - first) * (RIGHT - LEFT), 1)

    path = "".join(f"M{x_of(place):g} {_TOP:g}v{_HEIGHT:g}" for place in strip.positions_mm)
    gaps = Markup("").join(_gap(x_of(gap.begins_mm), x_of(gap.ends_mm), gap.slices) for gap in strip.gaps)
    parts = Markup("").join(_bracket(x_of(part.begins_mm), x_of(part.ends_mm), part.letter) for part in strip.parts)
    return Markup(
        '<svg class="strip" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">Where the slices lie</title>'
        '<desc id="{name}-desc">{text}</desc><path class="slices" d="{path}"/>{gaps}{parts}'
        '<text x="{left:g}" y="64" class="detail">{first} mm</text>'
        '<text x="{right:g}" y="64" class="detail" text-anchor="end">{last} mm</text></svg>'
    ).format(
        width=WIDTH,
        name=name,
        text=describe_strip(strip),
        path=path,
        gaps=gaps,
        parts=parts,
        height=_LINE + (_ROW if strip.parts else 0),
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


def _bracket(left: float, right: float, letter: str) -> Markup:
    """Draw a bracket below the positions of a segment, a little wider than they lie."""
    return Markup(
        '<g class="part"><path d="M{left:g} {top:g}v6H{right:g}v-6"/>'
        '<text x="{x:g}" y="{y:g}" text-anchor="middle">{letter}</text></g>'
    ).format(left=left - 2, right=right + 2, top=_LINE, x=round((left + right) / 2, 1), y=_LINE + 20, letter=letter)
