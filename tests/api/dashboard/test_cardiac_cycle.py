"""Where phases and the end of systole lie in one heart cycle.

Expected closures: QS2 of Weissler et al. 1968, the mean of 546 - 2.1 HR and 549 - 2.0 HR, less 40 ms from Q to R.
"""

import pytest

from api.dashboard.views.cardiac_cycle import plan_cycle
from shared.dicom.series_parts import Cardiac, CardiacPhase
from shared.dicom.values import Varying

AT_62_BPM = Cardiac(gated=True, heart_rate_bpm=62.0, rr_interval_ms=967.7, aortic_valve_closure_ms=380.4)


def test_a_phase_by_percent_is_given_its_milliseconds_as_computed() -> None:
    """70 % of 967.7 ms is 677.4 ms, which the file does not say itself."""
    cycle = plan_cycle(Cardiac(gated=True, rr_interval_ms=967.7, phases=(CardiacPhase(0, 320, 70.0),)))
    assert cycle is not None
    [mark] = cycle.marks
    assert (mark.at, mark.percent, mark.is_computed, mark.positions) == (0.7, 70.0, True, 320)
    assert mark.delay_ms == pytest.approx(677.39)


def test_a_phase_by_delay_is_placed_by_the_interval() -> None:
    """275 ms after the R peak of a 967.7 ms cycle is 28.4 %, the example of the wire contract."""
    cycle = plan_cycle(
        Cardiac(gated=True, rr_interval_ms=967.7, phases=(CardiacPhase(0, 320, trigger_delay_ms=275.0),))
    )
    assert cycle is not None
    [mark] = cycle.marks
    assert mark.percent == pytest.approx(28.4, abs=0.05)
    assert (mark.delay_ms, mark.is_computed) == (275.0, False)


def test_systole_ends_where_the_aortic_valve_closes() -> None:
    """At 62 beats per minute the valve closes 380.4 ms after R, at 39.3 % of the cycle."""
    cycle = plan_cycle(AT_62_BPM)
    assert cycle is not None
    assert cycle.systole_ends == pytest.approx((0.393, 0.393), abs=0.0005)


def test_a_varying_heart_rate_has_a_zone_in_which_systole_ends() -> None:
    """Of 68 to 76 beats per minute: 368.1 ms of 882.4 ms is 41.7 %, 351.7 ms of 789.5 ms is 44.5 %."""
    cycle = plan_cycle(
        Cardiac(
            gated=True,
            rr_interval_ms=Varying(789.5, 882.4, ()),
            aortic_valve_closure_ms=Varying(351.7, 368.1, ()),
            phases=(CardiacPhase(0, 5, 70.0),),
        )
    )
    assert cycle is not None
    assert cycle.systole_ends == pytest.approx((0.417, 0.445), abs=0.0005)
    assert (cycle.marks[0].delay_ms, cycle.axis_ms) == (None, None)


def test_percentages_alone_make_an_axis_of_percent() -> None:
    """Without an interval there are no milliseconds and no end of systole, but the cycle has its second peak."""
    cycle = plan_cycle(Cardiac(gated=True, phases=(CardiacPhase(0, 5, 40.0), CardiacPhase(1, 5, 75.0))))
    assert cycle is not None
    assert [mark.at for mark in cycle.marks] == [0.4, 0.75]
    assert (cycle.has_second_peak, cycle.systole_ends, cycle.marks[0].delay_ms) == (True, None, None)


def test_delays_alone_make_an_axis_that_does_not_end_with_a_beat() -> None:
    """Without an interval nobody knows when the next beat comes."""
    cycle = plan_cycle(Cardiac(gated=True, phases=(CardiacPhase(0, 5, trigger_delay_ms=100.0),)))
    assert cycle is not None
    assert (cycle.has_second_peak, cycle.marks[0].percent) == (False, None)
    assert cycle.axis_ms == pytest.approx(115.0)


def test_the_only_phase_of_a_series_may_stand_beside_the_list() -> None:
    """A series of one phase has its mark."""
    cycle = plan_cycle(Cardiac(gated=True, phase_percent=70.0, phase_label="mid-diastole"))
    assert cycle is not None
    assert [(mark.at, mark.label) for mark in cycle.marks] == [(0.7, "mid-diastole")]


@pytest.mark.parametrize(
    "cardiac",
    [
        Cardiac(gated=False, heart_rate_bpm=62.0, rr_interval_ms=967.7),
        Cardiac(gated=True),
        Cardiac(gated=True, phase_percent=Varying(0, 90, ())),
    ],
    ids=["not gated", "nothing said", "a range without phases"],
)
def test_where_nothing_has_a_place_there_is_no_plot(cardiac: Cardiac) -> None:
    """No drawing suggests a timing that the files do not state."""
    assert plan_cycle(cardiac) is None


def test_a_phase_that_has_no_place_is_counted() -> None:
    """A delay behind the end of the cycle lies in none."""
    cycle = plan_cycle(
        Cardiac(
            gated=True,
            rr_interval_ms=800.0,
            phases=(CardiacPhase(0, 1, 10.0), CardiacPhase(1, 1, trigger_delay_ms=900.0)),
        )
    )
    assert cycle is not None
    assert (len(cycle.marks), cycle.unplaced) == (1, 1)
