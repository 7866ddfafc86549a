"""From the timing of images and frames to the timing of their series."""

import pytest

from shared.dicom.cardiac_phase import PhaseCandidate
from shared.dicom.cardiac_series import PlacedTiming, find_phase, gathered_warnings, merge_cardiac, merge_respiratory
from shared.dicom.findings import Finding
from shared.dicom.gated_slots import Slot
from shared.dicom.gating import CardiacTiming
from shared.dicom.respiration import RespiratoryTiming
from shared.dicom.series import Cardiac, CardiacPhase, Respiratory, StatedPhase
from shared.dicom.values import Varying

LOW, HIGH = (0.0, 0.0, 0.0), (0.0, 0.0, 8.0)


def at(percent: float | None, place: tuple[float, ...] | None = None, delay: float | None = None) -> PlacedTiming:
    """A gated image at a place of the cycle and of the body."""
    return PlacedTiming(CardiacTiming(gated=True, phase_percent=percent, trigger_delay_ms=delay), place)


def phases_of(*placed: PlacedTiming) -> tuple[CardiacPhase, ...]:
    """The phases of a series."""
    cardiac = merge_cardiac(placed)
    assert cardiac is not None
    return cardiac.phases


def test_no_timing_gives_no_block() -> None:
    """A series without anything cardiac has no cardiac block."""
    assert merge_cardiac([]) is None


def test_what_is_the_same_is_one_value_and_what_varies_is_a_range() -> None:
    """Texts that differ are left out; warnings and evidence are gathered once."""
    first = CardiacTiming(
        gated=True, evidence=("A",), heart_rate_bpm=62.0, technique="PACED", phase_label="systole", intervals_acquired=9
    )
    second = CardiacTiming(
        gated=True, evidence=("A", "B"), heart_rate_bpm=64.0, technique="PACED", phase_label="diastole"
    )
    assert merge_cardiac([PlacedTiming(first), PlacedTiming(second)]) == Cardiac(
        gated=True,
        evidence=("A", "B"),
        technique="PACED",
        heart_rate_bpm=Varying(62.0, 64.0, (62.0, 64.0)),
        intervals_acquired=9,
    )


def test_the_gated_images_of_a_series_describe_it() -> None:
    """A scout without gating does not hide the gated images, and has no phase."""
    ungated = PlacedTiming(CardiacTiming(gated=False, evidence=("HeartRate",), heart_rate_bpm=80.0))
    cardiac = merge_cardiac([ungated, at(40.0)])
    assert cardiac == Cardiac(gated=True, phase_percent=40.0, phases=(CardiacPhase(0, 1, 40.0),))


def test_phases_come_in_the_order_of_the_cycle_with_their_places() -> None:
    """Two places at 40 % and one at 75 %; a second image at a place is not a second place."""
    assert phases_of(at(75.0, LOW), at(40.0, LOW), at(40.0, HIGH), at(40.0, HIGH)) == (
        CardiacPhase(0, 2, 40.0),
        CardiacPhase(1, 1, 75.0),
    )


@pytest.mark.parametrize(("second", "count"), [(40.4, 1), (40.5, 2), (39.6, 1), (39.5, 2)])
def test_phases_closer_than_half_a_percent_are_one(second: float, count: int) -> None:
    """Delays and intervals are written rounded."""
    assert len(phases_of(at(40.0), at(second))) == count


def test_delays_without_percentage_are_phases_too() -> None:
    """Without an interval the delays still order the images; they stand behind what has a percentage."""
    assert phases_of(at(None, LOW, 80.0), at(None, HIGH, 80.4), at(None, LOW, 40.0), at(90.0, LOW)) == (
        CardiacPhase(0, 1, 90.0),
        CardiacPhase(1, 1, None, 40.0),
        CardiacPhase(2, 2, None, 80.0),
    )


@pytest.mark.parametrize(("second", "count"), [(80.9, 1), (81.0, 2)])
def test_delays_within_a_millisecond_are_one_phase(second: float, count: int) -> None:
    """Devices write delays to the millisecond."""
    assert len(phases_of(at(None, LOW, 80.0), at(None, LOW, second))) == count


@pytest.mark.parametrize(("second", "delay"), [(400.0, 400.0), (410.0, None), (None, 400.0)])
def test_a_phase_has_a_delay_where_its_images_agree(second: float | None, delay: float | None) -> None:
    """A phase defined by percent has other delays at other heart rates."""
    assert phases_of(at(40.0, LOW, 400.0), at(40.0, HIGH, second)) == (CardiacPhase(0, 2, 40.0, delay),)


def test_an_image_without_percentage_and_delay_has_no_phase() -> None:
    """Gating alone does not say where in the cycle an image lies."""
    assert phases_of(at(None)) == ()


def test_the_slots_of_a_nuclear_object_are_the_phases() -> None:
    """One object holds the whole cycle."""
    timing = CardiacTiming(gated=True, slots=(Slot(25.0, 20, "late systole"), Slot(75.0, 20)))
    assert phases_of(PlacedTiming(timing)) == (
        CardiacPhase(0, 20, 25.0, label="late systole"),
        CardiacPhase(1, 20, 75.0),
    )


def test_sources_of_the_phase_are_gathered_by_name() -> None:
    """Each source keeps its own range."""
    timings = [
        CardiacTiming(gated=True, phase_candidates=(PhaseCandidate(40.0, "A"), PhaseCandidate(percent, "B")))
        for percent in (50.0, 55.0)
    ]
    cardiac = merge_cardiac([PlacedTiming(timing) for timing in timings])
    assert cardiac is not None
    assert cardiac.phase_candidates == (StatedPhase(40.0, "A"), StatedPhase(Varying(50.0, 55.0, (50.0, 55.0)), "B"))


@pytest.mark.parametrize(
    ("placed", "index"),
    [
        (at(40.3), 0),
        (at(75.0), 1),
        (at(50.0), None),
        (at(None, None, 120.5), 2),
        (at(None, None, 119.0), None),
        (at(None), None),
        (PlacedTiming(CardiacTiming(gated=True, slots=(Slot(40.0, 1), Slot(75.0, 1)))), None),
    ],
)
def test_an_image_finds_its_phase(placed: PlacedTiming, index: int | None) -> None:
    """By percentage, else by delay; an object with the whole cycle belongs to no single one."""
    phases = (CardiacPhase(0, 1, 40.0), CardiacPhase(1, 1, 75.0), CardiacPhase(2, 1, None, 120.0))
    assert find_phase(placed.timing, phases) == index


def test_each_warning_is_given_once() -> None:
    """Three hundred images with one oddity are one warning."""
    timing = CardiacTiming(gated=True, warnings=(Finding("cardiac.a", "A."),))
    assert gathered_warnings([timing, timing]) == (Finding("cardiac.a", "A."),)


def test_the_respiratory_timing_of_a_series_merges_like_the_cardiac_one() -> None:
    """Phases of a breath become a range."""
    timings = [RespiratoryTiming(("A",), technique="GATING", phase_percent=percent) for percent in (0.0, 50.0)]
    assert merge_respiratory(timings) == Respiratory(
        ("A",), technique="GATING", phase_percent=Varying(0.0, 50.0, (0.0, 50.0))
    )


def test_no_respiratory_timing_gives_no_block() -> None:
    """A series without it has none."""
    assert merge_respiratory([]) is None
