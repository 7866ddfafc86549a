"""From facts to a summary: ask the model, check its text, ask once more, and else let the template speak.

Pure: the model is a function that is handed in. What it raises (a limit, an outage) passes through, since only its
caller knows how to wait.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from shared.privacy.facts import ModelFacts
from shared.summaries.completion import Completion, StopReason, Unanswered, Usage, read_draft
from shared.summaries.grounding import check_grounding
from shared.summaries.prompt import Prompt
from shared.summaries.sentences import Sentence, SummaryText
from shared.summaries.summary import Source, Summary, SummaryDetail, Tokens, template_summary
from shared.summaries.verification import Verification, VerificationStatus

Complete = Callable[[Prompt], Completion | Unanswered]
"""How a prompt is answered; it may raise an error of the transient kind, and is then called again with the same."""

MAX_ASKED = 2
"""Questions per summary: the first, and one correction."""

_STOPPED = {StopReason.REFUSED: "model.refused", StopReason.TRUNCATED: "model.truncated"}


class _Spent(Struct, frozen=True):
    """What the calls of one summary took; ``version`` is that of the prompt they answered."""

    version: str
    usage: Usage = Usage()
    cost_usd: float = 0.0
    model: str | None = None
    is_reused: bool = True

    def plus(self, completion: Completion) -> "_Spent":
        told, more = self.usage, completion.usage
        return _Spent(
            self.version,
            Usage(
                told.input + more.input,
                told.output + more.output,
                told.cached + more.cached,
                told.cache_written + more.cache_written,
            ),
            self.cost_usd + completion.cost_usd,
            completion.model,
            self.is_reused and completion.is_reused,
        )


def draft_summary(facts: ModelFacts, complete: Complete) -> Summary:
    """Word a summary with the model where its text holds, else with the template.

    Parameters
    ----------
    facts
        What may be told.
    complete
        Answers a prompt; asked at most twice. Answers it gave before it raised must be remembered by it, so that
        calling this function again pays for nothing twice.

    Returns
    -------
    Summary
        ``detail.reason`` is null for the model's text, else a code: ``model.refused``, ``model.truncated``,
        ``model.malformed``, ``model.ungrounded``, or whatever ``complete`` gave.
    """
    prompt, verification = Prompt(facts), None
    spent = _Spent(prompt.version)
    for asked in range(1, MAX_ASKED + 1):
        completion = complete(prompt)
        if isinstance(completion, Unanswered):
            return _template(facts, completion.reason, verification, spent)
        spent = spent.plus(completion)
        if completion.stop_reason in _STOPPED:
            return _template(facts, _STOPPED[completion.stop_reason], verification, spent)
        sentences = read_draft(completion.text)
        if sentences is None:
            return _template(facts, "model.malformed", verification, spent)
        verification = check_grounding(sentences, facts)
        if verification.status is VerificationStatus.PASSED:
            return _model_summary(sentences, verification, spent, asked)
        prompt = Prompt(facts, completion.text, verification.rejected)
    return _template(facts, "model.ungrounded", verification, spent)


def _model_summary(sentences: tuple[Sentence, ...], verification: Verification, spent: _Spent, asked: int) -> Summary:
    if asked > 1:
        verification = replace(verification, status=VerificationStatus.PASSED_AFTER_CORRECTION)
    detail = SummaryDetail(Source.CLAUDE, None, sentences, verification, spent.is_reused)
    return Summary(SummaryText(sentences).text, _with_costs(detail, spent))


def _template(facts: ModelFacts, reason: str, verification: Verification | None, spent: _Spent) -> Summary:
    summary = template_summary(facts, reason, verification)
    return replace(summary, detail=_with_costs(summary.detail, spent))


def _with_costs(detail: SummaryDetail, spent: _Spent) -> SummaryDetail:
    if spent.model is None:
        return detail
    tokens = Tokens(
        spent.usage.input + spent.usage.cached + spent.usage.cache_written, spent.usage.output, spent.usage.cached
    )
    cost = round(spent.cost_usd, 6)
    return replace(detail, model=spent.model, prompt_version=spent.version, tokens=tokens, cost_usd=cost)
