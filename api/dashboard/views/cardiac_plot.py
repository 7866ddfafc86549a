"""The drawing of one heart cycle: inline SVG without colour of its own; the stylesheet gives it, patterns carry it.

The curve on top is a schematic ECG with the shape that textbooks draw; it is not the patient's.
"""

from markupsafe import Markup, escape
from msgspec import Struct

from api.dashboard.views.cardiac_cycle import Cycle, Mark
from api.dashboard.views.quantities import write_number

WIDTH, LEFT, RIGHT = 760.0, 44.0, 714.0
"""The drawing's width, and where the cycle begins and ends in it, in drawing units."""

_ECG_TOP, _ECG_BASE, _ECG_LOW = 16.0, 62.0, 72.0
_BAND_TOP, _BAND_HEIGHT = 84.0, 40.0
_AXIS = _BAND_TOP + _BAND_HEIGHT
_LABELS_TOP, _ROW = 150.0, 34.0
_CHARACTER = 6.6
"""Width of a character of a label, in drawing units, on the safe side."""

MAX_LABELLED = 40
"""Marks up to which each has its label; of more, every second, third, … has."""


class Placed(Struct, frozen=True):
    """A label: the mark it belongs to, its centre and its row."""

    mark: Mark
    x: float
    row: int
    lines: tuple[str, ...]
    width: float


def x_of(share: float) -> float:
    """Give the place of a share of the cycle in the drawing."""
    return round(LEFT + share * (RIGHT - LEFT), 1)


def label_lines(mark: Mark) -> tuple[str, ...]:
    """Write a mark's label: percent above milliseconds, as far as known; computed milliseconds are marked as about."""
    percent = None if mark.percent is None else f"{write_number(round(mark.percent, 1))} %"
    about = "≈ " if mark.is_computed else ""
    delay = None if mark.delay_ms is None else f"{about}{write_number(round(mark.delay_ms, 1))} ms"
    if mark.is_computed and mark.delay_ms is not None:
        delay = f"≈ {mark.delay_ms:.0f} ms"
    return tuple(line for line in (percent, delay) if line is not None)


