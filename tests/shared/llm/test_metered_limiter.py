"""Calls of the model are counted where they pass their limiter."""

from datetime import timedelta

import pytest

from shared.llm.budget import Estimate
from shared.llm.client import Remaining, WaitReason
from shared.llm.limits import Denial, Grant
from shared.llm.metered_limiter import MeteredLimiter
from shared.observability.metrics import current_tally, forget_counts
from shared.summaries.completion import Usage

ESTIMATE = Estimate(100, 50, 10)


class ScriptedLimiter:
    """A limiter that answers as it is told, and notes what it was told."""

    def __init__(self, answer: Grant | Denial) -> None:
        self.answer = answer
        self.told: list[str] = []

    def reserve(self, estimate: Estimate, asker: str | None = None) -> Grant | Denial:
        """Give the answer."""
        self.told.append(f"reserve {estimate.input_tokens} {asker}")
        return self.answer

    def settle(self, grant: Grant, usage: Usage, cost_micro_usd: int, remaining: Remaining) -> None:
        """Note it."""
        self.told.append(f"settle {grant.id} {usage.input} {cost_micro_usd} {remaining.requests}")

    def release(self, grant: Grant) -> None:
        """Note it."""
        self.told.append(f"release {grant.id}")

    def pause(self, reason: WaitReason, wait: timedelta) -> None:
        """Note it."""
        self.told.append(f"pause {reason} {wait.total_seconds():g}")

    def record_failure(self, reason: WaitReason) -> timedelta:
        """Note it."""
        self.told.append(f"failure {reason}")
        return timedelta(seconds=7)


@pytest.fixture(autouse=True)
def _own_tally() -> None:
    """Every test counts from nothing."""
    forget_counts()


def test_an_answered_call_is_counted_with_its_tokens_and_cost() -> None:
    """As the vendor says they were used."""
    limiter = MeteredLimiter(ScriptedLimiter(Grant("g", ESTIMATE)))
    grant = limiter.reserve(ESTIMATE)
    assert isinstance(grant, Grant)
    limiter.settle(grant, Usage(input=812, output=140, cached=5), 1200, Remaining())
    assert current_tally().drain() == {
        "model_calls|answered": 1,
        "model_tokens|input": 812,
        "model_tokens|output": 140,
        "model_tokens|cached": 5,
        "model_cost_micro_usd": 1200,
    }


def test_a_denial_is_counted_by_its_reason() -> None:
    """The installation's own limits are told from the vendor's."""
    MeteredLimiter(ScriptedLimiter(Denial(WaitReason.CONCURRENCY, timedelta(seconds=1)))).reserve(ESTIMATE)
    assert current_tally().drain() == {"model_denials|concurrency": 1}


def test_a_call_that_the_vendor_turned_away_is_counted() -> None:
    """A 429 is a refusal and a call without an answer."""
    limiter = MeteredLimiter(ScriptedLimiter(Grant("g", ESTIMATE)))
    limiter.pause(WaitReason.RATE_LIMITED, timedelta(seconds=3))
    limiter.record_failure(WaitReason.OVERLOADED)
    limiter.release(Grant("g", ESTIMATE))
    assert current_tally().drain() == {
        "model_refusals|rate_limited": 1,
        "model_refusals|model_overloaded": 1,
        "model_calls|unanswered": 1,
    }


def test_the_limiter_within_is_told_everything() -> None:
    """Counting changes nothing of what is limited."""
    within = ScriptedLimiter(Grant("g", ESTIMATE))
    limiter = MeteredLimiter(within)
    limiter.reserve(ESTIMATE, "job/summarize")
    limiter.settle(Grant("g", ESTIMATE), Usage(1, 2), 3, Remaining(requests=4))
    limiter.release(Grant("g", ESTIMATE))
    limiter.pause(WaitReason.RATE_LIMITED, timedelta(seconds=3))
    assert limiter.record_failure(WaitReason.OUTAGE) == timedelta(seconds=7)
    assert within.told == [
        "reserve 100 job/summarize",
        "settle g 1 3 4",
        "release g",
        "pause rate_limited 3",
        "failure model_outage",
    ]
