"""Summaries: from the typed facts of a result to a text for a non-technical reader."""

from datetime import timedelta

import msgspec
from msgspec import Struct

from shared.dicom.findings import Finding
from shared.jobs.results import ComparedResult, Result
from shared.llm.client import ADVICE
from shared.privacy.facts import ModelFacts, build_comparison_model_facts, build_model_facts
from shared.summaries.completion import Unanswered
from shared.summaries.drafting import Complete, draft_summary

Ask = Complete
"""How the model is asked; no other part of the worker opens the door to it."""

_result_decoder = msgspec.json.Decoder(Result)
_comparison_decoder = msgspec.json.Decoder(ComparedResult)

COMMIT_MARGIN = timedelta(seconds=5)
"""Time before a job's deadline that is left for writing the template text."""

REASONS = {
    "model.not_configured": "No key for the language model is set. Set ANTHROPIC_API_KEY to have summaries worded by "
    "Claude.",
    "model.egress_off": "MODEL_EGRESS is off; nothing left this installation.",
    **ADVICE,
    "model.refused": "The language model declined to word this summary.",
    "model.truncated": "The language model's text was cut off. If this happens often, try another ANTHROPIC_MODEL.",
    "model.malformed": "The language model's answer did not have the shape that was asked for. If this happens often, "
    "try another ANTHROPIC_MODEL.",
    "model.ungrounded": "The language model's text said what the facts do not bear out and was rejected; "
    "`summary_detail.verification` names the claims.",
    "model.budget_spent": "The day's budget for the language model is spent. Raise MODEL_BUDGET_USD_PER_DAY, or wait "
    "until midnight UTC.",
    "model.rate_limited": "The limits of the language model left no room within MODEL_MAX_WAIT. Raise the limits "
    "(MODEL_REQUESTS_PER_MINUTE and its neighbours) if your account allows more, or MODEL_MAX_WAIT.",
    "model.concurrency": "All places for calls of the language model were taken for as long as MODEL_MAX_WAIT. Raise "
    "MODEL_CONCURRENCY.",
    "model.overloaded": "The language model was overloaded for as long as MODEL_MAX_WAIT. Retry later.",
    "model.outage": "The language model could not be reached within MODEL_MAX_WAIT. Check the network and "
    "ANTHROPIC_BASE_URL.",
    "model.spend_cap": "The account of the language model has reached its spending limit. Raise it with the vendor.",
    "model.budget": "The day's budget for the language model is spent. Raise MODEL_BUDGET_USD_PER_DAY.",
    "model.same_question_running": "Another worker asked the same question and had no answer within MODEL_MAX_WAIT.",
}
"""What the job's warnings say for each reason to stand in with template text: what happened and what to fix."""

WITHOUT_MODEL = frozenset({"model.not_configured", "model.egress_off"})
"""Reasons that an operator chose."""

TEMPLATE_NOTE = "The summary is template text."
"""Follows every reason."""


class Summarized(Struct, frozen=True):
    """The result as JSON with ``summary`` and ``summary_detail``, and why the template stands in where it does."""

    result: bytes
    warning: Finding | None


def summarize_result(result: bytes, complete: Ask) -> Summarized:
    """Add the summary to a result.

    Parameters
    ----------
    complete
        Answers a prompt; ``do_not_ask`` where there is no model. What it raises passes through.
    """
    decoded = _result_decoder.decode(result)
    return _add_summary(decoded, build_model_facts(decoded.studies), complete)


def summarize_comparison(result: bytes, complete: Ask) -> Summarized:
    """Add the summary to the result of a comparison; see ``summarize_result``."""
    decoded = _comparison_decoder.decode(result)
    facts = build_comparison_model_facts(decoded.baseline.studies, decoded.followup.studies, decoded.comparison)
    return _add_summary(decoded, facts, complete)


def _add_summary(decoded: Result | ComparedResult, facts: ModelFacts, complete: Ask) -> Summarized:
    summary = draft_summary(facts, complete)
    reason = summary.detail.reason
    warning = None if reason is None else Finding(reason, f"{REASONS[reason]} {TEMPLATE_NOTE}", where="summary")
    complete_result = msgspec.structs.replace(decoded, summary=summary.text, summary_detail=summary.detail)
    return Summarized(msgspec.json.encode(complete_result), warning)


def do_not_ask(reason: str) -> Ask:
    """Give the answer of an installation without a model: none, and why."""
    return lambda _: Unanswered(reason)


def patience_left(waited: timedelta, until_deadline: timedelta, max_wait: timedelta) -> timedelta:
    """Say how much longer a summary may wait for the model; zero or less means that the template must do.

    Parameters
    ----------
    waited
        Since it first had to wait.
    until_deadline
        Until its job is given up; a summary must never be the reason for that.
    """
    return min(max_wait - waited, until_deadline - COMMIT_MARGIN)
