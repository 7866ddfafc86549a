"""A view of the facts for checking claims: all of them, or those that a text cites."""

from collections.abc import Iterable, Iterator, Mapping

from shared.privacy.fact import Fact


class Evidence:
    """Some of the facts, asked by what they are about: ``modality`` also stands for ``series_2.modality``."""

    def __init__(self, facts: Mapping[str, Fact], keys: Iterable[str] | None = None) -> None:
        chosen = facts if keys is None else [key for key in keys if key in facts]
        self._facts: dict[str, Fact] = {key: facts[key] for key in chosen}

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def numbers(self) -> Iterator[tuple[str, float, str | None]]:
        """Give every number with its key and unit; a list of numbers gives each of them."""
        for key, fact in self._facts.items():
            values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            for value in values:
                if not isinstance(value, bool | str):
                    yield key, value, fact.unit

    def words(self, name: str) -> set[str]:
        """Give the words of every fact of this name, whichever series it describes."""
        found: set[str] = set()
        for fact in self._named(name):
            values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            found.update(value for value in values if isinstance(value, str))
        return found

    def texts(self, name: str) -> set[str]:
        """Give how every fact of this name reads."""
        return {fact.text for fact in self._named(name)}

    def says(self, name: str, *, flag: bool) -> bool:
        """Tell whether a yes-or-no fact of this name has this answer."""
        return any(fact.value is flag for fact in self._named(name))

    def quantities(self, name: str) -> list[float]:
        """Give the numbers of every fact of this name."""
        return [number for key, number, _ in self.numbers() if _is_named(key, name)]

    def each_series(self) -> list["Evidence"]:
        """Split the evidence by series; what is said of the study stands beside the principal series."""
        prefixes = sorted({_prefix(key) for key in self._facts if not key.startswith("total.")})
        return [
            Evidence(
                self._facts, [key for key in self._facts if _prefix(key) == prefix and not key.startswith("total.")]
            )
            for prefix in prefixes
        ]

    def all_text(self) -> str:
        """Give every fact's text, for looking up proper names."""
        return " ".join(fact.text for fact in self._facts.values())

    def _named(self, name: str) -> Iterator[Fact]:
        return (fact for key, fact in self._facts.items() if _is_named(key, name))


def _is_named(key: str, name: str) -> bool:
    return key == name or (key.startswith(("series_", "study.")) and key.endswith(f".{name}"))


def _prefix(key: str) -> str:
    return key.partition(".")[0] if key.startswith("series_") else ""
