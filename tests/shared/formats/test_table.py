"""CSV: one row per instance that a spreadsheet reads as it is meant."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from shared.dicom.series_parts import Cardiac, CardiacPhase, Equipment, Geometry, Image, InstanceRow, Stack
from shared.dicom.values import Varying
from shared.formats.table import COLUMNS, write_csv
from tests.shared.formats.test_fhir import make_series, make_study


def read(pieces: Iterator[str]) -> list[dict[str, str]]:
    """Read the table as any reader of CSV does."""
    return list(csv.DictReader(io.StringIO("".join(pieces))))


def test_each_instance_is_a_row_with_the_facts_of_its_series() -> None:
    """Numbers are plain, units stand in the column's name, what is unknown is empty."""
    series = make_series(
        instances=(InstanceRow("1.2.3.4.1", 1, -12.5), InstanceRow("1.2.3.4.2", 2, -10.0)),
        instance_count=2,
        equipment=Equipment(manufacturer="ACME"),
        image=Image(rows=512, columns=256, pixel_spacing_mm=(0.4, 0.5)),
        geometry=Geometry((Stack("axial", 2, 2, slice_thickness_mm=2.5),)),
    )
    rows = read(write_csv([make_study(series=(series,))]))
    assert [(row["sop_instance_uid"], row["position_mm"]) for row in rows] == [
        ("1.2.3.4.1", "-12.5"),
        ("1.2.3.4.2", "-10.0"),
    ]
    shown = {name: rows[0][name] for name in ("rows", "columns", "row_spacing_mm", "column_spacing_mm", "manufacturer")}
    assert shown == {
        "rows": "512",
        "columns": "256",
        "row_spacing_mm": "0.4",
        "column_spacing_mm": "0.5",
        "manufacturer": "ACME",
    }
    assert (rows[0]["slice_thickness_mm"], rows[0]["heart_rate_bpm"], list(rows[0])) == ("2.5", "", list(COLUMNS))


def test_an_image_without_spacing_has_empty_cells() -> None:
    """A photograph has rows and columns and no millimetres."""
    [row] = read(write_csv([make_study(series=(make_series(image=Image(rows=10, columns=20)),))]))
    assert (row["rows"], row["row_spacing_mm"]) == ("10", "")


def test_an_instance_of_a_phase_carries_that_phase() -> None:
    """The phase table is joined by the instance's phase index; a varying heart rate belongs to no single row."""
    cardiac = Cardiac(
        gated=True,
        heart_rate_bpm=Varying(60, 62, (60, 62)),
        rr_interval_ms=1000.0,
        phases=(CardiacPhase(0, 1, 35.0, label="end-systole"), CardiacPhase(1, 1, 75.0, 750.0, "mid-diastole")),
    )
    rows = (InstanceRow("1.2.3.4.1", phase_index=1), InstanceRow("1.2.3.4.2"))
    series = make_series(instances=rows, instance_count=2, cardiac=cardiac)
    first, second = read(write_csv([make_study(series=(series,))]))
    assert [first[name] for name in ("gated", "heart_rate_bpm", "phase_index", "trigger_delay_ms", "phase_label")] == [
        "true",
        "",
        "1",
        "750.0",
        "mid-diastole",
    ]
    assert (second["phase_index"], second["rr_interval_ms"]) == ("", "1000.0")


def test_the_only_phase_of_a_series_is_every_instances() -> None:
    """A series reconstructed at one phase needs no index."""
    cardiac = Cardiac(gated=True, phases=(CardiacPhase(0, 1, 70.0),))
    [row] = read(write_csv([make_study(series=(make_series(cardiac=cardiac),))]))
    assert (row["phase_percent"], row["gated"]) == ("70.0", "true")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula(start: str) -> None:
    """A description that a spreadsheet would run is shown as text."""
    hostile: Any = f"{start}cmd|' /C calc'!A0"
    [row] = read(write_csv([make_study(series=(make_series(description=hostile),))]))
    assert row["series_description"] == f"'{hostile}"


def test_a_long_table_comes_in_pieces_of_whole_lines() -> None:
    """What is written so far is sent on, and together it is one table."""
    rows = tuple(InstanceRow(f"1.2.3.4.{number}") for number in range(1001))
    pieces = list(write_csv([make_study(series=(make_series(instances=rows),))]))
    assert [piece.count("\r\n") for piece in pieces] == [501, 500, 1]
    assert [row["sop_instance_uid"] for row in read(iter(pieces))] == [row.sop_instance_uid for row in rows]
