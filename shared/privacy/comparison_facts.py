"""The facts of a comparison: numbers of the largest pair of series, each from both sides, under listed keys.

A quantity is told where both sides state one number, the numbers differ as they are told, and its key is on the
allow-list. Words that differ (a kernel, a vendor) stay in the result: a reader looks them up there.
"""

from shared.dicom.comparison import Comparison, Difference
from shared.dicom.series import Series
from shared.privacy import coded_terms
from shared.privacy.fact import FactList
from shared.privacy.quantities import UNITS

MAX_DIFFERENCES = 12
"""Differences that are told; the order is that of the comparison."""

PAIRS = "comparison.series_pairs"
"""Key that every comparison has, and nothing else."""

HIGHER, LOWER = "higher", "lower"
"""Which way a quantity went, seen from the baseline."""

LISTED_UNITS = {
    **{f"acquisition.{key}": unit for key, unit in UNITS.items()},
    "geometry.slice_thickness_mm": "mm",
    "geometry.slice_spacing_mm": "mm",
    "geometry.positions": "slices",
    "geometry.missing_slices": "slices",
    "geometry.gantry_tilt_deg": "°",
    "image.rows": "pixels",
    "image.columns": "pixels",
    "dose.dlp_mgy_cm": "mGy·cm",
    "cardiac.heart_rate_bpm": "bpm",
    "cardiac.rr_interval_ms": "ms",
    "cardiac.trigger_delay_ms": "ms",
    "cardiac.phase_percent": "%",
    "cardiac.temporal_resolution_ms": "ms",
}
"""Keys whose numbers may leave, with their unit."""


def gather_comparison_facts(comparison: Comparison, baseline: Series | None, followup: Series | None) -> FactList:
    """Choose the facts of a comparison.

    Parameters
    ----------
    baseline, followup
        The series of the first pair; None where there is no pair.
    """
    facts = FactList()
    facts.put_count(PAIRS, len(comparison.pairs), "series")
    unmatched = len(comparison.unmatched.baseline) + len(comparison.unmatched.followup)
    if unmatched:
        facts.put_count("comparison.unmatched_series", unmatched, "series")
    if baseline is None or followup is None:
        return facts
    _put_shared_term(facts, "modality", baseline.modality, followup.modality, coded_terms.MODALITIES)
    _put_shared_term(facts, "body_part", baseline.body_part, followup.body_part, coded_terms.BODY_PARTS)
    told = 0
    for difference in comparison.pairs[0].differences:
        if difference.change is not None and difference.key in LISTED_UNITS and told < MAX_DIFFERENCES:
            told += _put_difference(facts, difference, difference.change)
    facts.put_flag("comparison.is_same", flag=True if not comparison.difference_count else None)
    return facts


def _put_shared_term(facts: FactList, key: str, one: str | None, other: str | None, table: dict[str, str]) -> None:
    if one is not None and one == other and one in table:
        facts.put_word(key, one, table[one])


def _put_difference(facts: FactList, difference: Difference, change: float) -> bool:
    """Tell both values and the direction; nothing where they read the same or one is no quantity."""
    own, unit = FactList(), LISTED_UNITS[difference.key]
    own.put_quantity(f"baseline.{difference.key}", difference.baseline, unit)
    own.put_quantity(f"followup.{difference.key}", difference.followup, unit)
    values = [fact.value for fact in own.entries.values()]
    if len(set(values)) < 2:
        return False
    word = HIGHER if change > 0 else LOWER
    facts.entries |= own.entries
    facts.put_word(f"change.{difference.key}", word, f"{difference.label} {word} in the second upload")
    return True
