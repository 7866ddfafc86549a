"""Where a gated instance lies in the cycle: the first source of its phase, conflicts, and its name.

The attributes of enhanced objects stand flat here, as a frame of one is read.
"""

import pytest

from shared.dicom.cardiac_phase import PhaseCandidate
from shared.dicom.gating import CardiacTiming
from tests.support.datasets import Value
from tests.support.heartbeats import GATED_MR, MR, RETROSPECTIVE, canon, codes, gated, ge, timing

ENHANCED: dict[str, Value] = {**RETROSPECTIVE, "RRIntervalTimeNominal": 1000.0}


def phase(found: CardiacTiming) -> tuple[float | None, str | None]:
    """The phase shown, with its source."""
    return found.phase_percent, found.phase_source


@pytest.mark.parametrize(
    ("attributes", "percent", "delay", "label"),
    [
        ({**RETROSPECTIVE, "HeartRate": "62", "TriggerTime": "275.0"}, 28.4, 275.0, "late systole"),
        ({**GATED_MR, "HeartRate": "60", "TriggerTime": "750"}, 75.0, 750.0, "mid-diastole"),
        ({**GATED_MR, "HeartRate": "60", "TriggerTime": "380"}, 38.0, 380.0, "end-systole"),
        ({**GATED_MR, "HeartRate": "90", "TriggerTime": "450"}, 67.5, 450.0, "diastole"),
        ({**GATED_MR, "HeartRate": "62", "NominalInterval": "967", "TriggerTime": "348"}, 36.0, 348.0, "end-systole"),
        (
            {**GATED_MR, "HeartRate": "62", "NominalInterval": "967", "TriggerTime": "929"},
            96.1,
            929.0,
            "end-diastole / R wave",
        ),
    ],
)
def test_the_worked_examples_have_their_phase(
    attributes: dict[str, Value], percent: float, delay: float, label: str
) -> None:
    """Issue examples, and the expert's contours of Sunnybrook SC-N-2: end-systole at 348 ms, end-diastole at 929 ms."""
    found = gated(attributes)
    assert (found.phase_percent, found.trigger_delay_ms, found.phase_label, found.phase_rule) == (
        percent,
        delay,
        label,
        "v1",
    )


@pytest.mark.parametrize(("position", "label"), [("END_SYSTOLE", "end-systole"), ("END_DIASTOLE", "end-diastole")])
def test_a_stated_position_is_the_name(position: str, label: str) -> None:
    """CardiacCyclePosition (0018,9236) is the only attribute that names a phase outright; the rule is not asked."""
    found = gated({**ENHANCED, "CardiacCyclePosition": position, "NominalPercentageOfCardiacPhase": 75.0})
    assert (found.phase_label, found.phase_label_source, found.phase_rule, found.phase_note, found.phase_percent) == (
        label,
        "CardiacCyclePosition",
        None,
        None,
        75.0,
    )


def test_an_undetermined_position_leaves_the_name_to_the_rule() -> None:
    """UNDETERMINED states nothing."""
    found = gated({**ENHANCED, "CardiacCyclePosition": "UNDETERMINED", "NominalPercentageOfCardiacPhase": 75.0})
    assert (found.phase_label, found.phase_label_source) == ("mid-diastole", "rule v1")


@pytest.mark.parametrize(
    ("attributes", "percent", "source", "delay"),
    [
        ({"NominalPercentageOfCardiacPhase": 40.0, "NominalCardiacTriggerDelayTime": 400.0}, 40.0, "N", 400.0),
        ({"NominalCardiacTriggerDelayTime": 710.0}, 71.0, "C", 710.0),
        ({"NominalCardiacTriggerDelayTime": 710.0, "ActualCardiacTriggerDelayTime": 500.0}, 71.0, "C", 710.0),
        ({"ActualCardiacTriggerDelayTime": 500.0}, 50.0, "C", 500.0),
        ({"NominalCardiacTriggerTimePriorToRPeak": -300.0}, 70.0, "C", 700.0),
        ({"ActualCardiacTriggerTimePriorToRPeak": -250.0}, 75.0, "C", 750.0),
        ({"TriggerTime": "380"}, 38.0, "C", 380.0),
    ],
)
def test_the_phase_of_a_frame_comes_from_its_first_source(
    attributes: dict[str, Value], percent: float, source: str, delay: float
) -> None:
    """PS3.3 C.7.6.16.2.7: percent, delay after the R wave, (negative) time prior to the next; R-R here is 1000 ms."""
    found = gated({**ENHANCED, **attributes})
    names = {"N": "NominalPercentageOfCardiacPhase", "C": "trigger_delay/rr_interval"}
    assert (*phase(found), found.trigger_delay_ms, found.warnings) == (percent, names[source], delay, ())


