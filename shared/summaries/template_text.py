"""The text that needs no model: two to four sentences in plain words, every one of them made of facts.

It says what was done, when in the heartbeat where that matters, how good the images are for their purpose, and what to
keep in mind. It says nothing about what the images show.
"""

from shared.privacy.facts import ModelFacts
from shared.summaries.caveats import write_caveat
from shared.summaries.comparison_text import write_comparison_text
from shared.summaries.contents import write_contents
from shared.summaries.fitness import write_fitness
from shared.summaries.opening import write_opening
from shared.summaries.sentences import Sentence, SummaryText
from shared.summaries.technique import write_technique
from shared.summaries.timing import write_timing

NO_QUALITY = "The files do not say enough about how they were made to judge their quality."
"""Stands where nothing but the kind of the object is known."""


def write_template_text(facts: ModelFacts) -> SummaryText:
    """Word the facts.

    Returns
    -------
    SummaryText
        Two to four sentences; the same facts give the same text.
    """
    if facts.is_comparison:
        return write_comparison_text(facts)
    opening = write_opening(facts)
    made = write_timing(facts) or write_technique(facts) or write_contents(facts)
    further = (made, write_fitness(facts), write_caveat(facts))
    sentences = [opening, *(sentence for sentence in further if sentence is not None)]
    if len(sentences) == 1:
        sentences.append(Sentence(NO_QUALITY, ()))
    return SummaryText(tuple(sentences))
