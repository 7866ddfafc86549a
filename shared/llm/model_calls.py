"""One answer to one prompt: from the store, or from the model within the limits, and then into the store.

The order is what makes an answer paid for at most once: claim the question, reserve, ask, store, settle, read.
"""

from collections.abc import Callable
from datetime import timedelta

from shared.llm.answers import is_readable, read_answer
from shared.llm.budget import cost_micro_usd, estimate_call
from shared.llm.client import ModelClient, ModelUnavailable, ModelUnusable, RawAnswer, WaitReason
from shared.llm.limits import AnswerStore, Denial, Grant, RateLimiter, UsageLedger
from shared.summaries.completion import Completion, Unanswered, Usage
from shared.summaries.prompt import Prompt

SHORT_WAIT = timedelta(seconds=2)
"""Waits up to this are slept through; longer ones are the caller's, whose slot must not be blocked."""

ASKING = timedelta(seconds=120)
"""How long a question stays claimed: longer than the client's timeout, so that a claim outlives only a crash."""

SAME_QUESTION_WAIT = timedelta(seconds=3)
"""How long somebody waits whose question another worker is asking."""

BUDGET_SPENT = "model.budget_spent"
"""Reason for the template where the day's budget is spent: nobody should wait for midnight."""

_SERVICE_FAILURES = frozenset({WaitReason.OVERLOADED, WaitReason.OUTAGE})


class ModelCalls:
    """Answers prompts; the ``complete`` that drafting is handed.

    Parameters
    ----------
    sleep
        Sleeps for seconds; handed in so that tests take no time.
    """

    def __init__(
        self,
        client: ModelClient,
        limiter: RateLimiter,
        answers: AnswerStore,
        ledger: UsageLedger,
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._limiter = limiter
        self._answers = answers
        self._ledger = ledger
        self._sleep = sleep

    def complete(self, prompt: Prompt) -> Completion | Unanswered:
        """Answer a prompt.

        Returns
        -------
        Completion or Unanswered
            Unanswered with the code of what is wrong where asking again is of no use.

        Raises
        ------
        ModelUnavailable
            With the time after which to call again with the same prompt.
        """
        digest = prompt.digest(self._client.model)
        stored = self._stored(digest)
        if stored is not None:
            return stored
        token = self._answers.begin(digest, ASKING)
        if token is None:
            raise ModelUnavailable(WaitReason.SAME_QUESTION, SAME_QUESTION_WAIT)
        try:
            stored = self._stored(digest)  # its asker may have finished between our look and our claim
            if stored is not None:
                return stored
            answer = self._ask(prompt, digest)
        except ModelUnusable as error:
            return Unanswered(error.code)
        except ModelUnavailable as error:
            if error.reason is WaitReason.BUDGET:
                return Unanswered(BUDGET_SPENT)
            raise
        finally:
            self._answers.abandon(digest, token)
        return read_answer(answer.body, model=self._client.model, is_reused=False)

    def _stored(self, digest: str) -> Completion | None:
        body = self._answers.read(digest)
        if body is None:
            return None
        self._ledger.record_hit()
        return read_answer(body, model=self._client.model, is_reused=True)

    def _ask(self, prompt: Prompt, digest: str) -> RawAnswer:
        grant = self._reserve(prompt)
        try:
            answer = self._client.send(prompt)
        except ModelUnavailable as error:
            self._limiter.release(grant)
            raise self._shared(error) from error
        except ModelUnusable:
            self._limiter.release(grant)
            raise
        self._answers.keep(digest, answer.body)
        if not is_readable(answer.body):
            self._answers.forget(digest)
        completion = read_answer(answer.body, model=self._client.model, is_reused=False)
        cost = cost_micro_usd(completion.usage, self._client.model)
        usage = completion.usage if completion.usage != Usage() else _expected(grant)
        self._limiter.settle(grant, usage, cost, answer.remaining)
        return answer

    def _reserve(self, prompt: Prompt) -> Grant:
        estimate = estimate_call(prompt, self._client.model)
        granted = self._limiter.reserve(estimate)
        if isinstance(granted, Denial) and granted.wait <= SHORT_WAIT:
            self._sleep(granted.wait.total_seconds())
            granted = self._limiter.reserve(estimate)
        if isinstance(granted, Denial):
            raise ModelUnavailable(granted.reason, granted.wait)
        return granted

    def _shared(self, error: ModelUnavailable) -> ModelUnavailable:
        """Tell every worker what happened to this one."""
        if error.reason in _SERVICE_FAILURES:
            opened = self._limiter.record_failure(error.reason)
            return ModelUnavailable(error.reason, max(error.wait, opened))
        self._limiter.pause(error.reason, error.wait)
        return error


def _expected(grant: Grant) -> Usage:
    """Stand in for the usage of an answer that could not be read."""
    return Usage(grant.estimate.input_tokens, grant.estimate.output_tokens)
