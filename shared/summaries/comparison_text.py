"""The text of a comparison that needs no model: what was compared, what went up and what went down.

Sides are called the first and the second upload: "follow-up" is also a word of advice, which no summary may give.
"""

from collections.abc import Iterator

from shared.dicom.comparison_quantities import QUANTITIES
from shared.privacy.comparison_facts import HIGHER, LOWER, PAIRS
from shared.privacy.facts import ModelFacts
from shared.summaries.sentences import Sentence, SummaryText, Wording, join_words

MAX_TOLD = 4
"""Quantities of one sentence; a reader keeps no more in mind."""

_LABELS = {quantity.key: quantity.label for quantity in QUANTITIES}


def write_comparison_text(facts: ModelFacts) -> SummaryText:
    """Word the facts of a comparison; two to four sentences, the same facts give the same text."""
    changes = [_write_changes(facts, direction) for direction in (LOWER, HIGHER)]
    told = [sentence for sentence in changes if sentence is not None] or [_write_nothing(facts)]
    unmatched = _write_unmatched(facts)
    return SummaryText((_write_opening(facts), *told, *([unmatched] if unmatched else [])))


def _write_opening(facts: ModelFacts) -> Sentence:
    wording = Wording(facts)
    kind = wording.text("modality")
    part = wording.text("body_part") if kind else None
    wording.cite(PAIRS)
    what = f", both of this kind: {kind}{f' of the {part}' if part else ''}" if kind else ""
    return wording.sentence(f"Two uploads were compared with each other{what}.")


def _changed(facts: ModelFacts, direction: str) -> Iterator[str]:
    return (key for key, label in _LABELS.items() if facts.word(f"change.{key}") == direction)


def _write_changes(facts: ModelFacts, direction: str) -> Sentence | None:
    keys = list(_changed(facts, direction))[:MAX_TOLD]
    if not keys:
        return None
    wording = Wording(facts)
    told = []
    for key in keys:
        wording.cite(f"change.{key}")
        before, after = wording.text(f"baseline.{key}"), wording.text(f"followup.{key}")
        told.append(f"the {_LABELS[key]} ({after} instead of {before})")
    verb = "is" if len(told) == 1 else "are"
    return wording.sentence(f"In the second upload, {join_words(told)} {verb} {direction}.")


def _write_nothing(facts: ModelFacts) -> Sentence:
    wording = Wording(facts)
    wording.cite(PAIRS)
    if facts.number(PAIRS) == 0:
        return wording.sentence("No series of the first upload has a match in the second upload.")
    if facts.holds("comparison.is_same"):
        wording.cite("comparison.is_same")
        return wording.sentence("What both files say about how the images were made is the same.")
    return wording.sentence("The result lists in what they differ.")


def _write_unmatched(facts: ModelFacts) -> Sentence | None:
    wording = Wording(facts)
    count = wording.text("comparison.unmatched_series")
    return wording.sentence(f"Without a match in the other upload: {count}.") if count and facts.number(PAIRS) else None
