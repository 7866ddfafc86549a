"""From the cardiac timing of instances and frames to that of their series: ranges, sources, and the phases it has."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from shared.dicom.findings import Finding
from shared.dicom.gating import CardiacTiming
from shared.dicom.respiration import RespiratoryTiming
from shared.dicom.series import Cardiac, CardiacPhase, Respiratory, StatedPhase
from shared.dicom.values import Varying

SAME_PHASE_POINTS = 0.5
"""Percentage points within which two phases are one: rounding of delay and interval differs that much."""

SAME_DELAY_MS = 1.0
"""Milliseconds within which two delays without percentage are one phase; delays are written to the millisecond."""

DELAYS_AFTER = 1000.0
"""Sort key offset that puts phases known by delay alone behind those known by percent."""


class PlacedTiming(Struct, frozen=True):
    """The timing of one instance or frame with the slice place it shows; None where the file states no place."""

    timing: CardiacTiming
    place: tuple[float, ...] | None = None


class _Image(Struct, frozen=True):
    """One image, or one slot of an image that holds several: the key that orders phases, and what a phase shows."""

    key: float
    tolerance: float
    place: tuple[float, ...] | None
    positions: int
    percent: float | None
    delay_ms: float | None
    label: str | None


def merge_cardiac(placed: Sequence[PlacedTiming]) -> Cardiac | None:
    """Describe the cardiac timing of a series; None where no instance has any.

    Where some instances are gated and others are not, the gated ones are described.
    """
    gated = [one for one in placed if one.timing.gated]
    timings = [one.timing for one in gated or placed]
    if not timings:
        return None
    steady = {name: _same(getattr(timing, name) for timing in timings) for name in _STEADY}
    varying = {name: _same_or_range(getattr(timing, name) for timing in timings) for name in _VARYING}
    cardiac = Cardiac(
        gated=bool(gated),
        evidence=tuple(dict.fromkeys(proof for timing in timings for proof in timing.evidence)),
        phase_candidates=_merge_candidates(timings),
        phases=_phases(gated),
    )
    return structs.replace(cardiac, **steady, **varying)


def find_phase(timing: CardiacTiming, phases: Sequence[CardiacPhase]) -> int | None:
    """Find the phase of a series to which an instance or frame belongs; None where it belongs to none or to several."""
    images = _images(PlacedTiming(timing))
    if len(images) != 1:
        return None
    [image] = images
    for phase in reversed(phases):
        start = phase.phase_percent if image.percent is not None else phase.trigger_delay_ms
        value = image.percent if image.percent is not None else image.delay_ms
        if start is not None and value is not None and start <= value < start + image.tolerance:
            return phase.index
    return None


def merge_respiratory(timings: Sequence[RespiratoryTiming]) -> Respiratory | None:
    """Describe the respiratory timing of a series; None where no instance has any."""
    if not timings:
        return None
    respiratory = Respiratory(tuple(dict.fromkeys(proof for timing in timings for proof in timing.evidence)))
    return structs.replace(
        respiratory,
        **{name: _same(getattr(timing, name) for timing in timings) for name in _RESPIRATORY_TEXTS},
        **{name: _same_or_range(getattr(timing, name) for timing in timings) for name in _RESPIRATORY_NUMBERS},
    )


def gathered_warnings(timings: Iterable[CardiacTiming]) -> tuple[Finding, ...]:
    """Give each warning of a series once."""
    return tuple(dict.fromkeys(finding for timing in timings for finding in timing.warnings))


def _merge_candidates(timings: Sequence[CardiacTiming]) -> tuple[StatedPhase, ...]:
    gathered: dict[str, list[float]] = {}
    for timing in timings:
        for candidate in timing.phase_candidates:
            gathered.setdefault(candidate.source, []).append(candidate.phase_percent)
    merged = ((source, _same_or_range(percents)) for source, percents in gathered.items())
    return tuple(StatedPhase(percent, source) for source, percent in merged if percent is not None)


def _images(placed: PlacedTiming) -> list[_Image]:
    timing, place = placed.timing, placed.place
    if timing.slots:
        return [
            _Image(slot.phase_percent, SAME_PHASE_POINTS, None, slot.positions, slot.phase_percent, None, slot.label)
            for slot in timing.slots
        ]
    percent, delay, label = timing.phase_percent, timing.trigger_delay_ms, timing.phase_label
    if percent is not None:
        return [_Image(percent, SAME_PHASE_POINTS, place, 1, percent, delay, label)]
    if delay is not None:
        return [_Image(DELAYS_AFTER + delay, SAME_DELAY_MS, place, 1, None, delay, label)]
    return []


def _phases(gated: Sequence[PlacedTiming]) -> tuple[CardiacPhase, ...]:
    """List the phases of a series in the order of the cycle, those without percentage last by their delay."""
    groups: list[list[_Image]] = []
    images = (image for one in gated for image in _images(one))
    for image in sorted(images, key=lambda image: image.key):
        if groups and image.key - groups[-1][0].key < image.tolerance:
            groups[-1].append(image)
        else:
            groups.append([image])
    return tuple(
        CardiacPhase(
            index=index,
            positions=_positions(group),
            phase_percent=group[0].percent,
            trigger_delay_ms=_common_delay(group),
            label=_same(image.label for image in group),
        )
        for index, group in enumerate(groups)
    )


def _positions(group: Sequence[_Image]) -> int:
    """Count slice places; an image that states none counts for itself."""
    places = {image.place for image in group if image.place is not None}
    return len(places) + sum(image.positions for image in group if image.place is None)


def _common_delay(group: Sequence[_Image]) -> float | None:
    """Give the delay of a phase; None where its images differ, unless the delay is all that makes it a phase."""
    first = group[0]
    if first.percent is None:
        return first.delay_ms
    delays = {image.delay_ms for image in group if image.delay_ms is not None}
    return delays.pop() if len(delays) == 1 else None


def _same(texts: Iterable[str | None]) -> str | None:
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else None


def _same_or_range(numbers: Iterable[float | None]) -> float | Varying | None:
    distinct = tuple(sorted({number for number in numbers if number is not None}))
    if len(distinct) > 1:
        return Varying(distinct[0], distinct[-1], distinct)
    return distinct[0] if distinct else None


_STEADY = (
    "technique",
    "signal_source",
    "heart_rate_source",
    "rr_source",
    "trigger_delay_source",
    "phase_source",
    "phase_label",
    "phase_label_source",
    "phase_rule",
    "phase_note",
    "framing_type",
    "beat_rejection",
)
"""Texts of a timing that a series has only where all its images agree."""

_VARYING = (
    "heart_rate_bpm",
    "rr_interval_ms",
    "trigger_delay_ms",
    "phase_percent",
    "aortic_valve_closure_ms",
    "temporal_resolution_ms",
    "intervals_acquired",
    "intervals_rejected",
    "low_rr_value_ms",
    "high_rr_value_ms",
    "skip_beats",
    "trigger_window_percent",
)
"""Quantities of a timing that a series has as a range where its images differ."""

_RESPIRATORY_TEXTS = ("technique", "signal_source", "trigger_type", "cycle_position", "starting_phase", "ending_phase")
_RESPIRATORY_NUMBERS = (
    "trigger_delay_threshold_percent",
    "interval_time_ms",
    "trigger_delay_ms",
    "phase_percent",
    "starting_amplitude_percent",
    "ending_amplitude_percent",
)
