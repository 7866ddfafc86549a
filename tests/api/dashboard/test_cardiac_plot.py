"""The drawing of a heart cycle: readable, in words too, and free of overlaps."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from api.dashboard.views.cardiac_cycle import Cycle, plan_cycle
from api.dashboard.views.cardiac_plot import MAX_LABELLED, WIDTH, Placed, describe_cycle, draw_cycle, place_labels
from shared.dicom.series_parts import Cardiac, CardiacPhase

SVG = "{http://www.w3.org/2000/svg}"
EVEN_20 = [5.0 * number for number in range(20)]
UNEVEN = [0, 1, 2, 3, 30, 31, 70, 70.5, 71, 99, 100]


def cycle_of(percents: list[float], *, rr: float | None = 967.7, closure: float | None = 380.4) -> Cycle:
    """A steady cycle with phases at these percentages."""
    phases = tuple(CardiacPhase(index, 12, float(percent)) for index, percent in enumerate(percents))
    cycle = plan_cycle(Cardiac(gated=True, rr_interval_ms=rr, aortic_valve_closure_ms=closure, phases=phases))
    assert cycle is not None
    return cycle


def touch(one: Placed, other: Placed) -> bool:
    """Whether two labels cover each other."""
    return one.row == other.row and abs(one.x - other.x) < (one.width + other.width) / 2 - 0.11


@pytest.mark.parametrize(
    "percents",
    [[70.0], [10.0 * n for n in range(10)], EVEN_20, UNEVEN, [50.0] * 6],
    ids=["1", "10", "20", "odd", "same"],
)
def test_no_two_labels_touch(percents: list[float]) -> None:
    """Every phase has its label, however close the phases are."""
    labels = place_labels(cycle_of(percents).marks)
    assert [(a.lines, b.lines) for a, b in combinations(labels, 2) if touch(a, b)] == []
    assert len(labels) == len(percents)
    assert all(label.width / 2 <= label.x <= WIDTH - label.width / 2 for label in labels)


def test_of_very_many_phases_every_nth_is_labelled() -> None:
    """A hundred marks stay marks; the table has every number."""
    cycle = cycle_of([float(number) for number in range(100)])
    assert (len(place_labels(cycle.marks)) <= MAX_LABELLED, len(cycle.marks)) == (True, 100)


def test_a_label_says_percent_and_milliseconds() -> None:
    """70 % of 967.7 ms is about 677 ms."""
    [label] = place_labels(cycle_of([70.0]).marks)
    assert label.lines == ("70 %", "≈ 677 ms")


def test_the_drawing_is_well_formed_and_has_its_words() -> None:
    """A screen reader hears title and description; the curve is called schematic."""
    root = ET.fromstring(draw_cycle(cycle_of(EVEN_20), "one"))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert root.get("aria-labelledby") == "one-title one-desc"
    assert {"ECG, schematic", "Systole (estimate)", "Diastole"} <= set(texts)
    assert texts.count("R") == 2


def test_systole_and_diastole_differ_by_pattern() -> None:
    """Printed in grey they are told apart by lines and dots."""
    fills = [shape.get("fill") for shape in ET.fromstring(draw_cycle(cycle_of([70.0]), "one")).iter(f"{SVG}rect")]
    assert {"url(#one-lines)", "url(#one-dots)"} <= set(fills)


def test_systole_takes_its_share_of_the_band() -> None:
    """39.3 % of the cycle at 62 beats per minute."""
    bands = [
        float(shape.get("width", "0"))
        for shape in ET.fromstring(draw_cycle(cycle_of([70.0]), "one")).iter(f"{SVG}rect")
        if (shape.get("fill") or "").startswith("url")
    ]
    assert bands[0] / sum(bands) == pytest.approx(0.393, abs=0.001)


def test_without_a_closure_no_band_is_named() -> None:
    """What is not known is said, not drawn."""
    drawing = draw_cycle(cycle_of([70.0], rr=None, closure=None), "one")
    assert "Where systole ends is not known" in drawing
    assert "Diastole" not in drawing


def test_the_description_has_the_numbers_of_the_drawing() -> None:
    """Who cannot see the plot is told the same."""
    assert describe_cycle(cycle_of([70.0])) == (
        "One heart cycle from R peak to R peak. The R-R interval is 967.7 ms. Systole ends about 380.4 ms after the R "
        "peak (39 %), an estimate. 1 phase is marked."
    )


def test_an_axis_of_delays_has_one_peak() -> None:
    """Nothing is drawn where the next beat may be."""
    cycle = plan_cycle(Cardiac(gated=True, phases=(CardiacPhase(0, 5, trigger_delay_ms=100.0),)))
    assert cycle is not None
    root = ET.fromstring(draw_cycle(cycle, "one"))
    assert [text.text for text in root.iter(f"{SVG}text")].count("R") == 1


def test_a_hostile_label_is_text() -> None:
    """Words out of a file never become markup."""
    phases = (CardiacPhase(0, 1, 70.0, label="<script>alert(1)</script>"),)
    cycle = plan_cycle(Cardiac(gated=True, phases=phases))
    assert cycle is not None
    assert "<script" not in draw_cycle(cycle, "one")
