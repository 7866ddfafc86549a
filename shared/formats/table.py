"""A result as CSV (RFC 4180): one row per instance, with the facts of its series beside it.

Units stand in the column's name. A cell of text that a spreadsheet would take for a formula gets an apostrophe before
it (OWASP, CSV Injection); a value that varies over the series is left empty, since no row of this table could say
which instance has which.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from shared.dicom.series_parts import CardiacPhase, InstanceRow
from shared.dicom.values import Value, Varying
from shared.formats.listing import ListedSeries, ListedStudy

COLUMNS = (
    "study_instance_uid",
    "study_date",
    "series_instance_uid",
    "series_number",
    "series_description",
    "modality",
    "body_part",
    "sop_class_uid",
    "sop_instance_uid",
    "instance_number",
    "position_mm",
    "manufacturer",
    "model",
    "rows",
    "columns",
    "row_spacing_mm",
    "column_spacing_mm",
    "slice_thickness_mm",
    "gated",
    "heart_rate_bpm",
    "rr_interval_ms",
    "phase_index",
    "phase_percent",
    "trigger_delay_ms",
    "phase_label",
)
"""The columns in order; new ones are added at the end."""

ROWS_PER_PIECE = 500
"""Lines after which what is written so far is sent on; about 100 KB."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | bool | None


def write_csv(studies: Sequence[ListedStudy]) -> Iterator[str]:
    """Write the instances of a result.

    Parameters
    ----------
    studies
        Every series with all of its instances.

    Returns
    -------
    iterator of str
        In pieces of whole lines: a header line and one line per instance, in the result's order, ended by CRLF.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    rows = ((study, series, row) for study in studies for series in study.series for row in series.instances)
    for number, (study, series, row) in enumerate(rows, start=1):
        cells = dict(_cells(study, series, row))
        writer.writerow([_write(cells.get(column)) for column in COLUMNS])
        if number % ROWS_PER_PIECE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _cells(study: ListedStudy, series: ListedSeries, row: InstanceRow) -> Iterator[tuple[str, Cell]]:
    yield "study_instance_uid", study.study_instance_uid
    yield "study_date", study.date
    yield "series_instance_uid", series.series_instance_uid
    yield "series_number", series.series_number
    yield "series_description", series.description
    yield "modality", series.modality
    yield "body_part", series.body_part
    yield "sop_class_uid", series.sop_class.uid
    yield "sop_instance_uid", row.sop_instance_uid
    yield "instance_number", row.instance_number
    yield "position_mm", row.position_mm
    yield from _of_equipment(series)
    yield from _of_image(series)
    yield from _of_cardiac(series, row)


def _of_equipment(series: ListedSeries) -> Iterator[tuple[str, Cell]]:
    if series.equipment is not None:
        yield "manufacturer", series.equipment.manufacturer
        yield "model", series.equipment.model


def _of_image(series: ListedSeries) -> Iterator[tuple[str, Cell]]:
    if series.image is not None:
        yield "rows", series.image.rows
        yield "columns", series.image.columns
        if series.image.pixel_spacing_mm is not None:
            yield from zip(("row_spacing_mm", "column_spacing_mm"), series.image.pixel_spacing_mm, strict=True)
    if series.geometry is not None and len(series.geometry.stacks) == 1:
        yield "slice_thickness_mm", series.geometry.stacks[0].slice_thickness_mm


def _of_cardiac(series: ListedSeries, row: InstanceRow) -> Iterator[tuple[str, Cell]]:
    cardiac = series.cardiac
    if cardiac is None:
        return
    yield "gated", cardiac.gated
    yield "heart_rate_bpm", _steady(cardiac.heart_rate_bpm)
    yield "rr_interval_ms", _steady(cardiac.rr_interval_ms)
    phase = _phase(cardiac.phases, row.phase_index)
    if phase is not None:
        yield "phase_index", phase.index
        yield "phase_percent", phase.phase_percent
        yield "trigger_delay_ms", phase.trigger_delay_ms
        yield "phase_label", phase.label


def _phase(phases: Sequence[CardiacPhase], index: int | None) -> CardiacPhase | None:
    """Give the phase of a row; the only one of a series is every row's."""
    if len(phases) == 1:
        return phases[0]
    return next((phase for phase in phases if phase.index == index), None)


def _steady(value: Value | Varying | None) -> Cell:
    return value if isinstance(value, int | float) else None


def _write(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str() if cell.startswith(_FORMULA_STARTS):
            return f"'{cell}"
        case _:
            return str(cell)
