"""Is every claim of a text borne out by the facts it cites? What is not is rejected, with the rule it broke.

Numbers must be borne out by the facts that their own sentence cites; words by those that the text cites anywhere. The
check errs towards rejecting: a wrongly rejected text costs the reader nothing but the model's wording.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from shared.privacy.facts import ModelFacts
from shared.summaries.comparison_grounding import find_comparison_faults
from shared.summaries.evidence import Evidence
from shared.summaries.forbidden_wording import find_forbidden
from shared.summaries.number_claims import find_fractions, find_numbers, find_vague_counts
from shared.summaries.number_support import supports, supports_vague
from shared.summaries.plain_words import is_plain
from shared.summaries.sentences import Sentence
from shared.summaries.state_claims import find_state_claims, normal_label
from shared.summaries.verification import Rejection, Verification, VerificationStatus
from shared.summaries.word_claims import find_word_claims, last_region, only_region, region_of_noun

MIN_SENTENCES, MAX_SENTENCES = 2, 4
"""Length of a summary."""

MAX_SENTENCE_LENGTH = 400
"""Characters of one sentence; the longest template sentence stays well below."""

_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z]|$)")
_WORD = re.compile(r"(?<![\w.])[a-z]+(?:['’\-][a-z0-9]+)*")
_NAME_PARTS = re.compile(r"[A-Za-z-]+")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z]+(?:-[A-Z]?[a-z]+)?")
_KNOWN_NAMES = re.compile(
    r"CT|MRI|MR|PET|ECG|EKG|X|X-ray|R|DICOM|PDF|DLP|CTDI|CTDIvol|FLAIR|STIR|Dixon|ADC|SR|RR|Hz|MHz|T|Tesla|mGy|I|Hounsfield|Each|The|This|"
    r"These|It|They|All|One|None|No|Images|Slices|Pictures"
)

_NAMES_WITH_DIGITS = ("model", "object", "acquisition.radionuclide", "dose.radionuclide")
"""Facts whose names may hold digits that are no numbers."""


def check_grounding(sentences: Sequence[Sentence], facts: ModelFacts) -> Verification:
    """Check a text against the facts.

    Parameters
    ----------
    sentences
        The text with the keys each sentence cites, as a model or the template gave them.
    facts
        All facts that the writer was given.

    Returns
    -------
    Verification
        PASSED, or REJECTED with every broken rule in the order of the text.
    """
    check = _Check(sentences, facts)
    rejected = tuple(check.run())
    status = VerificationStatus.REJECTED if rejected else VerificationStatus.PASSED
    return Verification(status, check.claims, rejected)


class _Check:
    """One run over a text."""

    def __init__(self, sentences: Sequence[Sentence], facts: ModelFacts) -> None:
        self._sentences = sentences
        self._facts = facts
        self._all = Evidence(facts)
        self._cited_keys = [key for sentence in sentences for key in sentence.facts]
        self._cited = Evidence(facts, self._cited_keys)
        self._series = self._all.each_series()
        text = self._all.all_text()
        self._known_names = set(_NAME_PARTS.findall(text))
        self._told_words = set(_WORD.findall(text.lower()))
        self._names_with_digits = {name for key in _NAMES_WITH_DIGITS for name in self._all.texts(key)}
        self.claims = 0

    def run(self) -> Iterator[Rejection]:
        """Give every broken rule."""
        count = len(self._sentences)
        if not MIN_SENTENCES <= count <= MAX_SENTENCES:
            yield Rejection("text.length", f"{count} sentences", 0, f"{MIN_SENTENCES} to {MAX_SENTENCES} sentences")
        for number, sentence in enumerate(self._sentences, start=1):
            yield from self._shape(number, sentence)
            yield from self._numbers(number, sentence)
            yield from self._words(number, sentence)
            for code, words in find_forbidden(sentence.text):
                yield Rejection(code, words, number)
        yield from self._repeated_label()
        if self._facts.is_comparison:
            yield from find_comparison_faults(self._sentences, self._facts)

    def _shape(self, number: int, sentence: Sentence) -> Iterator[Rejection]:
        text = sentence.text.strip()
        if not text or len(text) > MAX_SENTENCE_LENGTH or len(_SENTENCE_END.findall(text)) != 1:
            yield Rejection("text.shape", text[:40], number, "one sentence with a full stop")
        for key in sentence.facts:
            if key not in self._facts:
                yield Rejection("citation.unknown", key[:60], number, "keys of the given facts")
        yield from self._strange_words(number, text)
        for found in _NAME.finditer(text):
            self.claims += 1
            if found[0] not in self._known_names and not _KNOWN_NAMES.fullmatch(found[0]):
                yield Rejection("name.unknown", found[0], number)

    def _strange_words(self, number: int, text: str) -> Iterator[Rejection]:
        told = self._told_words
        for word in _WORD.findall(text.lower()):
            if word not in told and f"{word}s" not in told and not is_plain(word):
                yield Rejection("word.not_plain", word, number)

    def _numbers(self, number: int, sentence: Sentence) -> Iterator[Rejection]:
        masked = self._without_names(sentence.text)
        numbers = find_numbers(masked)
        for place, told in enumerate(numbers):
            self.claims += 1
            following = numbers[place + 1].start if place + 1 < len(numbers) else None
            region = region_of_noun(masked[told.start : following]) or last_region(masked[: told.start])
            evidence = Evidence(self._facts, self._keys_about(region, sentence.facts))
            if not supports(told, masked, evidence):
                yield self._unsupported("number", told.words, number, fits=supports(told, masked, self._all))
        for words, bounds in find_vague_counts(masked):
            self.claims += 1
            if not supports_vague(bounds, Evidence(self._facts, sentence.facts)):
                yield Rejection("number.unsupported", words, number)
        for words in find_fractions(masked):
            yield Rejection("number.unsupported", words, number)

    def _keys_about(self, region: Callable[[Evidence], bool] | None, keys: Sequence[str]) -> Sequence[str]:
        """Leave out the facts of series that a number cannot be about, given the region named beside it."""
        if region is None:
            return keys
        strangers = [one for one in self._series if not region(one)]
        if len(strangers) == len(self._series):
            return keys
        return [key for key in keys if not any(key in one for one in strangers)]

    def _words(self, number: int, sentence: Sentence) -> Iterator[Rejection]:
        about = Evidence(self._facts, self._keys_about(only_region(sentence.text), self._cited_keys))
        claims = [(claim, self._cited) for claim in find_word_claims(sentence.text)]
        claims += [(claim, about) for claim in find_state_claims(sentence.text)]
        for claim, evidence in claims:
            self.claims += 1
            if not self._is_part_of_noun(claim.words, sentence.text) and not claim.is_borne_out(evidence):
                fits = not claim.is_borne_out(self._cited) and claim.is_borne_out(self._all)
                yield Rejection("citation.missing" if fits else claim.code, claim.words, number)

    def _is_part_of_noun(self, words: str, text: str) -> bool:
        """Tell whether words belong to a cited noun of an examination: "dental" in "dental X-ray image"."""
        nouns = self._cited.texts("object") | self._cited.texts("modality")
        return any(words.lower() in noun.lower() and noun in text for noun in nouns)

    def _unsupported(self, kind: str, words: str, number: int, *, fits: bool) -> Rejection:
        return Rejection("citation.missing" if fits else f"{kind}.unsupported", words, number)

    def _without_names(self, text: str) -> str:
        """Blank out names that hold digits, such as a model's or ``12-lead ECG recording``."""
        for name in self._names_with_digits:
            text = text.replace(name, "_" * len(name))
        return text

    def _repeated_label(self) -> Iterator[Rejection]:
        label = self._facts.word("cardiac.phase_label")
        if label is None:
            return
        told = normal_label(" ".join(sentence.text for sentence in self._sentences))
        if normal_label(label).removesuffix(" r wave") not in told:
            yield Rejection("phase.not_repeated", label, 0, label)
