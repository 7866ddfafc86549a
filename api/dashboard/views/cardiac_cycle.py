"""One heart cycle of a series: where systole ends by the rule, and where each reconstructed phase lies in it.

Positions are in percent of the R-R interval, or in milliseconds after the R peak where the interval is not known.
"""

from msgspec import Struct

from shared.dicom.series_parts import Cardiac, CardiacPhase
from shared.dicom.values import Varying


class Mark(Struct, frozen=True):
    """One phase on the axis.

    ``at`` is the share of the axis from 0 to 1. ``is_computed`` says that the milliseconds are not the file's own but
    percent times the R-R interval.
    """

    index: int
    at: float
    percent: float | None
    delay_ms: float | None
    is_computed: bool
    label: str | None
    positions: int | None


class Cycle(Struct, frozen=True):
    """What the plot shows.

    ``systole_ends`` holds the earliest and the latest share of the axis at which the aortic valve closes: the same
    twice for one heart rate, different where the rate varies, None where nothing tells. ``has_second_peak`` is False
    on an axis in milliseconds, whose end is not the next beat. ``unplaced`` counts phases that have no place.
    """

    marks: tuple[Mark, ...]
    systole_ends: tuple[float, float] | None
    closure_ms: tuple[float, float] | None
    rr_ms: tuple[float, float] | None
    axis_ms: float | None
    has_second_peak: bool
    unplaced: int = 0


AXIS_MARGIN = 1.15
"""An axis in milliseconds is longer than its last delay by this factor."""


def plan_cycle(cardiac: Cardiac) -> Cycle | None:
    """Place the phases of a series in one heart cycle; None where nothing has a place."""
    if not cardiac.gated:
        return None
    phases = cardiac.phases or _single_phase(cardiac)
    rr, closure = _range(cardiac.rr_interval_ms), _range(cardiac.aortic_valve_closure_ms)
    steady = rr[0] if rr is not None and rr[0] == rr[1] else None
    marks = [mark for phase in phases if (mark := _percent_mark(phase, steady)) is not None]
    if marks or rr is not None:
        ends = _systole_ends(closure, rr)
        return Cycle(
            _in_order(marks), ends, closure, rr, steady, has_second_peak=True, unplaced=len(phases) - len(marks)
        )
    delays = [phase.trigger_delay_ms for phase in phases if phase.trigger_delay_ms is not None]
    if not delays:
        return None
    length = max(*delays, 1.0) * AXIS_MARGIN
    marks = [_delay_mark(phase, length) for phase in phases if phase.trigger_delay_ms is not None]
    ends = None if closure is None else (min(closure[0] / length, 1.0), min(closure[1] / length, 1.0))
    return Cycle(
        _in_order(marks), ends, closure, None, length, has_second_peak=False, unplaced=len(phases) - len(marks)
    )


def _single_phase(cardiac: Cardiac) -> tuple[CardiacPhase, ...]:
    percent, delay = cardiac.phase_percent, cardiac.trigger_delay_ms
    if isinstance(percent, Varying) or isinstance(delay, Varying) or (percent is None and delay is None):
        return ()
    return (CardiacPhase(0, 0, phase_percent=percent, trigger_delay_ms=delay, label=cardiac.phase_label),)


def _percent_mark(phase: CardiacPhase, rr_ms: float | None) -> Mark | None:
    percent, delay = phase.phase_percent, phase.trigger_delay_ms
    if percent is None and delay is not None and rr_ms is not None and delay <= rr_ms:
        percent = delay / rr_ms * 100
    if percent is None or not 0 <= percent <= 100:
        return None
    is_computed = delay is None and rr_ms is not None
    if is_computed and rr_ms is not None:
        delay = percent * rr_ms / 100
    return Mark(phase.index, percent / 100, percent, delay, is_computed, phase.label, phase.positions or None)


def _delay_mark(phase: CardiacPhase, length_ms: float) -> Mark:
    delay = phase.trigger_delay_ms or 0.0
    return Mark(
        phase.index,
        delay / length_ms,
        None,
        delay,
        is_computed=False,
        label=phase.label,
        positions=phase.positions or None,
    )


def _in_order(marks: list[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.at, mark.index)))


def _range(quantity: float | Varying | None) -> tuple[float, float] | None:
    match quantity:
        case None:
            return None
        case Varying(low, high):
            return (low, high)
        case _:
            return (quantity, quantity)


def _systole_ends(
    closure_ms: tuple[float, float] | None, rr_ms: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Give the share of the cycle at which systole ends: the fastest beat has the earliest closure in ms."""
    if closure_ms is None or rr_ms is None:
        return None
    shares = [min(closure / interval, 1.0) for closure, interval in zip(closure_ms, rr_ms, strict=True)]
    return (min(shares), max(shares))
