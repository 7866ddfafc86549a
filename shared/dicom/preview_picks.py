"""Which frame shows a series best: the middle one, and for a heart in motion the middle one of every phase.

Knows no pixels: it chooses from facts, and whoever makes pictures reads the file again.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from shared.dicom.cardiac_series import find_phase
from shared.dicom.geometry import distance_along, normal
from shared.dicom.instance import InstanceFacts
from shared.dicom.series import InstanceRow, Series
from shared.dicom.study import Study

MAX_PICKS = 200
"""Frames chosen for one upload; what is beyond has no preview."""


class Pick(Struct, frozen=True):
    """A frame to show: ``phase_index`` is None for the series as a whole, ``frame_index`` is zero-based."""

    series_instance_uid: str
    sop_instance_uid: str
    frame_index: int = 0
    phase_index: int | None = None


def choose_frames(studies: Sequence[Study], facts: Mapping[str, InstanceFacts]) -> tuple[Pick, ...]:
    """Choose the frames that stand for each series with an image.

    Parameters
    ----------
    studies
        With the instances of every series listed, in the series' own order.
    facts
        By SOP Instance UID.
    """
    picks = (pick for study in studies for series in study.series for pick in _choose(series, facts))
    return tuple(pick for _, pick in zip(range(MAX_PICKS), picks, strict=False))


def _choose(series: Series, facts: Mapping[str, InstanceFacts]) -> Iterator[Pick]:
    if series.image is None or series.image.rows is None or not series.instances:
        return
    yield _middle(series, series.instances, facts, None)
    phases = series.cardiac.phases if series.cardiac is not None else ()
    if len(phases) < 2:
        return
    for phase in phases:
        rows = [row for row in series.instances if row.phase_index == phase.index]
        if rows:
            yield _middle(series, rows, facts, phase.index)
        else:
            yield from _frame_of_phase(series, facts, phase.index)


def _middle(
    series: Series, rows: Sequence[InstanceRow], facts: Mapping[str, InstanceFacts], phase_index: int | None
) -> Pick:
    row = rows[len(rows) // 2]
    found = facts[row.sop_instance_uid]
    frames = _frames_by_position(found) or list(range(_count_frames(found)))
    return Pick(series.series_instance_uid, row.sop_instance_uid, frames[len(frames) // 2], phase_index)


def _frame_of_phase(series: Series, facts: Mapping[str, InstanceFacts], phase_index: int) -> Iterator[Pick]:
    """Choose among the frames of the series' enhanced objects; none where no frame has the phase."""
    assert series.cardiac is not None
    for row in series.instances:
        found = facts[row.sop_instance_uid]
        if found.frames is None:
            continue
        phases = [find_phase(timing, series.cardiac.phases) for timing in found.frames.timings]
        frames = [
            index
            for index in _frames_by_position(found)
            if (timing := found.frames.frames[index].timing) is not None and phases[timing] == phase_index
        ]
        if frames:
            yield Pick(series.series_instance_uid, row.sop_instance_uid, frames[len(frames) // 2], phase_index)
            return


def _frames_by_position(facts: InstanceFacts) -> list[int]:
    """Give the frames of an enhanced object that lie somewhere, in order along the first one's normal."""
    if facts.frames is None:
        return []
    placed = [
        (index, frame.position_mm, frame.plane)
        for index, frame in enumerate(facts.frames.frames)
        if frame.position_mm is not None and frame.plane is not None
    ]
    direction = normal(facts.frames.planes[placed[0][2]].orientation) if placed else None
    if direction is None:
        return [index for index, _, _ in placed]
    return [index for index, position, _ in sorted(placed, key=lambda one: distance_along(direction, one[1]))]


def _count_frames(facts: InstanceFacts) -> int:
    count = facts.values.get("frame_count")
    return count if isinstance(count, int) else 1
