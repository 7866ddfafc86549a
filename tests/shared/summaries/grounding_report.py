"""How well the check of a text against its facts tells honest from dishonest texts.

``python -m tests.shared.summaries.grounding_report`` judges the corpus and writes the table in docs/conformance.md.
"""

import json
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec import Struct

from shared.summaries.grounding import check_grounding
from shared.summaries.sentences import Sentence
from shared.summaries.verification import VerificationStatus
from tests.shared.summaries.cases import FACTS

Text = dict[str, Any]  # Any: one text of the corpus as JSON holds it

PAGE = Path(__file__).parents[3] / "docs/conformance.md"
BEGIN, END = "<!-- grounding: begin -->", "<!-- grounding: end -->"

FIRST_SIGHT = {
    "first": (0.93, 1.00),
    "held_out": (0.87, 0.87),
    "second_held_out": (0.85, 0.77),
    "third_held_out": (0.78, 0.90),
    "fourth_held_out": (0.38, 0.75),
    "fifth_held_out": (0.75, 0.75),
    "sixth_held_out": (0.61, 0.94),
}
"""Precision and recall of each set when the rules met it for the first time, noted before they were changed."""


class Score(Struct, frozen=True):
    """Judgements of some texts; a rejected dishonest text is a hit."""

    honest: int
    dishonest: int
    hits: int
    false_alarms: int

    @property
    def precision(self) -> float:
        """Share of the rejected texts that deserved it."""
        return self.hits / (self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        """Share of the dishonest texts that were rejected."""
        return self.hits / self.dishonest


def read_corpus() -> list[Text]:
    """Give the texts about the studies of ``cases``, written by hand."""
    texts: list[Text] = json.loads(files(__package__).joinpath("corpus.json").read_text())
    return texts


def is_rejected(text: Text) -> bool:
    """Check one text of the corpus."""
    sentences = [Sentence(one["text"], tuple(one["facts"])) for one in text["sentences"]]
    return check_grounding(sentences, FACTS[text["facts"]]).status is VerificationStatus.REJECTED


def judge(texts: list[Text]) -> Score:
    """Judge texts."""
    counted = Counter((text["honest"], is_rejected(text)) for text in texts)
    honest = counted[True, False] + counted[True, True]
    return Score(honest, len(texts) - honest, hits=counted[False, True], false_alarms=counted[True, True])


def report() -> str:
    """Write the table."""
    corpus = read_corpus()
    rows = [
        _row(name.replace("_", " "), judge([text for text in corpus if text["set"] == name]), FIRST_SIGHT[name])
        for name in FIRST_SIGHT
    ]
    head = [
        "| set | honest | dishonest | precision | recall | at first sight |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, _row("**all**", judge(corpus), None)])


def _row(name: str, score: Score, first: tuple[float, float] | None) -> str:
    seen = "" if first is None else f"{first[0]:.2f} / {first[1]:.2f}"
    judged = f"{score.precision:.3f} | {score.recall:.3f} | {seen}"
    return f"| {name} | {score.honest} | {score.dishonest} | {judged} |"


def main() -> int:
    """Put the table between the page's marks."""
    text = PAGE.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n{report()}\n{END}{tail}")
    sys.stdout.write(report() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
