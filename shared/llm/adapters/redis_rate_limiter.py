"""``RateLimiter`` on Redis: one set of buckets, one pause and one breaker for every worker on every machine.

Time is the server's. Tests drive it by ``now``, milliseconds since 1970.
"""

import random
import uuid
from collections.abc import Callable
from datetime import timedelta

from shared.llm.adapters.redis_scripts import Answer, Commands, read_script, redis_errors
from shared.llm.budget import Estimate
from shared.llm.client import Remaining, WaitReason
from shared.llm.limits import Denial, Grant, Limits
from shared.llm.usage import MICRO
from shared.summaries.completion import Usage

FAILURES_THAT_OPEN = 5
"""Failures in a row from which on the breaker is open."""

LONGEST_OPEN = timedelta(minutes=5)
"""The breaker asks again at least this often."""

LOST_AFTER = timedelta(seconds=150)
"""A call that was not settled by then belongs to a worker that died; its slot is free again."""

PROBE = timedelta(seconds=70)
"""How long the others wait for the outcome of the one call that probes."""


def _exact() -> int | None:
    return None


class RedisRateLimiter:
    """The limits of one model.

    Parameters
    ----------
    now
        Milliseconds for tests; None is the server's own clock.
    jitter
        A number between 0 and 1 that spreads the breaker's reopening.
    """

    def __init__(
        self,
        client: Commands,
        model: str,
        limits: Limits,
        *,
        now: Callable[[], int | None] = _exact,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits
        self._now = now
        self._jitter = jitter
        self._bucket, self._calls = f"llm:{model}:bucket", f"llm:{model}:calls"
        self._reserve = client.register_script(read_script("reserve"))
        self._settle = client.register_script(read_script("settle"))
        self._pause = client.register_script(read_script("pause"))
        self._fail = client.register_script(read_script("fail"))

    def reserve(self, estimate: Estimate, asker: str | None = None) -> Grant | Denial:
        """Take one request and its tokens, all or nothing; a larger call than a bucket holds leaves a debt."""
        prefix = f"{asker}#" if asker else ""
        grant = Grant(f"{prefix}{uuid.uuid4().hex}", estimate)
        budget = self._limits.budget_usd_per_day
        with redis_errors():
            answer: Answer = self._reserve(
                [self._bucket, self._calls],
                [
                    *self._clock_and_limits(),
                    *(1, estimate.input_tokens, estimate.output_tokens),
                    self._limits.concurrency,
                    grant.id,
                    _milliseconds(LOST_AFTER),
                    _milliseconds(PROBE),
                    estimate.cost_micro_usd,
                    -1 if budget is None else round(budget * MICRO),
                    prefix,
                ],
            )
        if answer[0] == 1:
            return grant
        return Denial(WaitReason(answer[1].decode()), timedelta(milliseconds=answer[2]))

    def settle(self, grant: Grant, usage: Usage, cost_micro_usd: int, remaining: Remaining) -> None:
        """Replace the estimate by what was used; reads from the prompt cache do not count against the limit."""
        used = (1, usage.input + usage.cache_written, usage.output)
        account = (usage.input + usage.cache_written, usage.output, usage.cached, cost_micro_usd)
        self._give_back(grant, used, 1, account, remaining)

    def release(self, grant: Grant) -> None:
        """Give back the tokens of a call that was not answered; its request stays spent."""
        self._give_back(grant, (1, 0, 0), 0, (0, 0, 0, 0), Remaining())

    def pause(self, reason: WaitReason, wait: timedelta) -> None:
        """Let nobody ask before ``wait`` is over; a longer pause stays."""
        with redis_errors():
            self._pause([self._bucket], [self._clock(), _milliseconds(wait), reason.value])

    def record_failure(self, reason: WaitReason) -> timedelta:
        """Count a failure; gives how long the breaker now stays open, zero while it is closed."""
        arguments = [self._clock(), reason.value, FAILURES_THAT_OPEN, _milliseconds(LONGEST_OPEN), self._jitter()]
        with redis_errors():
            return timedelta(milliseconds=self._fail([self._bucket], arguments))

    def _give_back(
        self,
        grant: Grant,
        used: tuple[int, int, int],
        answered: int,
        account: tuple[int, int, int, int],
        remaining: Remaining,
    ) -> None:
        left = (remaining.requests, remaining.input_tokens, remaining.output_tokens)
        estimate = grant.estimate
        with redis_errors():
            self._settle(
                [self._bucket, self._calls],
                [
                    *self._clock_and_limits(),
                    *(1, estimate.input_tokens, estimate.output_tokens),
                    *used,
                    grant.id,
                    estimate.cost_micro_usd,
                    answered,
                    *account,
                    *(-1 if count is None else count for count in left),
                ],
            )

    def _clock(self) -> str | int:
        now = self._now()
        return "" if now is None else now

    def _clock_and_limits(self) -> tuple[str | int, int, int, int]:
        limits = self._limits
        return (
            self._clock(),
            limits.requests_per_minute,
            limits.input_tokens_per_minute,
            limits.output_tokens_per_minute,
        )


def build_rate_limiter(client: Commands, model: str, limits: Limits) -> RedisRateLimiter:
    """Make the limiter of a model."""
    return RedisRateLimiter(client, model, limits)


def _milliseconds(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)