@pytest.mark.parametrize(
    ("attributes", "delay", "percent"),
    [
        ({"NominalCardiacTriggerDelayTime": 0.0}, 0.0, 0.0),
        ({"TriggerTime": "0"}, 0.0, 0.0),
        ({"NominalCardiacTriggerTimePriorToRPeak": -1000.0}, 0.0, 0.0),
        ({"NominalCardiacTriggerTimePriorToRPeak": -0.5}, 999.5, 100.0),
    ],
)
def test_the_r_wave_itself_is_a_place_in_the_cycle(attributes: dict[str, Value], delay: float, percent: float) -> None:
    """A delay of zero is a delay; half a millisecond before the next R wave is the end of the beat."""
    found = gated({**ENHANCED, **attributes})
    assert (found.trigger_delay_ms, found.phase_percent, found.phase_label) == (
        delay,
        percent,
        "end-diastole / R wave",
    )


def test_a_time_prior_of_zero_is_the_next_r_peak() -> None:
    """It does not lie inside the beat, so no phase is given."""
    found = gated({**ENHANCED, "NominalCardiacTriggerTimePriorToRPeak": 0.0})
    assert (found.phase_percent, codes(found)) == (None, ["cardiac.delay_beyond_rr"])


def test_a_frame_with_a_stated_percent_is_named_by_it() -> None:
    """End-systole ends 414.5 ms after R at 60 bpm: aortic closure at 384.5 ms and 30 ms more."""
    assert gated({**ENHANCED, "NominalPercentageOfCardiacPhase": 41.4}).phase_label == "end-systole"
    assert gated({**ENHANCED, "NominalPercentageOfCardiacPhase": 41.6}).phase_label == "early diastole"


def test_a_positive_time_prior_to_the_r_peak_is_not_used() -> None:
    """The standard asks for a negative value."""
    found = gated({**ENHANCED, "NominalCardiacTriggerTimePriorToRPeak": 300.0})
    assert (found.phase_percent, codes(found)) == (None, ["cardiac.prior_to_r_sign"])


@pytest.mark.parametrize("prior", [-1001.0, -300.0])
def test_a_time_prior_to_the_r_peak_needs_an_interval_around_it(prior: float) -> None:
    """Without an interval, or with a shorter one, the delay after the last R wave is unknown."""
    interval: dict[str, Value] = {"RRIntervalTimeNominal": 1000.0} if prior < -1000 else {}
    found = gated({**RETROSPECTIVE, **interval, "NominalCardiacTriggerTimePriorToRPeak": prior})
    assert (found.trigger_delay_ms, found.phase_percent) == (None, None)


def test_the_real_canon_enhanced_delay_has_no_percent_without_an_interval() -> None:
    """An Aquilion header dump states NominalCardiacTriggerDelayTime 710.0 alone."""
    found = gated({**RETROSPECTIVE, "NominalCardiacTriggerDelayTime": 710.0})
    assert (found.trigger_delay_ms, found.phase_percent, found.phase_label) == (710.0, None, None)


def test_a_standard_percentage_is_believed_before_a_vendors() -> None:
    """NominalPercentageOfCardiacPhase at the top level of a classic CT (GE Revolution) comes first; both are kept."""
    found = gated({"NominalPercentageOfCardiacPhase": 40.0}, ge(percent="70"))
    assert (*phase(found), found.phase_candidates, codes(found)) == (
        40.0,
        "NominalPercentageOfCardiacPhase",
        (
            PhaseCandidate(40.0, "NominalPercentageOfCardiacPhase"),
            PhaseCandidate(70.0, "PctRpeakDelay (GEMS_HELIOS_01)"),
        ),
        ["cardiac.phase_conflict"],
    )


@pytest.mark.parametrize(("percent", "expected"), [(73.0, []), (73.1, ["cardiac.phase_conflict"]), (67.0, [])])
def test_sources_may_differ_by_three_points(percent: float, expected: list[str]) -> None:
    """A nominal phase and a vendor's reconstruction differ by rounding."""
    assert codes(gated({"NominalPercentageOfCardiacPhase": percent}, ge(percent="70"))) == expected


