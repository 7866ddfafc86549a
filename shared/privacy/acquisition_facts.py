"""The facts of an acquisition: numbers under listed keys, and words of closed tables."""

from collections.abc import Iterable, Iterator, Mapping

from shared.dicom.values import Value
from shared.privacy import product_names
from shared.privacy.acquisition_terms import SPELLINGS, TERMS
from shared.privacy.fact import FactList
from shared.privacy.quantities import UNITS
from shared.privacy.vocabulary import name_contrast

Acquisition = Mapping[str, Value]


def add_acquisition(facts: FactList, acquisition: Acquisition) -> None:
    """Add what may be said of how images were made, in the order of the result."""
    for key, value in acquisition.items():
        if key in UNITS:
            facts.put_quantity(f"acquisition.{key}", value, UNITS[key])
    agent = acquisition.get("contrast_agent")
    if isinstance(agent, str):
        facts.put_word("acquisition.contrast", name_contrast(agent))
    for key, table in TERMS.items():
        _put_known(facts, key, (table.get(term) for term in _texts(acquisition, key)))
    for key, table in SPELLINGS.items():
        _put_known(facts, key, (table.get(_letters(text)) for text in _texts(acquisition, key)))
    _put_known(facts, "convolution_kernel", map(product_names.name_kernel, _texts(acquisition, "convolution_kernel")))
    complete = acquisition.get("suv_inputs_present")
    if isinstance(complete, bool):
        facts.put_flag("acquisition.suv_inputs_present", flag=complete)


def _put_known(facts: FactList, key: str, words: Iterable[str | None]) -> None:
    facts.put_words(f"acquisition.{key}", dict.fromkeys(word for word in words if word is not None))


def _texts(acquisition: Acquisition, key: str) -> Iterator[str]:
    value = acquisition.get(key)
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, str):
            yield part


def _letters(text: str) -> str:
    """Write a text in capitals, letters and digits alone, to find it however it is spelled."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
