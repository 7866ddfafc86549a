"""A model's text is used where it holds, corrected once, and else replaced by the template."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import UNSET

from shared.llm.client import ModelUnavailable, WaitReason
from shared.summaries.completion import Completion, StopReason, Unanswered, Usage, read_draft
from shared.summaries.drafting import draft_summary
from shared.summaries.prompt import PROMPT_VERSION, Prompt
from shared.summaries.summary import Source, Summary, Tokens, template_summary
from shared.summaries.verification import VerificationStatus
from tests.shared.summaries.cases import FACTS
from tests.support.messages_server import summary_text

FACTS_OF_ECG = FACTS["ecg"]

GOOD = summary_text(("This is a 12-lead ECG recording.", ["object", "modality"]), ("It holds no pictures.", []))
BAD = summary_text(("This is a 12-lead ECG recording.", ["object", "modality"]), ("The rhythm is normal.", []))


def said(text: str, stop_reason: StopReason = StopReason.FINISHED, *, is_reused: bool = False) -> Completion:
    """Build an answer of the model."""
    return Completion(text, stop_reason, Usage(100, 20, 30, 5), "claude", 0.001, is_reused=is_reused)


class Model:
    """Answers prompts with what it was given, in order."""

    def __init__(self, answers: Sequence[Completion | Unanswered]) -> None:
        self.answers = list(answers)
        self.asked: list[Prompt] = []

    def __call__(self, prompt: Prompt) -> Completion | Unanswered:
        """Answer."""
        self.asked.append(prompt)
        return self.answers.pop(0)


def draft(*answers: Completion | Unanswered) -> Summary:
    """Draft a summary of an ECG with a model that gives these answers."""
    return draft_summary(FACTS_OF_ECG, Model(answers))


def test_a_grounded_text_is_used() -> None:
    """A text that the facts bear out becomes the summary, with its model, tokens and price."""
    summary = draft(said(GOOD))
    assert summary.text == "This is a 12-lead ECG recording. It holds no pictures."
    assert (summary.detail.source, summary.detail.reason) == (Source.CLAUDE, None)
    assert (summary.detail.model, summary.detail.prompt_version) == ("claude", PROMPT_VERSION)
    assert (summary.detail.tokens, summary.detail.cost_usd) == (Tokens(135, 20, 30), 0.001)
    assert summary.detail.verification.status is VerificationStatus.PASSED


def test_an_ungrounded_text_is_corrected_once() -> None:
    """The model is told what was wrong and its second text is used; both calls are accounted for."""
    model = Model([said(BAD), said(GOOD)])
    summary = draft_summary(FACTS_OF_ECG, model)
    assert summary.detail.verification.status is VerificationStatus.PASSED_AFTER_CORRECTION
    assert summary.detail.tokens == Tokens(270, 40, 60)
    assert (model.asked[1].draft, {one.claim for one in model.asked[1].rejected}) == (BAD, {"rhythm", "normal"})


def test_a_text_that_stays_ungrounded_is_replaced() -> None:
    """After two rejected texts the template speaks, and the result says what was rejected and what it cost."""
    summary = draft(said(BAD), said(BAD))
    assert summary.text == template_summary(FACTS_OF_ECG, "x").text
    assert (summary.detail.source, summary.detail.reason) == (Source.TEMPLATE, "model.ungrounded")
    assert summary.detail.verification.status is VerificationStatus.REJECTED
    assert summary.detail.cost_usd == 0.002


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (said("", StopReason.REFUSED), "model.refused"),
        (said(GOOD[:20], StopReason.TRUNCATED), "model.truncated"),
        (said(GOOD[:20]), "model.malformed"),
        (said("x" * 30_000), "model.malformed"),
        (said('{"sentences": "none"}', StopReason.OTHER), "model.malformed"),
        (Unanswered("model.bad_key"), "model.bad_key"),
    ],
)
def test_without_a_usable_text_the_template_speaks(answer: Completion | Unanswered, reason: str) -> None:
    """Refusals, cut-off or malformed answers and a bad key give the template text and its reason."""
    detail = draft(answer).detail
    assert (detail.source, detail.reason) == (Source.TEMPLATE, reason)


def test_a_model_that_was_never_asked_costs_nothing() -> None:
    """Without an answer the result names no model, no tokens and no price."""
    detail = draft(Unanswered("model.bad_key")).detail
    assert (detail.model, detail.tokens, detail.cost_usd) == (UNSET, UNSET, UNSET)


def test_a_reused_answer_is_marked() -> None:
    """A summary whose answer was paid for earlier says that it was cached."""
    assert [draft(said(GOOD, is_reused=flag)).detail.cached for flag in (True, False)] == [True, False]


def test_having_to_wait_passes_through() -> None:
    """Where the model must be waited for, the caller learns how long."""

    def wait(_: Prompt) -> Completion:
        raise ModelUnavailable(WaitReason.RATE_LIMITED, timedelta(seconds=7))

    with pytest.raises(ModelUnavailable) as caught:
        draft_summary(FACTS_OF_ECG, wait)
    assert caught.value.wait == timedelta(seconds=7)


def test_drafts_may_hold_more_than_was_asked_for() -> None:
    """Extra fields of an answer are ignored."""
    sentences = read_draft('{"sentences": [{"text": "A.", "facts": [], "note": 1}], "more": 2}')
    assert sentences is not None
    assert sentences[0].text == "A."


def test_the_template_says_why_it_is_used() -> None:
    """A summary without a model names the reason and needs no check."""
    detail = template_summary(FACTS_OF_ECG, "model.not_configured").detail
    assert (detail.reason, detail.verification.status) == ("model.not_configured", VerificationStatus.NOT_NEEDED)