def place_labels(marks: tuple[Mark, ...]) -> tuple[Placed, ...]:
    """Put each label below its mark into the first row where it touches no other."""
    step = -(-len(marks) // MAX_LABELLED)
    ends: list[float] = []
    placed = []
    for mark in marks[:: max(step, 1)]:
        lines = label_lines(mark)
        width = max(len(line) for line in lines) * _CHARACTER + 6
        x = min(max(x_of(mark.at), width / 2), WIDTH - width / 2)
        row = next((row for row, end in enumerate(ends) if end <= x - width / 2), len(ends))
        ends[row:] = [x + width / 2, *ends[row + 1 :]]
        placed.append(Placed(mark, round(x, 1), row, lines, width))
    return tuple(placed)


def draw_cycle(cycle: Cycle, name: str) -> Markup:
    """Draw a cycle.

    Parameters
    ----------
    name
        Begins the ids inside the drawing; unique on the page.
    """
    labels = place_labels(cycle.marks)
    rows = max((label.row for label in labels), default=0) + 1
    height = _LABELS_TOP + rows * _ROW + 6
    parts = [
        _head(cycle, name, height),
        _patterns(name),
        _ecg(cycle),
        *_bands(cycle, name),
        *(_leader(label) for label in labels),
        *(_tick(mark) for mark in cycle.marks),
        *(_label(label) for label in labels),
        _axis(cycle),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def describe_cycle(cycle: Cycle) -> str:
    """Say what the drawing shows, for readers who do not see it."""
    sentences = []
    if cycle.has_second_peak:
        sentences.append("One heart cycle from R peak to R peak.")
    else:
        sentences.append("The time after the R peak; the length of the heart cycle is not known.")
    if cycle.rr_ms is not None:
        sentences.append(f"The R-R interval is {_span(cycle.rr_ms)} ms.")
    if cycle.systole_ends is not None and cycle.closure_ms is not None:
        share = _span(tuple(round(100 * end) for end in cycle.systole_ends))
        at = f" ({share} %)" if cycle.has_second_peak else ""
        sentences.append(f"Systole ends about {_span(cycle.closure_ms)} ms after the R peak{at}, an estimate.")
    sentences.append(f"{len(cycle.marks)} {'phase is' if len(cycle.marks) == 1 else 'phases are'} marked.")
    if cycle.unplaced:
        sentences.append(f"{cycle.unplaced} more {'has' if cycle.unplaced == 1 else 'have'} no place in this cycle.")
    return " ".join(sentences)


def _span(ends: tuple[float, ...]) -> str:
    low, high = (write_number(round(end, 1)) for end in ends)
    return low if low == high else f"{low} to {high}"


def _head(cycle: Cycle, name: str, height: float) -> Markup:
    return Markup(
        '<svg class="cycle" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">Timing in the heart cycle</title>'
        '<desc id="{name}-desc">{text}</desc>'
    ).format(width=WIDTH, height=height, name=name, text=describe_cycle(cycle))


def _patterns(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{name}-lines" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="8" height="8" class="systole"/>'
        '<line x1="0" y1="0" x2="0" y2="8" class="hatch"/></pattern>'
        '<pattern id="{name}-dots" width="10" height="10" patternUnits="userSpaceOnUse">'
        '<rect width="10" height="10" class="diastole"/><circle cx="5" cy="5" r="1" class="dot"/></pattern></defs>'
    ).format(name=name)


def _ecg(cycle: Cycle) -> Markup:
    """Draw the schematic curve: half a QRS, the T wave before systole ends, the P wave, and the next R peak."""
    ends = 0.38 if cycle.systole_ends is None else max(0.2, min(0.7, sum(cycle.systole_ends) / 2))
    points: list[tuple[float, float]] = [(0.0, _ECG_TOP), (0.016, _ECG_LOW), (0.03, _ECG_BASE)]
    path = "M" + " L".join(f"{x_of(share):g} {y:g}" for share, y in points)
    path += f" H{x_of(ends - 0.13):g}" + _wave(ends - 0.13, ends - 0.01, 15)
    if cycle.has_second_peak:
        path += f" H{x_of(0.82):g}" + _wave(0.82, 0.9, 8)
        tail: list[tuple[float, float]] = [(0.962, _ECG_BASE), (0.975, _ECG_BASE + 5), (1.0, _ECG_TOP)]
        path += "".join(f" L{x_of(share):g} {y:g}" for share, y in tail)
    else:
        path += f" H{x_of(min(ends + 0.06, 0.98)):g}"
    peaks = [0.0, 1.0] if cycle.has_second_peak else [0.0]
    texts = Markup("").join(
        Markup('<text x="{x:g}" y="12" class="peak" text-anchor="middle">R</text>').format(x=x_of(peak) + side)
        for peak, side in zip(peaks, (-12.0, 12.0), strict=False)
    )
    lines = Markup("").join(
        Markup('<line x1="{x:g}" y1="{top:g}" x2="{x:g}" y2="{low:g}" class="beat"/>').format(
            x=x_of(peak), top=_ECG_TOP, low=_AXIS
        )
        for peak in peaks
    )
    note = Markup('<text x="{x:g}" y="30" class="note" text-anchor="middle">ECG, schematic</text>').format(x=x_of(0.5))
    return lines + Markup('<path d="{path}" class="ecg"/>').format(path=path) + texts + note


def _wave(begin: float, end: float, height: float) -> str:
    quarter = (end - begin) / 4
    top = _ECG_BASE - height * 1.33
    return f" C{x_of(begin + quarter):g} {top:g} {x_of(end - quarter):g} {top:g} {x_of(end):g} {_ECG_BASE:g}"


def _bands(cycle: Cycle, name: str) -> list[Markup]:
    if cycle.systole_ends is None:
        return [_band(0.0, 1.0, "unknown", "Where systole ends is not known"), _frame()]
    first, last = cycle.systole_ends
    bands = [_band(0.0, first, f"url(#{name}-lines)", "Systole (estimate)")]
    if last - first > 0.002:
        bands.append(_band(first, last, "between", ""))
    if last < 1:
        bands.append(_band(last, 1.0, f"url(#{name}-dots)", "Diastole"))
    return [*bands, _frame()]


def _band(begin: float, end: float, fill: str, text: str) -> Markup:
    left, right = x_of(begin), x_of(end)
    is_pattern = fill.startswith("url")
    paint = Markup('fill="{}"').format(fill) if is_pattern else Markup('class="{}"').format(fill)
    shape = Markup('<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {paint}/>').format(
        x=left, y=_BAND_TOP, width=round(right - left, 1), height=_BAND_HEIGHT, paint=paint
    )
    width = len(text) * 7.4 + 12
    if not text or width > right - left:
        return shape
    middle = round((left + right) / 2, 1)
    plate = Markup('<rect x="{x:g}" y="{y:g}" width="{width:g}" height="20" rx="4" class="plate"/>').format(
        x=round(middle - width / 2, 1), y=_BAND_TOP + 5, width=round(width, 1)
    )
    words = Markup('<text x="{x:g}" y="{y:g}" class="band" text-anchor="middle">{text}</text>').format(
        x=middle, y=_BAND_TOP + 19, text=text
    )
    return shape + plate + words


def _frame() -> Markup:
    return Markup('<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" class="outline"/>').format(
        x=LEFT, y=_BAND_TOP, width=RIGHT - LEFT, height=_BAND_HEIGHT
    )


def _tick(mark: Mark) -> Markup:
    x = x_of(mark.at)
    words = ", ".join((f"Phase {mark.index + 1}", *label_lines(mark), *([mark.label] if mark.label else [])))
    return Markup(
        '<g class="mark"><title>{words}</title><line x1="{x:g}" y1="{low:g}" x2="{x:g}" y2="{axis:g}"/>'
        '<path d="M{x:g} {axis:g} l-4 7 h8 z"/></g>'
    ).format(words=words, x=x, low=_AXIS - 12, axis=_AXIS)


def _leader(label: Placed) -> Markup:
    return Markup('<path d="M{x:g} {from_:g} L{x:g} {turn:g} L{to:g} {end:g}" class="leader"/>').format(
        x=x_of(label.mark.at),
        from_=_AXIS + 7,
        to=label.x,
        turn=_LABELS_TOP + label.row * _ROW - 6,
        end=_LABELS_TOP + label.row * _ROW - 2,
    )


def _label(label: Placed) -> Markup:
    top = _LABELS_TOP + label.row * _ROW + 9
    plate = Markup('<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" class="plate"/>').format(
        x=round(label.x - label.width / 2 + 2, 1),
        y=top - 10,
        width=round(label.width - 4, 1),
        height=13 * len(label.lines),
    )
    lines = Markup("").join(
        Markup('<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="middle">{line}</text>').format(
            x=label.x, y=top + 12 * number, kind="value" if number == 0 else "detail", line=line
        )
        for number, line in enumerate(label.lines)
    )
    return plate + lines


def _axis(cycle: Cycle) -> Markup:
    """Write the ends of the axis beside the band, where no label of a mark can be."""
    end = "100 %" if cycle.has_second_peak else ""
    begin = "0 %" if cycle.has_second_peak else "0 ms"
    return Markup(
        '<text x="{left:g}" y="{y:g}" class="end" text-anchor="end">{begin}</text>'
        '<text x="{right:g}" y="{y:g}" class="end">{end}</text>'
    ).format(left=LEFT - 4, right=RIGHT + 3, y=_BAND_TOP - 4, begin=escape(begin), end=end)
