"""What a technologist would check before sending a study on, said in plain words; each check is one function.

No check judges the patient or the heart: they are about whether the images are complete and were made alike, and
whether the timing suits the heart rate. A sentence names places and numbers of images, never a value of the file.

References
----------
Heart rate and phase: Otton et al., BMC Medical Imaging 2013 (the resting period in mid-diastole vanishes at about
78 bpm); Runza et al. 2008 (phases from 30 to 45 % above 65 bpm, from 70 to 75 % below).
"""

from collections.abc import Callable, Iterator, Sequence

from shared.dicom.findings import Finding
from shared.dicom.phase_sets import PhaseSet, missing_percents, steady
from shared.dicom.series import Series
from shared.dicom.values import Varying

REST_VANISHES_BPM = 78
"""Heart rate from which on mid-diastole has no resting period."""

DIASTOLE_FROM_PERCENT, DIASTOLE_TO_PERCENT = 55.0, 90.0
"""Phases between are meant for the resting period in diastole."""

LISTED_PHASES = 8
"""Missing phases that are named; more are counted."""


def check_series(series: Series) -> tuple[Finding, ...]:
    """Check one series."""
    return tuple(finding for check in _SERIES_CHECKS for finding in check(series))


def check_phase_sets(sets: Sequence[PhaseSet]) -> tuple[Finding, ...]:
    """Check the phases that series of a study make together."""
    findings = []
    for one in sets:
        if one.missing_images:
            findings.append(_uneven(one.missing_images))
        findings += _holes(missing_percents(one.phases))
    return tuple(findings)


def _missing_slices(series: Series) -> Iterator[Finding]:
    missing = sum(stack.missing_slices or 0 for stack in series.geometry.stacks) if series.geometry else 0
    if missing:
        said = "One slice is" if missing == 1 else f"{missing} slices are"
        text = f"{said} missing between the others; check whether all images were sent."
        yield Finding("series.missing_slices", text)


def _uneven_phases(series: Series) -> Iterator[Finding]:
    missing = sum(stack.missing_images for stack in series.geometry.stacks) if series.geometry else 0
    if missing:
        yield _uneven(missing)


def _uneven(missing: int) -> Finding:
    said = "One image is" if missing == 1 else f"{missing} images are"
    text = f"The phases are uneven: {said} missing at places where other phases have one."
    return Finding("series.uneven_phases", text)


def _missing_phases(series: Series) -> Iterator[Finding]:
    if series.cardiac is not None:
        yield from _holes(missing_percents(series.cardiac.phases))


def _holes(missing: Sequence[float]) -> Iterator[Finding]:
    if not missing:
        return
    named = ", ".join(f"{percent:g} %" for percent in missing[:LISTED_PHASES])
    more = f" and {len(missing) - LISTED_PHASES} more" if len(missing) > LISTED_PHASES else ""
    text = f"The phases follow one another evenly except for {named}{more} of R-R, which is not there."
    yield Finding("series.missing_phases", text)


def _mixed_voltage(series: Series) -> Iterator[Finding]:
    if series.modality == "CT" and isinstance(series.acquisition.get("kvp_kv"), Varying):
        text = "Images of one series were made with different tube voltages; their gray values cannot be compared."
        yield Finding("series.mixed_kvp", text)


def _phase_for_rate(series: Series) -> Iterator[Finding]:
    cardiac = series.cardiac
    if cardiac is None or not cardiac.gated or series.modality != "CT" or not cardiac.phases:
        return
    rate = steady(cardiac.heart_rate_bpm)
    percents = [phase.phase_percent for phase in cardiac.phases if phase.phase_percent is not None]
    if rate is None or rate <= REST_VANISHES_BPM or not percents:
        return
    if all(DIASTOLE_FROM_PERCENT <= percent <= DIASTOLE_TO_PERCENT for percent in percents):
        text = (
            f"The heart beat faster than {REST_VANISHES_BPM} times a minute, at which its pause in diastole vanishes, "
            "and only phases in diastole are here; phases near the end of systole usually show less motion then."
        )
        yield Finding("cardiac.phase_for_rate", text)


def _inferred_order(series: Series) -> Iterator[Finding]:
    if series.geometry is not None and any(stack.axis_is_inferred for stack in series.geometry.stacks):
        text = "Nothing says which of the images at one place comes first; their numbering was taken for their order."
        yield Finding("series.order_inferred", text)


_SERIES_CHECKS: tuple[Callable[[Series], Iterator[Finding]], ...] = (
    _missing_slices,
    _uneven_phases,
    _missing_phases,
    _mixed_voltage,
    _phase_for_rate,
    _inferred_order,
)
"""The checks of a series, in the order in which they are told."""
