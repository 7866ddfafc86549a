"""Where in the heart's cycle an image lies: percent of the R-R interval and a name for it, from timing alone.

The rule (``PHASE_RULE``) is deterministic and nominal: it places the closure of the aortic valve by the heart rate and
names the time after the R peak relative to it. It knows nothing of the patient's own heart.

References
----------
QS2, the electromechanical systole: Weissler et al., Circulation 1968;37:149-159, men 546 - 2.1 HR, women
549 - 2.0 HR (ms); the mean of both is used, since the sex must not matter here. The trigger is the R peak, about 40 ms
after the Q onset from which QS2 runs. Rest periods: Otton et al., BMC Medical Imaging 2013 (mid-diastole at 74 % at
55 bpm, 77 % at 75 bpm); Celeng et al., Int J Cardiovasc Imaging 2015 (end-systolic rest 280 to 340 ms after R).
"""

PHASE_RULE = "v1"
"""Version of the rule; stored with every label."""

PHASE_NOTE = "nominal, from timing only"
"""What is said beside every label of the rule."""

MIN_HEART_RATE_BPM, MAX_HEART_RATE_BPM = 20, 250
"""Heart rates outside are defaults or errors of the device, not measurements."""

MIN_RR_MS, MAX_RR_MS = 240.0, 3000.0
"""R-R intervals outside are not believed."""

LABEL_MIN_BPM, LABEL_MAX_BPM = 35, 150
"""Outside these rates the coefficients of the rule are not known to hold: percent only, no label."""

NO_DIASTASIS_ABOVE_BPM = 80
"""Above this rate diastole has no rest period that could be named."""

_Q_TO_R_PEAK_MS = 40.0
_EARLY_DIASTOLE_MS = 150.0
_END_SYSTOLE_BEFORE_MS, _END_SYSTOLE_AFTER_MS = 100.0, 30.0


def aortic_valve_closure_ms(heart_rate_bpm: float) -> float:
    """Estimate the time of aortic valve closure after the R peak, in ms, spread about 40 ms."""
    return (546 + 549) / 2 - (2.1 + 2.0) / 2 * heart_rate_bpm - _Q_TO_R_PEAK_MS


def mid_diastole_centre_percent(heart_rate_bpm: float) -> float:
    """Estimate the centre of mid-diastole in percent of R-R; linear through 74 % at 55 and 77 % at 75 bpm."""
    return 74 + (heart_rate_bpm - 55) * 3 / 20


def phase_percent(delay_ms: float, rr_interval_ms: float) -> float | None:
    """Give the delay in percent of the R-R interval; None where the delay does not lie inside it. Never wraps."""
    if not 0 <= delay_ms < rr_interval_ms:
        return None
    return delay_ms / rr_interval_ms * 100


def phase_label(delay_ms: float, percent: float, heart_rate_bpm: float) -> str | None:
    """Name the phase by rule v1; None outside 35 to 150 bpm.

    Parameters
    ----------
    delay_ms
        Time after the R peak.
    percent
        The same in percent of the R-R interval.
    """
    if not LABEL_MIN_BPM <= heart_rate_bpm <= LABEL_MAX_BPM:
        return None
    closure = aortic_valve_closure_ms(heart_rate_bpm)
    centre = mid_diastole_centre_percent(heart_rate_bpm)
    rules = (
        (percent >= 95 or delay_ms < 50, "end-diastole / R wave"),
        (delay_ms < min(200, closure - _END_SYSTOLE_BEFORE_MS), "systole"),
        (delay_ms < closure - _END_SYSTOLE_BEFORE_MS, "late systole"),
        (delay_ms <= closure + _END_SYSTOLE_AFTER_MS, "end-systole"),
        (heart_rate_bpm > NO_DIASTASIS_ABOVE_BPM, "diastole"),
        (delay_ms <= closure + _EARLY_DIASTOLE_MS, "early diastole"),
        (percent < centre - 8, "early to mid diastole"),
        (percent <= centre + 6, "mid-diastole"),
    )
    return next((label for applies, label in rules if applies), "late diastole")
