"""A series as a card: its name, the facts that a reader asks for first, its plots and its technical table."""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from api.dashboard.views.cardiac_cycle import Cycle, plan_cycle
from api.dashboard.views.cardiac_plot import describe_cycle, draw_cycle, label_lines
from api.dashboard.views.geometry_strip import describe_strip, draw_strip, plan_strip
from api.dashboard.views.quantities import unit_of, write_number, write_value
from api.dashboard.views.results import ShownRow, ShownSeries, Tree
from api.dashboard.wording import MODALITIES
from shared.dicom.series_parts import Cardiac, Stack
from shared.dicom.values import Varying

MAX_TECHNICAL_ROWS = 400
"""Rows of the technical table of one series; the download has all."""

MAX_NAMED = 5
"""Incomplete phases that are named; of more, the number is given."""

_LEFT_OUT = {"instances", "provenance", "warnings", "unreadable", "further_objects"}
"""Parts of a series that have a place of their own on the page, or only in the download."""


class Fact(Struct, frozen=True):
    """A fact of the card."""

    name: str
    value: str


class TechnicalRow(Struct, frozen=True):
    """A value with its key, and where it was read: attribute, tag, text as in the file, or how it was derived."""

    key: str
    value: str
    keyword: str | None = None
    tag: str | None = None
    raw: str | None = None
    source: str | None = None


class PhaseRow(Struct, frozen=True):
    """One phase in the table beside the plot."""

    number: int
    percent: str
    delay: str
    label: str
    slices: str


class Picture(Struct, frozen=True):
    """One preview: its address and what it shows."""

    address: str
    words: str


class SeriesCard(Struct, frozen=True):
    """Everything the page shows of one series; ``anchor`` is its id on the page."""

    anchor: str
    title: str
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    cycle: Markup | None
    cycle_text: str | None
    phases: tuple[PhaseRow, ...]
    phase_note: str | None
    incomplete: str | None
    cardiac_facts: tuple[Fact, ...]
    strip: Markup | None
    strip_text: str | None
    technical: tuple[TechnicalRow, ...]
    is_shortened: bool
    warnings: tuple[str, ...]
    unreadable: tuple[str, ...]


def view_series(
    series: ShownSeries, anchor: str, rows: Sequence[ShownRow] = (), pictures: tuple[Picture, ...] = ()
) -> SeriesCard:
    """Build the card of a series.

    Parameters
    ----------
    rows
        Its instances where the result leaves them out.
    """
    cycle = plan_cycle(series.cardiac) if series.cardiac is not None else None
    strip = plan_strip(series, series.instances or rows)
    technical = _technical(series)
    return SeriesCard(
        anchor=anchor,
        title=_title(series),
        facts=tuple(_facts(series)),
        pictures=pictures,
        cycle=None if cycle is None else draw_cycle(cycle, f"{anchor}-cycle"),
        cycle_text=None if cycle is None else describe_cycle(cycle),
        phases=() if cycle is None else _phases(cycle, series),
        phase_note=series.cardiac.phase_note if series.cardiac is not None else None,
        incomplete=None if cycle is None else _incomplete(cycle, series),
        cardiac_facts=() if series.cardiac is None else tuple(_cardiac_facts(series.cardiac)),
        strip=None if strip is None else draw_strip(strip, f"{anchor}-strip"),
        strip_text=None if strip is None else describe_strip(strip),
        technical=technical[:MAX_TECHNICAL_ROWS],
        is_shortened=len(technical) > MAX_TECHNICAL_ROWS,
        warnings=tuple(finding.detail for finding in series.warnings),
        unreadable=tuple(f"{one.keyword} {one.tag}" for one in series.unreadable),
    )


def _title(series: ShownSeries) -> str:
    number = "" if series.series_number is None else f"Series {series.series_number}: "
    return f"{number}{series.description or MODALITIES.get(series.modality, series.modality)}"


def _facts(series: ShownSeries) -> list[Fact]:
    stack = series.main_stack
    image, equipment = series.image, series.equipment
    found: list[tuple[str, object, str | None]] = [
        ("Kind", MODALITIES.get(series.modality, series.modality), None),
        ("Body part", _sentence_case(series.body_part), None),
        ("Images", None if series.has_block else (series.frame_count or series.instance_count), None),
        ("Slice positions", None if stack is None else stack.positions, None),
        ("Missing slices", stack.missing_slices if stack is not None and stack.missing_slices else None, None),
        ("Plane", None if stack is None else _sentence_case(stack.plane), None),
        ("Slice thickness", None if stack is None else _thickness(stack), "mm"),
        ("Distance of slices", None if stack is None else _spacing(stack), "mm"),
        ("Pixel size", None if image is None else _by(image.pixel_spacing_mm), None),
        ("Contrast agent", series.acquisition.get("contrast_agent"), None),
        ("Scanner", None if equipment is None else _join(equipment.manufacturer, equipment.model), None),
        ("Institution", None if equipment is None else equipment.institution, None),
    ]
    facts = [Fact(name, write_value(value, unit)) for name, value, unit in found if value is not None]
    return [*facts, Fact("Use", "Overview image for planning")] if series.is_localizer else facts


