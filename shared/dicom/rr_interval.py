"""Heart rate and R-R interval of one instance: the first believable source of each, and whether they agree."""

from msgspec import Struct

from shared.dicom.cardiac import MAX_HEART_RATE_BPM, MAX_RR_MS, MIN_HEART_RATE_BPM, MIN_RR_MS
from shared.dicom.cardiac_candidates import Candidates, Stated
from shared.dicom.cardiac_sources import R_WAVES
from shared.dicom.values import Provenance

DEFAULT_HEART_RATE_BPM = 60
"""What devices write when they measured nothing; believed only of a gated instance."""

DISAGREEMENT = 0.1
"""Share by which heart rate and R-R interval may differ before a warning; the heart rate includes rejected beats."""

MS_PER_MINUTE = 60000


class Beat(Struct, frozen=True):
    """Heart rate (bpm) and R-R interval (ms); one may be derived from the other, which its source says."""

    heart_rate: Stated | None = None
    interval: Stated | None = None
    agrees: bool = True

    @property
    def rates_bpm(self) -> tuple[float, ...]:
        """The heart rates that a rule must hold for: both where rate and interval disagree."""
        if self.heart_rate is None:
            return ()
        if self.agrees or self.interval is None:
            return (self.heart_rate.value,)
        return (self.heart_rate.value, MS_PER_MINUTE / self.interval.value)


def choose_beat(candidates: Candidates, *, gated: bool) -> Beat:
    """Choose heart rate and interval, the stated ones first.

    Parameters
    ----------
    gated
        Whether the instance was timed to the heart. If not, a rate of 60 is a default, and only an interval that shows
        the R waves themselves is an interval of this heart.
    """
    rate = _heart_rate(candidates, gated=gated)
    interval = _interval(candidates, gated=gated)
    if rate is not None and interval is not None:
        agrees = abs(MS_PER_MINUTE / interval.value - rate.value) <= DISAGREEMENT * rate.value
        if not agrees:
            candidates.warn("cardiac.rate_interval_conflict")
        return Beat(rate, interval, agrees)
    if rate is not None and gated:
        return Beat(rate, _derived(rate, f"{MS_PER_MINUTE}/HeartRate"))
    if interval is not None:
        return Beat(_derived(interval, f"{MS_PER_MINUTE}/rr_interval"), interval)
    return Beat(rate)


def _heart_rate(candidates: Candidates, *, gated: bool) -> Stated | None:
    for stated in candidates.heart_rates:
        if not MIN_HEART_RATE_BPM <= stated.value <= MAX_HEART_RATE_BPM:
            candidates.warn("cardiac.heart_rate_implausible")
        elif not gated and stated.value == DEFAULT_HEART_RATE_BPM:
            candidates.warn("cardiac.heart_rate_default")
        else:
            return stated
    return None


def _interval(candidates: Candidates, *, gated: bool) -> Stated | None:
    for stated in candidates.intervals:
        if not gated and stated.source not in R_WAVES:
            continue
        if MIN_RR_MS <= stated.value <= MAX_RR_MS:
            return stated
        if stated.value != 0:  # zero is how devices write that they measured nothing
            candidates.warn("cardiac.rr_implausible")
    return None


def _derived(stated: Stated, formula: str) -> Stated:
    origin = stated.provenance
    return Stated(MS_PER_MINUTE / stated.value, formula, Provenance(origin.keyword, origin.tag, source=formula))
