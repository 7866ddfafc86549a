"""Where in the heart's cycle an image lies, by rule v1. Expected values stand in the rule's published table."""

import pytest

from shared.dicom.cardiac import aortic_valve_closure_ms, mid_diastole_centre_percent, phase_label, phase_percent


@pytest.mark.parametrize(
    ("rate", "closure"), [(40, 426), (50, 405), (60, 384), (62, 380), (70, 364), (80, 344), (100, 302)]
)
def test_the_aortic_valve_closes_by_weisslers_formula(rate: int, closure: int) -> None:
    """QS2 of Weissler 1968, mean of men and women, less 40 ms from Q to the R peak."""
    assert round(aortic_valve_closure_ms(rate)) == pytest.approx(closure, abs=1)


@pytest.mark.parametrize(("rate", "centre"), [(55, 74), (75, 77)])
def test_mid_diastole_lies_where_otton_found_it(rate: int, centre: int) -> None:
    """74 % at 55 bpm rising to 77 % at 75 bpm (Otton 2013)."""
    assert mid_diastole_centre_percent(rate) == centre


def test_the_published_example_is_late_systole() -> None:
    """275 ms at 62 bpm is 28.4 % of R-R, and the valve closes near 380 ms: the heart still contracts."""
    percent = phase_percent(275, 60000 / 62)
    assert percent is not None
    assert (round(percent, 1), phase_label(275, percent, 62)) == (28.4, "late systole")


@pytest.mark.parametrize(
    ("delay", "rate", "label"),
    [
        (20, 60, "end-diastole / R wave"),
        (960, 60, "end-diastole / R wave"),
        (100, 60, "systole"),
        (220, 60, "late systole"),
        (380, 60, "end-systole"),
        (450, 60, "early diastole"),
        (600, 60, "early to mid diastole"),
        (750, 60, "mid-diastole"),
        (880, 60, "late diastole"),
        (450, 90, "diastole"),
        (300, 90, "end-systole"),
        (99, 150, "systole"),
        (400, 30, None),
        (200, 160, None),
    ],
)
def test_a_phase_has_its_name_by_the_rule(delay: float, rate: float, label: str | None) -> None:
    """Each part of the cycle has one name, and outside 35 to 150 bpm there is none."""
    percent = phase_percent(delay, 60000 / rate)
    assert percent is not None
    assert phase_label(delay, percent, rate) == label


@pytest.mark.parametrize(
    ("rate", "begin", "end"),
    [(40, 22, 30), (50, 25, 36), (60, 28, 41), (62, 29, 42), (70, 31, 46), (80, 32, 50), (90, 33, 53), (100, 34, 55)],
)
def test_end_systole_lies_in_the_guides_window(rate: int, begin: int, end: int) -> None:
    """The window of the guide's table in percent of R-R: a point inside it, and a point and a half outside."""
    interval = 60000 / rate
    inside = {phase_label(percent * interval / 100, percent, rate) for percent in (begin + 1, end - 1)}
    outside = {phase_label(percent * interval / 100, percent, rate) for percent in (begin - 1.5, end + 1.5)}
    assert (inside, "end-systole" in outside) == ({"end-systole"}, False)


@pytest.mark.parametrize(
    ("rate", "earliest", "centre"), [(40, 34, 72), (50, 41, 73), (60, 47, 75), (62, 49, 75), (70, 53, 76), (80, 58, 78)]
)
def test_mid_diastole_lies_at_the_guides_centre_and_never_before_its_begin(
    rate: int, earliest: int, centre: int
) -> None:
    """Both columns of the guide's table, in percent of R-R."""
    interval = 60000 / rate
    labels = [phase_label(percent * interval / 100, percent, rate) for percent in (earliest, centre)]
    assert labels[0] != labels[1] == "mid-diastole"


@pytest.mark.parametrize("rate", [90, 100])
def test_fast_hearts_have_no_mid_diastole(rate: int) -> None:
    """The rest period vanishes: the guide's table has no centre for them."""
    assert phase_label(0.76 * 60000 / rate, 76, rate) == "diastole"


@pytest.mark.parametrize(("percent", "interval"), [(34, 900), (35, 870)])
def test_end_systole_is_where_publications_found_it(percent: int, interval: int) -> None:
    """Maximal shortening at 34 % (McVeigh 2018), end-systole read at 35 % (Isma'eel 2009)."""
    assert phase_label(percent * interval / 100, percent, 60000 / interval) == "end-systole"


@pytest.mark.parametrize("delay", [-1.0, 1000.0, 1500.0])
def test_a_delay_outside_the_interval_has_no_phase(delay: float) -> None:
    """A delay is never wrapped into the next beat."""
    assert phase_percent(delay, 1000) is None