def _thickness(stack: Stack) -> float | Varying | None:
    """Give the thickness, as a range where the segments of the stack differ."""
    return _range([one.slice_thickness_mm for one in stack.segments]) or stack.slice_thickness_mm


def _spacing(stack: Stack) -> float | Varying | None:
    """Give the spacing, as a range where the segments of the stack differ: the median of all would be nobody's."""
    return _range([one.slice_spacing_mm for one in stack.segments]) or stack.slice_spacing_mm


def _range(stated: Sequence[float | None]) -> Varying | None:
    found = [one for one in stated if one is not None]
    return Varying(min(found), max(found), ()) if len(set(found)) > 1 else None


def _sentence_case(text: str | None) -> str | None:
    return text.capitalize() if text else None


def _by(sizes: tuple[float, float] | None) -> str | None:
    """Write height and width of a pixel, in mm."""
    return None if sizes is None else f"{write_number(sizes[0])} × {write_number(sizes[1])} mm"


def _join(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _cardiac_facts(cardiac: Cardiac) -> list[Fact]:
    found: list[tuple[str, object, str | None]] = [
        ("Timed to the heartbeat", "yes" if cardiac.gated else "no", None),
        ("Method", _sentence_case(cardiac.technique), None),
        ("Signal", cardiac.signal_source, None),
        ("Heart rate", cardiac.heart_rate_bpm, "beats per minute"),
        ("R-R interval", cardiac.rr_interval_ms, "ms"),
        ("Phase", cardiac.phase_percent, "% of R-R"),
        ("Delay after the R peak", cardiac.trigger_delay_ms, "ms"),
        ("Phase in words", cardiac.phase_label, None),
    ]
    return [Fact(name, write_value(value, unit)) for name, value, unit in found if value is not None]


def _phases(cycle: Cycle, series: ShownSeries) -> tuple[PhaseRow, ...]:
    stack = series.main_stack
    rows = []
    for mark in cycle.marks:
        lines = label_lines(mark)
        slices = "" if mark.positions is None else str(mark.positions)
        if mark.positions is not None and stack is not None and mark.positions < stack.positions:
            slices = f"{mark.positions} of {stack.positions}"
        percent = next((line for line in lines if line.endswith("%")), "")
        delay = next((line for line in lines if line.endswith("ms")), "")
        rows.append(PhaseRow(mark.index + 1, percent, delay, mark.label or "", slices))
    return tuple(rows)


def _incomplete(cycle: Cycle, series: ShownSeries) -> str | None:
    """Say which phases lack slices, None where all have as many as the stack has positions."""
    stack = series.main_stack
    if stack is None:
        return None
    short = [mark for mark in cycle.marks if mark.positions is not None and mark.positions < stack.positions]
    if not short:
        return None
    named = ", ".join(f"phase {mark.index + 1} ({mark.positions} of {stack.positions})" for mark in short[:MAX_NAMED])
    more = f" and {len(short) - MAX_NAMED} more" if len(short) > MAX_NAMED else ""
    return f"Not every phase has all slices: {named}{more}."


def _technical(series: ShownSeries) -> tuple[TechnicalRow, ...]:
    tree: Tree = {name: value for name, value in series.tree.items() if name not in _LEFT_OUT}
    rows = []
    for key, value in _flatten("", tree):
        origin = series.provenance.get(key)
        rows.append(
            TechnicalRow(
                key,
                write_value(value, unit_of(key)),
                None if origin is None else origin.keyword,
                None if origin is None else origin.tag,
                None if origin is None else origin.raw,
                None if origin is None else origin.source,
            )
        )
    return tuple(rows)


def _flatten(path: str, value: object) -> list[tuple[str, object]]:
    """List the leaves of a tree by their dotted key; lists of plain values and ranges are leaves."""
    if isinstance(value, dict) and not {"min", "max"} <= set(value):
        return [leaf for name, part in value.items() for leaf in _flatten(f"{path}.{name}" if path else name, part)]
    if isinstance(value, list | tuple) and any(isinstance(part, dict | list | tuple) for part in value):
        return [leaf for index, part in enumerate(value) for leaf in _flatten(f"{path}[{index}]", part)]
    return [(path, value)]
