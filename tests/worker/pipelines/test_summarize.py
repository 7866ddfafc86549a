"""The summary becomes part of the result, with its source and, where the template stands in, the reason."""

import json
from datetime import timedelta

import pytest

from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile
from shared.llm.client import ADVICE, ModelUnavailable, WaitReason
from shared.llm.model_calls import BUDGET_SPENT
from shared.summaries.completion import Completion, StopReason, Usage
from shared.summaries.prompt import Prompt
from tests.support.datasets import describe
from tests.support.messages_server import grounded_summary
from worker.pipelines.assemble import assemble_result
from worker.pipelines.summarize import REASONS, do_not_ask, patience_left, summarize_result

FACTS = ExtractedFile(0, "a" * 64, 10, facts=describe({"Rows": 2}))
RESULT = assemble_result([Upload(0, "a" * 64, 10, location="x")], [FACTS]).result
"""A result of one file."""


@pytest.mark.parametrize("reason", REASONS)
def test_the_template_stands_in_and_says_why(reason: str) -> None:
    """A reader sees who worded the text and what to do to have the model word it."""
    summarized = summarize_result(RESULT, do_not_ask(reason))
    document = json.loads(summarized.result)
    assert (document["summary_detail"]["source"], document["summary_detail"]["reason"]) == ("template", reason)
    assert document["summary"]
    assert document["studies"] == json.loads(RESULT)["studies"]
    assert summarized.warning is not None
    assert (summarized.warning.code, summarized.warning.where) == (reason, "summary")
    assert summarized.warning.detail.endswith("The summary is template text.")


def test_a_grounded_text_of_the_model_needs_no_warning() -> None:
    """The wire contract's detail is complete, and the job warns of nothing."""

    def complete(prompt: Prompt) -> Completion:
        usage = Usage(812, 140)
        return Completion(grounded_summary(prompt.told), StopReason.FINISHED, usage, "claude-haiku-5-5", 0.0012)

    summarized = summarize_result(RESULT, complete)
    document = json.loads(summarized.result)
    detail = document["summary_detail"]
    assert summarized.warning is None
    assert document["summary"] == " ".join(sentence["text"] for sentence in detail["sentences"])
    assert {key: value for key, value in detail.items() if key not in {"sentences", "verification"}} == {
        "source": "claude",
        "reason": None,
        "model": "claude-haiku-5-5",
        "prompt_version": detail["prompt_version"],
        "tokens": {"input": 812, "output": 140, "cached": 0},
        "cost_usd": 0.0012,
        "cached": False,
        "notice": "Generated from image metadata; not a diagnosis.",
    }
    assert detail["verification"]["status"] == "passed"


def test_having_to_wait_passes_through() -> None:
    """The pipeline does not decide how long to wait."""

    def wait(_: Prompt) -> Completion:
        raise ModelUnavailable(WaitReason.RATE_LIMITED, timedelta(seconds=7))

    with pytest.raises(ModelUnavailable):
        summarize_result(RESULT, wait)


@pytest.mark.parametrize(
    "code",
    [
        *(reason.code for reason in WaitReason),
        *ADVICE,
        BUDGET_SPENT,
        *("model.refused", "model.truncated", "model.malformed", "model.ungrounded"),
    ],
)
def test_every_reason_has_its_words(code: str) -> None:
    """Whatever keeps the model from wording a summary, the job says what it was."""
    assert code in REASONS


@pytest.mark.parametrize(
    ("waited", "until_deadline", "left"),
    [
        (0, 86_400, 3600),
        (3000, 86_400, 600),
        (3600, 86_400, 0),
        (0, 65, 60),
        (10, 4, -1),
    ],
)
def test_patience_ends_before_the_deadline(waited: int, until_deadline: int, left: int) -> None:
    """A summary waits for an hour at most, and never so long that its job would be given up."""
    patience = patience_left(timedelta(seconds=waited), timedelta(seconds=until_deadline), timedelta(hours=1))
    assert patience == timedelta(seconds=left)