def test_the_end_of_a_beat_lies_beside_the_begin_of_the_next() -> None:
    """99 % and 1 % are two points apart."""
    assert codes(gated({"NominalPercentageOfCardiacPhase": 99.0}, ge(percent="1"))) == []


def test_a_trigger_time_goes_before_a_vendors_phase_only_where_it_is_a_delay() -> None:
    """GE writes seconds from the start of a multiphase series into TriggerTime of a CT."""
    found = gated({"TriggerTime": "12.5"}, ge(percent="70"))
    assert (*phase(found), found.trigger_delay_ms, codes(found)) == (
        70.0,
        "PctRpeakDelay (GEMS_HELIOS_01)",
        None,
        ["cardiac.trigger_time_untrusted"],
    )


def test_a_vendors_percentage_goes_before_a_vendors_delay() -> None:
    """What a reconstruction states in percent is not computed again from its delay."""
    found = gated({}, ge("60", "70", delay="700"))
    assert (*phase(found), found.trigger_delay_ms, len(found.phase_candidates), found.warnings) == (
        70.0,
        "PctRpeakDelay (GEMS_HELIOS_01)",
        700.0,
        2,
        (),
    )


def test_a_vendors_delay_alone_gives_the_phase() -> None:
    """Canon's gating phase in ms with its mean interval."""
    found = gated({}, canon(interval="1000", delay="400 ms"))
    assert (*phase(found), found.trigger_delay_ms) == (40.0, "trigger_delay/rr_interval", 400.0)


@pytest.mark.parametrize("percent", [130.0, -5.0, 100.5])
def test_a_percentage_outside_0_to_100_is_no_phase_and_no_evidence(percent: float) -> None:
    """Values over 100 have been seen in the wild and mean something else."""
    found = timing({"NominalPercentageOfCardiacPhase": percent, "HeartRate": "70"})
    assert found is not None
    assert (found.gated, found.phase_percent, codes(found)) == (False, None, ["cardiac.phase_implausible"])


@pytest.mark.parametrize(
    ("delay", "shown", "code"),
    [
        ("1200", 1200.0, "cardiac.delay_beyond_rr"),
        ("1000", 1000.0, "cardiac.delay_beyond_rr"),
        ("-20", None, "cardiac.delay_negative"),
    ],
)
def test_a_delay_outside_the_interval_gives_no_phase_and_a_warning(delay: str, shown: float | None, code: str) -> None:
    """A delay of 1200 ms in a beat of 1000 ms is not wrapped into the next beat."""
    found = gated({**GATED_MR, "NominalInterval": "1000", "TriggerTime": delay})
    assert (*phase(found), found.phase_label, found.trigger_delay_ms, codes(found)) == (None, None, None, shown, [code])


def test_without_rate_and_interval_there_is_no_percent() -> None:
    """A delay alone cannot be placed in the cycle."""
    found = gated({**MR, "ScanOptions": "PPG", "TriggerTime": "300"})
    assert (found.trigger_delay_ms, found.rr_interval_ms, found.phase_percent) == (300.0, None, None)


@pytest.mark.parametrize("rate", ["34", "151"])
def test_a_rate_outside_the_rule_leaves_the_percent_without_a_name(rate: str) -> None:
    """Outside 35 to 150 bpm the coefficients are not known to hold."""
    found = gated({**GATED_MR, "HeartRate": rate, "TriggerTime": "100"})
    assert (found.phase_percent is not None, found.phase_label, found.phase_rule, found.aortic_valve_closure_ms) == (
        True,
        None,
        None,
        None,
    )


def test_a_percent_without_any_rate_has_no_name() -> None:
    """The rule needs the heart rate."""
    found = gated({"NominalPercentageOfCardiacPhase": 75.0})
    assert (found.phase_percent, found.phase_label, found.phase_note) == (75.0, None, None)


def test_a_gated_pet_slice_lies_where_its_trigger_time_says() -> None:
    """PS3.3 C.8.9.4: TriggerTime is the delay from the R wave to the begin of the slice's time slot."""
    found = gated({"Modality": "PT", "SeriesType": "GATED\\IMAGE", "TriggerTime": "225", "NominalInterval": "900"})
    assert (*phase(found), found.evidence) == (25.0, "trigger_delay/rr_interval", ("SeriesType",))
