"""One answer to one prompt: from the store, or from the model within the limits, and then into the store.

The order is what makes an answer paid for at most once: claim the question, reserve, disclose, ask, store, settle,
read.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from functools import partial

from shared.errors import TransientError
from shared.llm.answers import is_readable, read_answer
from shared.llm.budget import cost_micro_usd, estimate_call
from shared.llm.client import ModelClient, ModelUnavailable, ModelUnusable, WaitReason
from shared.llm.limits import AnswerStore, Denial, Grant, RateLimiter
from shared.llm.request import ModelInput, model_input
from shared.llm.usage import UsageLedger
from shared.observability import get_logger
from shared.summaries.completion import Completion, Unanswered, Usage
from shared.summaries.prompt import Prompt

SHORT_WAIT = timedelta(seconds=2)
"""Waits up to this are slept through; longer ones are the caller's, whose slot must not be blocked."""

LOOK_INTERVAL = timedelta(seconds=0.25)
"""How often somebody looks for an answer that another worker is asking for."""

SHORTEST_SLEEP = timedelta(milliseconds=20)
"""No sleep is shorter, so that many waiting workers do not keep the store busy."""

ASKING = timedelta(seconds=120)
"""How long a question stays claimed: longer than the client's timeout, so that a claim outlives only a crash."""

SAME_QUESTION_WAIT = timedelta(seconds=3)
"""When to come back for the answer to a question that another worker has been asking for a while."""

KEEP_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0, 3.0)
"""Seconds between tries to store a paid answer in a store that is away; together about a lease."""

BUDGET_SPENT = "model.budget_spent"
"""Reason for the template where the day's budget is spent: nobody should wait for midnight."""

_SERVICE_FAILURES = frozenset({WaitReason.OVERLOADED, WaitReason.OUTAGE})

Disclose = Callable[[ModelInput], None]
"""Told what a summary rests on before it is sent, or used again; what it raises keeps it from being sent."""


class ModelCalls:
    """Answers prompts.

    Parameters
    ----------
    sleep
        Sleeps for seconds; handed in so that tests take no time.
    waiting
        Entered while time must pass: the caller can let others work meanwhile.
    """

    def __init__(
        self,
        client: ModelClient,
        limiter: RateLimiter,
        answers: AnswerStore,
        ledger: UsageLedger,
        sleep: Callable[[float], None],
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._client = client
        self._limiter = limiter
        self._answers = answers
        self._ledger = ledger
        self._sleep = sleep
        self._waiting = waiting

    def complete(self, prompt: Prompt, *, asker: str, disclose: Disclose) -> Completion | Unanswered:
        """Answer a prompt.

        Parameters
        ----------
        asker
            Who asks, the same at every try: an asker is never kept waiting by its own run that died.
        disclose
            Called with what is sent, directly before it is; also where an answer that is there already is used.

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
        match self._answers.begin(digest, asker, ASKING):
            case None:
                return self._await_answer(prompt, digest, disclose)
            case bytes(body):
                return self._reuse(prompt, body, disclose)
            case token:
                return self._ask_as_claimed(prompt, digest, token, asker, disclose)

    def _ask_as_claimed(
        self, prompt: Prompt, digest: str, token: str, asker: str, disclose: Disclose
    ) -> Completion | Unanswered:
        """Ask a question that is this asker's; its claim ends with the answer, or without one."""
        is_kept = False
        try:
            answer = self._ask(prompt, asker, disclose, keep=partial(self._keep, digest, token))
            is_kept = True
        except ModelUnusable as error:
            # Somebody has to act: every summary is template text until then.
            get_logger().error("model refused the request", code=error.code, request_id=error.request_id)
            return Unanswered(error.code)
        except ModelUnavailable as error:
            if error.reason is WaitReason.BUDGET:
                return Unanswered(BUDGET_SPENT)
            raise
        finally:
            if not is_kept:
                with suppress(TransientError):  # the claim ends by itself
                    self._answers.abandon(digest, token)
        return answer

    def _reuse(self, prompt: Prompt, body: bytes, disclose: Disclose) -> Completion:
        disclose(model_input(prompt, self._client.model))
        self._ledger.record_hit()
        return read_answer(body, model=self._client.model, is_reused=True)

    def _await_answer(self, prompt: Prompt, digest: str, disclose: Disclose) -> Completion:
        """Wait a moment for the answer that another asker is about to have."""
        for _ in range(int(SHORT_WAIT / LOOK_INTERVAL)):
            self._wait(LOOK_INTERVAL.total_seconds())
            body = self._answers.read(digest)
            if body is not None:
                return self._reuse(prompt, body, disclose)
        raise ModelUnavailable(WaitReason.SAME_QUESTION, SAME_QUESTION_WAIT)

    def _ask(self, prompt: Prompt, asker: str, disclose: Disclose, keep: Callable[[bytes], None]) -> Completion:
        grant = self._reserve(prompt, asker)
        is_answered = False
        try:
            disclose(model_input(prompt, self._client.model))
            answer = self._client.send(prompt)
            is_answered = True
        except ModelUnavailable as error:
            raise self._shared(error) from error
        finally:
            if not is_answered:
                with suppress(TransientError):  # what is not given back comes back by itself
                    self._limiter.release(grant)
        keep(answer.body)
        completion = read_answer(answer.body, model=self._client.model, is_reused=False)
        cost = cost_micro_usd(completion.usage, self._client.model)
        usage = completion.usage if completion.usage != Usage() else _expected(grant)
        self._limiter.settle(grant, usage, cost, answer.remaining)
        return completion

    def _keep(self, digest: str, token: str, body: bytes) -> None:
        """Store a paid answer, patiently: without it the question would be paid for again."""
        for pause in KEEP_PAUSES:
            try:
                self._answers.keep(digest, body, token)
            except TransientError:
                self._wait(pause)
            else:
                break
        else:
            self._answers.keep(digest, body, token)
        if not is_readable(body):
            self._answers.forget(digest)

    def _reserve(self, prompt: Prompt, asker: str) -> Grant:
        estimate = estimate_call(prompt, self._client.model)
        left = SHORT_WAIT
        while isinstance(granted := self._limiter.reserve(estimate, asker), Denial):
            wait = max(granted.wait, SHORTEST_SLEEP)
            if wait > left:
                raise ModelUnavailable(granted.reason, granted.wait)
            self._wait(wait.total_seconds())
            left -= wait
        return granted

    def _wait(self, seconds: float) -> None:
        with self._waiting():
            self._sleep(seconds)

    def _shared(self, error: ModelUnavailable) -> ModelUnavailable:
        """Tell every worker what happened to this one."""
        if error.reason in _SERVICE_FAILURES:
            opened = self._limiter.record_failure(error.reason)
            return ModelUnavailable(error.reason, max(error.wait, opened))
        if error.reason is WaitReason.SPEND_CAP:  # somebody has to raise it
            get_logger().error("model spending limit reached", paused_seconds=error.wait.total_seconds())
        self._limiter.pause(error.reason, error.wait)
        return error


def _expected(grant: Grant) -> Usage:
    """Stand in for the usage of an answer that could not be read."""
    return Usage(grant.estimate.input_tokens, grant.estimate.output_tokens)
