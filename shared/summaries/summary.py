"""The summary and what the result says about its origin: shapes of the wire contract."""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from shared.privacy.facts import ModelFacts
from shared.summaries.sentences import Sentence
from shared.summaries.template_text import write_template_text
from shared.summaries.verification import Verification, VerificationStatus

NOTICE = "Generated from image metadata; not a diagnosis."
"""Stands beside every summary."""


class Source(StrEnum):
    """Who worded a summary."""

    CLAUDE = "claude"
    TEMPLATE = "template"


class Tokens(Struct, frozen=True):
    """Tokens of the model calls behind a summary; ``cached`` is the part of the input read from the prompt cache."""

    input: int
    output: int
    cached: int


class SummaryDetail(Struct, frozen=True):
    """Where a summary comes from; ``model``, ``tokens`` and ``cost_usd`` only where a model was asked.

    ``reason`` is a code (``model.not_configured``) that says why the template stands in, and null for a model's text.
    """

    source: Source
    reason: str | None
    sentences: tuple[Sentence, ...]
    verification: Verification
    cached: bool
    model: str | UnsetType = UNSET
    prompt_version: str | UnsetType = UNSET
    tokens: Tokens | UnsetType = UNSET
    cost_usd: float | UnsetType = UNSET
    notice: str = NOTICE


class Summary(Struct, frozen=True):
    """The summary of a job: the text that ``summary`` shows, and ``summary_detail``."""

    text: str
    detail: SummaryDetail


def template_summary(facts: ModelFacts, reason: str, verification: Verification | None = None) -> Summary:
    """Word a summary without a model.

    Parameters
    ----------
    reason
        Code of why no model's text is used, such as ``model.not_configured`` or ``model.egress_off``.
    verification
        The check that a model's text did not pass, where there was one.
    """
    text = write_template_text(facts)
    checked = verification or Verification(VerificationStatus.NOT_NEEDED, claims_checked=0)
    detail = SummaryDetail(Source.TEMPLATE, reason, text.sentences, checked, cached=False)
    return Summary(text.text, detail)
