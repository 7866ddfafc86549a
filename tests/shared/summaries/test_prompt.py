"""A prompt is made of facts and our own fixed text, and its name changes with every word of it."""

import hashlib
import json

from shared.summaries.prompt import PROMPT_VERSION, SCHEMA, SYSTEM, Prompt
from shared.summaries.verification import Rejection
from tests.shared.summaries.cases import FACTS, GATED_CT, make_facts

TEXT_OF_VERSION = ("2026-11-1", "f803942ad6236ba8")
"""The prompt's version with the hash of its fixed text: who changes the text must change the version."""


def test_a_changed_text_has_a_new_version() -> None:
    """The fixed text of the prompt belongs to its version, since stored answers are found by it."""
    text = hashlib.sha256((SYSTEM + json.dumps(SCHEMA, sort_keys=True)).encode()).hexdigest()[:16]
    assert (PROMPT_VERSION, text) == TEXT_OF_VERSION


def test_the_question_holds_the_facts_and_nothing_else() -> None:
    """What is sent beside the fixed text are the facts, as the receipt shows them."""
    prompt = Prompt(FACTS["ecg"])
    assert json.loads(prompt.messages[0].content.removeprefix("Facts:\n")) == {
        "total.studies": "1 study",
        "total.series": "1 series",
        "total.images": "0 images",
        "modality": "ECG recording",
        "object": "12-lead ECG recording",
    }


def test_a_correction_names_what_was_wrong() -> None:
    """The second question repeats the draft and says which words the facts do not support."""
    rejected = (Rejection("number.unsupported", "9 mm", 2), Rejection("some.rule", "x", 0))
    turns = Prompt(FACTS["ecg"], "draft", rejected).messages
    assert [turn.role for turn in turns] == ["user", "assistant", "user"]
    assert 'Sentence 2, "9 mm": this number or unit is not in the facts' in turns[2].content
    assert '- "x": the facts do not support this.' in turns[2].content


def test_the_digest_tells_questions_apart() -> None:
    """Same facts and model give the same name; another model, study or draft another one."""
    one = Prompt(make_facts(GATED_CT)).digest("m")
    assert one == Prompt(make_facts(GATED_CT)).digest("m")
    others = {Prompt(FACTS["ecg"]).digest("m"), Prompt(FACTS["gated_ct"]).digest("n")}
    assert len({one, *others, Prompt(FACTS["gated_ct"], "draft").digest("m")}) == 4
