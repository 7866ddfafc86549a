"""Claims that only a comparison makes: which side a number belongs to, and which way a quantity went.

Stricter than a reader would be. A direction is told of the second upload, named before it in the same sentence, and one
sentence tells one direction; a number's side is named beside it, or shown by "from", "to" and "instead of". What cannot
be told apart is rejected: the template says the same without doubt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from shared.privacy.comparison_facts import HIGHER, LOWER
from shared.privacy.fact import Fact
from shared.summaries.number_claims import Number, agrees, find_numbers
from shared.summaries.sentences import Sentence
from shared.summaries.verification import Rejection

_UP = (
    r"higher|more|greater|larger|bigger|thicker|longer|faster|wider|coarser|above|(?<!-)up|"
    r"increas\w*|rose|risen|rises|rais\w+"
)
_DOWN = (
    r"lower|less|fewer|smaller|thinner|shorter|slower|narrower|finer|below|down|"
    r"decreas\w*|reduc\w*|fell|falls|fallen|drop\w*"
)
_DIRECTIONS = {
    HIGHER: re.compile(rf"\b(?:{_UP})\b", re.IGNORECASE),
    LOWER: re.compile(rf"\b(?:{_DOWN})\b", re.IGNORECASE),
}
_EQUAL = re.compile(r"\b(?:same|unchanged|identical|equal)\b", re.IGNORECASE)

_NOUN = r"(?:uploads?|ones?|scans?|examinations?|exams?|series|images?)"
_LATER, _EARLIER = rf"(?:second|later|newer) {_NOUN}", rf"(?:first|earlier|older) {_NOUN}"
_SIDES = re.compile(rf"\b(?:(?P<followup>{_LATER})|(?P<baseline>{_EARLIER}))\b", re.IGNORECASE)
_THAN_FOLLOWUP = re.compile(rf"\bthan\b[^,;]*\b{_LATER}\b", re.IGNORECASE)
_BASELINE_BEFORE = re.compile(r"(?:\bfrom|\binstead of|\brather than|\bcompared (?:with|to)|\bagainst|\bversus) $")
_FOLLOWUP_BEFORE = re.compile(r"\bfrom\b.*\bto $", re.IGNORECASE)


def find_comparison_faults(sentences: Sequence[Sentence], facts: Mapping[str, Fact]) -> Iterator[Rejection]:
    """Give every claim of direction or side that the cited facts do not bear out."""
    for number, sentence in enumerate(sentences, start=1):
        yield from _directions(number, sentence, facts)
        yield from _sides(number, sentence, facts)


def _directions(number: int, sentence: Sentence, facts: Mapping[str, Fact]) -> Iterator[Rejection]:
    text = sentence.text
    claimed = {direction: found for direction, way in _DIRECTIONS.items() if (found := way.search(text))}
    cited = {facts[f"change.{key}"].value for key in _cited_quantities(sentence, facts)}
    if (found := _EQUAL.search(text)) and "comparison.is_same" not in sentence.facts:
        yield Rejection("comparison.direction", found[0], number, "the fact that nothing differs")
    for direction, words in claimed.items():
        if len(claimed) > 1:
            yield Rejection("comparison.direction", words[0], number, "one direction in one sentence")
        elif cited != {direction}:
            yield Rejection("comparison.direction", words[0], number, "the direction that the cited facts have")
        elif _last_side(text[: words.start()]) != "followup" or _THAN_FOLLOWUP.search(text):
            yield Rejection("comparison.side", words[0], number, "the second upload named before the direction")


def _cited_quantities(sentence: Sentence, facts: Mapping[str, Fact]) -> set[str]:
    keys = {key.partition(".")[2] for key in sentence.facts if key.startswith(("baseline.", "followup.", "change."))}
    return {key for key in keys if f"change.{key}" in facts}


def _sides(number: int, sentence: Sentence, facts: Mapping[str, Fact]) -> Iterator[Rejection]:
    numbers = find_numbers(sentence.text)
    for place, told in enumerate(numbers):
        true_of = {side for side in ("baseline", "followup") if _bears_out(told, side, sentence, facts)}
        if len(true_of) != 1:
            continue  # true of both, or a number that the other rules judge
        following = numbers[place + 1].start if place + 1 < len(numbers) else len(sentence.text)
        if {_side_of(told, sentence.text, following)} != true_of:
            yield Rejection("comparison.side", told.words, number, "the side that has this number, named beside it")


def _bears_out(told: Number, side: str, sentence: Sentence, facts: Mapping[str, Fact]) -> bool:
    unit = told.unit.name if told.unit is not None else None
    for key in sentence.facts:
        fact = facts.get(key)
        if fact is None or not key.startswith(f"{side}.") or isinstance(fact.value, bool | str | tuple):
            continue
        if fact.unit == unit and agrees(told, fact.value):
            return True
    return False


def _side_of(told: Number, text: str, following: int) -> str | None:
    """Say which side a sentence gives a number to: by the words right before it, else after it, else before it."""
    before = text[: told.start]
    if _BASELINE_BEFORE.search(before):
        return "baseline"
    if _FOLLOWUP_BEFORE.search(before):
        return "followup"
    named = _SIDES.search(text, told.end, following)
    return named.lastgroup if named is not None else _last_side(before)


def _last_side(text: str) -> str | None:
    named = [found.lastgroup for found in _SIDES.finditer(text)]
    return named[-1] if named else None
