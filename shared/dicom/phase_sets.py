"""Phases of one heart in a series each: joined where the series lie alike and differ in phase.

Siemens and others write every phase of a gated CT as a series of its own; together they are what one 4D series is.
"""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct, structs

from shared.dicom.series import CardiacPhase, Series, Stack
from shared.dicom.values import Varying

SPACING_TOLERANCE = 0.01
"""Share by which spacing and thickness of series that belong together may differ."""

LEAST_PHASES = 2
"""Series with different phases that make a set."""


class PhaseSet(Struct, frozen=True, omit_defaults=True):
    """Series of one acquisition with a phase each, in the order of the cycle; ``series`` are their instance UIDs.

    ``missing_images`` counts what would give every phase as many positions as the fullest has.
    """

    series: tuple[str, ...]
    phases: tuple[CardiacPhase, ...]
    missing_images: int = 0


def join_phases(series: Sequence[Series]) -> tuple[PhaseSet, ...]:
    """Find the series of a study that are phases of one acquisition.

    Returns
    -------
    tuple
        Each set with at least two different phases; a series belongs to one set at most.
    """
    groups: list[list[tuple[Series, Stack, CardiacPhase]]] = []
    for one in series:
        found = _single_phase(one)
        if found is None:
            continue
        stack, phase = found
        for group in groups:
            if _belongs(one, stack, group[0][0], group[0][1]) and phase.phase_percent not in {
                member[2].phase_percent for member in group
            }:
                group.append((one, stack, phase))
                break
        else:
            groups.append([(one, stack, phase)])
    return tuple(_join(group) for group in groups if len(group) >= LEAST_PHASES)


def _single_phase(series: Series) -> tuple[Stack, CardiacPhase] | None:
    """Give the stack and the phase of a gated series that has one of each."""
    cardiac, geometry = series.cardiac, series.geometry
    if cardiac is None or not cardiac.gated or geometry is None or len(geometry.stacks) != 1:
        return None
    if len(cardiac.phases) != 1 or cardiac.phases[0].phase_percent is None:
        return None
    return geometry.stacks[0], cardiac.phases[0]


def _belongs(one: Series, stack: Stack, other: Series, its_stack: Stack) -> bool:
    same = (
        one.modality == other.modality
        and one.image == other.image
        and one.acquisition.get("convolution_kernel") == other.acquisition.get("convolution_kernel")
        and stack.plane == its_stack.plane
    )
    return (
        same
        and _is_close(stack.slice_spacing_mm, its_stack.slice_spacing_mm)
        and _is_close(stack.slice_thickness_mm, its_stack.slice_thickness_mm)
    )


def _is_close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SPACING_TOLERANCE * max(one, other)


def _join(group: Sequence[tuple[Series, Stack, CardiacPhase]]) -> PhaseSet:
    ordered = sorted(group, key=lambda member: member[2].phase_percent or 0.0)
    phases = tuple(structs.replace(phase, index=index) for index, (_, _, phase) in enumerate(ordered))
    most = max(phase.positions for phase in phases)
    return PhaseSet(
        series=tuple(one.series_instance_uid for one, _, _ in ordered),
        phases=phases,
        missing_images=sum(most - phase.positions for phase in phases),
    )


def missing_percents(phases: Sequence[CardiacPhase]) -> tuple[float, ...]:
    """Give the phases that are left out of an otherwise even ladder, in percent of R-R.

    At least three steps must be equal before one of twice or three times their size is taken for a hole.
    """
    percents = sorted(phase.phase_percent for phase in phases if phase.phase_percent is not None)
    steps = [round(after - before, 1) for before, after in pairwise(percents)]
    if len(steps) < 4:
        return ()
    usual = max(set(steps), key=steps.count)
    if usual <= 0 or steps.count(usual) < 3 or any(step not in {usual, 2 * usual, 3 * usual} for step in steps):
        return ()
    missing = []
    for before, step in zip(percents, steps, strict=False):
        missing += [round(before + usual * number, 1) for number in range(1, round(step / usual))]
    return tuple(missing)


def steady(value: float | Varying | None) -> float | None:
    """Give a quantity's largest value; None where there is none."""
    return value.max if isinstance(value, Varying) else value
