"""What was done about breathing, as a part of the sentence about how images were made."""

from shared.summaries.sentences import Wording

_WITH = {
    "BELT": " with a belt",
    "NASAL_PROBE": " with a nose probe",
    "NAVIGATOR": " with a navigator signal",
    "SPIROMETER": " with a spirometer",
    "EXTERNAL_MARKER": " with a marker on the body",
}
"""Signals that a reader can picture."""


def tell_breathing(wording: Wording) -> str | None:
    """Say that the breath was held or that images were timed to breathing; None where nothing was done about it."""
    if not wording.facts.holds("respiratory.compensated"):
        return None
    wording.cite("respiratory.compensated", "respiratory.technique")
    match wording.facts.word("respiratory.technique"):
        case "BREATH_HOLD":
            return "the breath was held for it"
        case "CORRECTION":
            return "motion by breathing was corrected for"
        case _:
            signal = _WITH.get(wording.facts.word("respiratory.signal_source") or "", "")
            if signal:
                wording.cite("respiratory.signal_source")
            return f"the pictures were timed to breathing{signal}"
