"""The sentence about the heartbeat: how the images were timed, when in the beat, and what that moment is good for."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.summaries.breathing import tell_breathing
from shared.summaries.sentences import Sentence, Wording, join_words

_MOMENTS = {
    "end-diastole / R wave": "the moment just before the heart contracts",
    "end-diastole": "the moment just before the heart contracts",
    "systole": "while the heart is contracting, so some motion blur is to be expected",
    "late systole": "while the heart is still contracting, so some motion blur is to be expected",
    "end-systole": "a short pause at the end of the contraction when motion blur is less likely",
    "diastole": "while the heart relaxes and fills",
    "early diastole": "while the heart relaxes and fills quickly, so some motion blur is to be expected",
    "early to mid diastole": "while the filling of the heart slows down",
    "mid-diastole": "a resting moment of the heart when motion blur is least likely",
    "late diastole": "shortly before the next contraction",
}
"""What each phase label means to a reader; general knowledge about the heartbeat, not a finding."""


def write_timing(facts: ModelFacts) -> Sentence | None:
    """Say how the images relate to the heartbeat; None where they were not timed to it."""
    if not facts.holds("cardiac.gated"):
        return None
    wording = Wording(facts)
    wording.cite("cardiac.gated")
    parts = [_moment(wording) or _several(wording), _rate(wording), tell_breathing(wording)]
    told = "; ".join(part for part in parts if part)
    timed = f"the pictures were timed to the heartbeat{_signal(wording)}"
    return wording.sentence(f"{timed} and {told}." if told and parts[0] else f"{timed}{f'; {told}' if told else ''}.")


def _signal(wording: Wording) -> str:
    match wording.word("cardiac.signal_source"):
        case "ECG" | "VCG":
            return " with an ECG"
        case "PP":
            return " with a pulse sensor"
        case _:
            return ""


def _several(wording: Wording) -> str | None:
    count = wording.number("cardiac.phase_count")
    if count is None:
        return None
    text = f"show {write_number(count)} phases of the beat"
    labels = wording.facts.words("cardiac.phase_labels")
    if not labels:
        return text
    wording.cite("cardiac.phase_labels")
    return f"{text} ({join_words(labels)})"


def _moment(wording: Wording) -> str | None:
    place, label = _place(wording), wording.word("cardiac.phase_label")
    if label is None:
        return place if "cardiac.phase_count" not in wording.facts else None
    named = f"{place}, which is {label}" if place else f"show the heart in {label}"
    count = wording.number("cardiac.phase_count")
    several = f"; this is one of {write_number(count)} recorded phases" if count is not None else ""
    return f"{named}, {_MOMENTS[label]}{several}"


def _place(wording: Wording) -> str | None:
    percent = wording.number("cardiac.phase_percent")
    if percent is not None:
        return f"show the heart at {write_number(percent)} % of the time from one beat to the next"
    delay = wording.number("cardiac.trigger_delay_ms")
    return None if delay is None else f"show the heart {write_number(delay)} ms after the start of a beat"


def _rate(wording: Wording) -> str | None:
    low, high = _rates(wording)
    if low is None or high is None:
        return None
    if low == high:
        return f"the heart rate was {write_number(low)} beats per minute"
    return f"the heart rate was between {write_number(low)} and {write_number(high)} beats per minute"


def _rates(wording: Wording) -> tuple[float | None, float | None]:
    key = "cardiac.heart_rate_bpm"
    fact = wording.facts.get(key)
    if fact is not None and isinstance(fact.value, tuple):
        wording.cite(key)
        numbers = [value for value in fact.value if not isinstance(value, str)]
        return min(numbers), max(numbers)
    single = wording.number(key)
    if single is not None:
        return single, single
    return wording.number(f"{key}.min"), wording.number(f"{key}.max")
