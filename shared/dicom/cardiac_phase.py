"""The place of one gated instance in the heart's cycle: delay, percent and name, each from its first source.

The delay after the R wave and the percentage of the R-R interval may both be stated. Every percentage that the file
gives or that follows from a delay is kept as a candidate; the most believed one is shown.
"""

from itertools import combinations

from msgspec import Struct

from shared.dicom.cardiac import PHASE_NOTE, PHASE_RULE, aortic_valve_closure_ms, phase_label, phase_percent
from shared.dicom.cardiac_candidates import Candidates, Stated
from shared.dicom.cardiac_sources import CYCLE_POSITION
from shared.dicom.rr_interval import Beat
from shared.dicom.values import Provenance

DISAGREEMENT_POINTS = 3
"""Percentage points by which sources of the phase may differ before a warning."""

COMPUTED = "trigger_delay/rr_interval"
"""How a percentage that follows from delay and interval is named."""

STATED_POSITIONS = {"END_SYSTOLE": "end-systole", "END_DIASTOLE": "end-diastole"}
"""CardiacCyclePosition (0018,9236), the one attribute that names a phase outright; UNDETERMINED names none."""


class PhaseCandidate(Struct, frozen=True):
    """A percentage of the cycle with its source."""

    phase_percent: float
    source: str


class Naming(Struct, frozen=True, omit_defaults=True):
    """A phase's name, who gave it (an attribute or our rule with its version) and what it rests on."""

    phase_label: str | None = None
    phase_label_source: str | None = None
    phase_rule: str | None = None
    phase_note: str | None = None
    aortic_valve_closure_ms: float | None = None


class Place(Struct, frozen=True):
    """Where in the cycle the instance lies."""

    delay: Stated | None
    percent: Stated | None
    candidates: tuple[PhaseCandidate, ...]
    naming: Naming


def place_in_cycle(candidates: Candidates, beat: Beat, *, trust_trigger_time: bool) -> Place:
    """Place a gated instance in the heart's cycle.

    Parameters
    ----------
    trust_trigger_time
        Whether TriggerTime (0018,1060) is a delay after the R wave here.
    """
    delays = candidates.delays + _from_next_r(candidates, beat)
    delays += candidates.trigger_times if trust_trigger_time else []
    delays += candidates.vendor_delays
    delay = delays[0] if delays else None
    computed = _computed(candidates, delay, beat)
    is_standard = delay not in candidates.vendor_delays
    middle = (computed, candidates.vendor_percents) if is_standard else (candidates.vendor_percents, computed)
    percents = [*candidates.percents, *middle[0], *middle[1]]
    percent = percents[0] if percents else None
    if any(_points_apart(one.value, other.value) > DISAGREEMENT_POINTS for one, other in combinations(percents, 2)):
        candidates.warn("cardiac.phase_conflict")
    return Place(
        delay,
        percent,
        tuple(PhaseCandidate(round(one.value, 1), one.source) for one in percents) if len(percents) > 1 else (),
        name_stated_position(candidates.text(CYCLE_POSITION))
        or name_by_rule(None if percent is None else percent.value, beat),
    )


def name_stated_position(position: str | None) -> Naming | None:
    """Take the name that the file itself gives; None where it gives none."""
    label = STATED_POSITIONS.get(position or "")
    return Naming(phase_label=label, phase_label_source=CYCLE_POSITION) if label else None


def name_by_rule(percent: float | None, beat: Beat) -> Naming:
    """Name a phase from timing alone; without a name where heart rate and interval would lead to two different ones."""
    if percent is None or beat.interval is None:
        return Naming()
    delay_ms = percent * beat.interval.value / 100
    labels = {phase_label(delay_ms, percent, rate) for rate in beat.rates_bpm}
    label = labels.pop() if len(labels) == 1 else None
    if label is None:
        return Naming()
    return Naming(
        phase_label=label,
        phase_label_source=f"rule {PHASE_RULE}",
        phase_rule=PHASE_RULE,
        phase_note=PHASE_NOTE,
        aortic_valve_closure_ms=round(aortic_valve_closure_ms(beat.rates_bpm[0]), 1),
    )


def _from_next_r(candidates: Candidates, beat: Beat) -> list[Stated]:
    """Turn the (negative) time prior to the next R peak into a delay after the previous one."""
    delays = []
    for stated in candidates.times_prior:
        if stated.value > 0:
            candidates.warn("cardiac.prior_to_r_sign")
        elif beat.interval is not None and stated.value + beat.interval.value >= 0:
            source = f"rr_interval + {stated.source}"
            origin = Provenance(stated.provenance.keyword, stated.provenance.tag, source=source)
            delays.append(Stated(round(stated.value + beat.interval.value, 3), source, origin))
    return delays


def _computed(candidates: Candidates, delay: Stated | None, beat: Beat) -> list[Stated]:
    if delay is None or beat.interval is None:
        return []
    percent = phase_percent(delay.value, beat.interval.value)
    if percent is None:
        candidates.warn("cardiac.delay_beyond_rr")
        return []
    return [Stated(percent, COMPUTED, Provenance(delay.provenance.keyword, delay.provenance.tag, source=COMPUTED))]


def _points_apart(one: float, other: float) -> float:
    """Give the distance on the cycle, where 99 % lies beside 1 %."""
    apart = abs(one - other)
    return min(apart, 100 - apart)
