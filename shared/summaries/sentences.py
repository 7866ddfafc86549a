"""Sentences, each with the keys of the facts it rests on."""

from collections.abc import Sequence

from msgspec import Struct

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number


class Sentence(Struct, frozen=True):
    """One sentence with the keys of the facts it rests on."""

    text: str
    facts: tuple[str, ...]


class SummaryText(Struct, frozen=True):
    """Two to four sentences in their order."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The sentences as one plain text."""
        return " ".join(sentence.text for sentence in self.sentences)


class Wording:
    """Writes one sentence out of facts and remembers which it used."""

    def __init__(self, facts: ModelFacts) -> None:
        self.facts = facts
        self._used: dict[str, None] = {}

    def cite(self, *keys: str) -> None:
        """Note facts that the sentence rests on; absent ones do not count."""
        self._used.update(dict.fromkeys(key for key in keys if key in self.facts))

    def text(self, key: str) -> str | None:
        """Give how a fact reads, and note it; None where it is absent."""
        self.cite(key)
        return self.facts[key].text if key in self.facts else None

    def number(self, key: str) -> float | None:
        """Give a fact's number, and note it; None where it is absent."""
        number = self.facts.number(key)
        if number is not None:
            self.cite(key)
        return number

    def word(self, key: str) -> str | None:
        """Give a fact's word, and note it; None where it is absent."""
        word = self.facts.word(key)
        if word is not None:
            self.cite(key)
        return word

    def sentence(self, text: str) -> Sentence:
        """Finish the sentence."""
        return Sentence(text[0].upper() + text[1:], tuple(self._used))


def join_words(words: Sequence[str]) -> str:
    """Join words as a person does: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def write_count(count: float, noun: str) -> str:
    """Write a count with its noun: ``1 image``, ``12 images``, ``3 series``."""
    return f"{write_number(count)} {noun}" if count == 1 or noun.endswith("s") else f"{write_number(count)} {noun}s"
