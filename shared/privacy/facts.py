"""The only values that a prompt can be made of: typed facts, taken from the result by allow-list.

Everything here is chosen: what a line of this room does not name stays behind. Text leaves only as a word of
a closed table, numbers only under a listed key. The receipt says what stayed behind and why; it names places, never
values.
"""

from collections.abc import Iterator, Mapping, Sequence

from shared.dicom.comparison import Comparison
from shared.dicom.series import Series
from shared.dicom.study import Study
from shared.privacy.comparison_facts import PAIRS, gather_comparison_facts
from shared.privacy.fact import Fact, FactList
from shared.privacy.objects import is_image
from shared.privacy.receipt import Withheld, list_withheld
from shared.privacy.series_facts import add_other_series, add_principal_series, count_images
from shared.privacy.vocabulary import read_tokens

MAX_OTHER_SERIES = 12
"""Series besides the principal one that are told of; further ones are only counted."""


_SEAL = object()


class ModelFacts(Mapping[str, Fact]):
    """Facts by dotted key, in the order they are told; made by ``build_model_facts`` and its like for comparisons only.

    Keys without prefix describe the principal series; ``series_2.`` and so on the others; ``total.`` the upload.
    ``withheld`` is the receipt.
    """

    __slots__ = ("_entries", "withheld")

    def __init__(self, entries: Mapping[str, Fact], withheld: tuple[Withheld, ...], *, seal: object = None) -> None:
        if seal is not _SEAL:
            raise TypeError("ModelFacts come from build_model_facts only, so that nothing passes by the allow-list.")
        self._entries = dict(entries)
        self.withheld = withheld

    def __getitem__(self, key: str) -> Fact:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(tuple(self._entries.items()))

    @property
    def is_comparison(self) -> bool:
        """Whether two uploads are compared; keys are then told by side, see ``comparison_facts``."""
        return PAIRS in self._entries

    def word(self, key: str) -> str | None:
        """Give the value of a fact that is text; None where it is absent or no text."""
        fact = self._entries.get(key)
        return fact.value if fact is not None and isinstance(fact.value, str) else None

    def number(self, key: str) -> float | None:
        """Give the value of a fact that is a number; None where it is absent or no number."""
        fact = self._entries.get(key)
        if fact is None or isinstance(fact.value, bool | str | tuple):
            return None
        return fact.value

    def words(self, key: str) -> tuple[str, ...]:
        """Give the values of a fact that is a list of words; empty where it is absent."""
        fact = self._entries.get(key)
        return tuple(str(value) for value in fact.value) if fact and isinstance(fact.value, tuple) else ()

    def holds(self, key: str) -> bool:
        """Tell whether a yes-or-no fact is there and says yes."""
        fact = self._entries.get(key)
        return fact is not None and fact.value is True


def build_model_facts(studies: Sequence[Study]) -> ModelFacts:
    """Choose the facts that may leave the service.

    Parameters
    ----------
    studies
        The typed tree of a result; empty gives no facts.

    Returns
    -------
    ModelFacts
        The principal series is the one with the most images; localizers and objects without images come last.
        The same tree gives the same facts in the same order.
    """
    facts = FactList()
    series = sorted((one for study in studies for one in study.series), key=_rank)
    facts.put_count("total.studies", len(studies), "studies")
    facts.put_count("total.series", len(series), "series")
    facts.put_count("total.images", sum(count_images(one) for one in series), "images")
    topics = [token for study in studies if study.description for token in read_tokens(study.description)]
    facts.put_words("study.described_as", dict.fromkeys(topics))
    if series:
        add_principal_series(facts, series[0])
    for number, one in enumerate(series[1 : MAX_OTHER_SERIES + 1], start=2):
        add_other_series(facts, f"series_{number}.", one)
    if len(series) > MAX_OTHER_SERIES + 1:
        facts.put_count("total.series_not_described", len(series) - MAX_OTHER_SERIES - 1, "series")
    return ModelFacts(facts.entries, list_withheld(studies), seal=_SEAL)


def build_comparison_model_facts(
    baseline: Sequence[Study], followup: Sequence[Study], comparison: Comparison
) -> ModelFacts:
    """Choose the facts of a comparison that may leave the service; those of the pair with the most images."""
    first = comparison.pairs[0] if comparison.pairs else None
    facts = gather_comparison_facts(
        comparison,
        None if first is None else baseline[first.baseline.study].series[first.baseline.series],
        None if first is None else followup[first.followup.study].series[first.followup.series],
    )
    return ModelFacts(facts.entries, list_withheld((*baseline, *followup)), seal=_SEAL)


def _rank(series: Series) -> tuple[bool, bool, int]:
    return (not is_image(series.sop_class.uid, series.modality), series.is_localizer, -count_images(series))
