"""A rate limiter that counts for the metrics what becomes of calls; what it limits is the limiter's within."""

from datetime import timedelta

from shared.llm.budget import Estimate
from shared.llm.client import Remaining, WaitReason
from shared.llm.limits import Denial, Grant, RateLimiter
from shared.observability.metrics import count
from shared.summaries.completion import Usage


class MeteredLimiter:
    """``RateLimiter`` that counts; every call of the model passes its limiter, whatever becomes of it."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    def reserve(self, estimate: Estimate, asker: str | None = None) -> Grant | Denial:
        """Take one request out of the buckets; see the port."""
        granted = self._limiter.reserve(estimate, asker)
        if isinstance(granted, Denial):
            count("model_denials", reason=granted.reason)
        return granted

    def settle(self, grant: Grant, usage: Usage, cost_micro_usd: int, remaining: Remaining) -> None:
        """Account for an answered call; see the port."""
        count("model_calls", outcome="answered")
        for kind, tokens in (("input", usage.input), ("output", usage.output), ("cached", usage.cached)):
            count("model_tokens", tokens, type=kind)
        count("model_cost_micro_usd", cost_micro_usd)
        self._limiter.settle(grant, usage, cost_micro_usd, remaining)

    def release(self, grant: Grant) -> None:
        """Give back the tokens of a call that was not answered; see the port."""
        count("model_calls", outcome="unanswered")
        self._limiter.release(grant)

    def pause(self, reason: WaitReason, wait: timedelta) -> None:
        """Let nobody ask before ``wait`` is over; see the port."""
        count("model_refusals", reason=reason)
        self._limiter.pause(reason, wait)

    def record_failure(self, reason: WaitReason) -> timedelta:
        """Count a failure of the service; see the port."""
        count("model_refusals", reason=reason)
        return self._limiter.record_failure(reason)
