"""The ports that all workers share: limits and stored answers."""

from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from shared.llm.budget import Estimate
from shared.llm.client import Remaining, WaitReason
from shared.summaries.completion import Usage


class Limits(Struct, frozen=True):
    """What may be used of the model; set them to 80 to 90 % of the account's own limits."""

    requests_per_minute: int
    input_tokens_per_minute: int
    output_tokens_per_minute: int
    concurrency: int
    budget_usd_per_day: float | None = None


class Grant(Struct, frozen=True):
    """Leave for one call; to be settled, whatever becomes of the call."""

    id: str
    estimate: Estimate


class Denial(Struct, frozen=True):
    """No leave now; ``wait`` is when asking again is worthwhile."""

    reason: WaitReason
    wait: timedelta


class RateLimiter(Protocol):
    """The limits, the pause and the breaker that all workers share."""

    def reserve(self, estimate: Estimate, asker: str | None = None) -> Grant | Denial:
        """Take one request and its tokens out of the buckets, all or nothing.

        Places that an asker still holds from a run that died are free again when it comes back.
        """

    def settle(self, grant: Grant, usage: Usage, cost_micro_usd: int, remaining: Remaining) -> None:
        """Replace the estimate by what was used, account for it, and close the breaker."""

    def release(self, grant: Grant) -> None:
        """Give back the tokens of a call that was not answered; its request stays spent."""

    def pause(self, reason: WaitReason, wait: timedelta) -> None:
        """Let nobody ask before ``wait`` is over."""

    def record_failure(self, reason: WaitReason) -> timedelta:
        """Count a failure of the service; gives how long the breaker now stays open, zero while it is closed."""


class AnswerStore(Protocol):
    """Answers by the digest of their question, so that none is paid for twice."""

    def read(self, digest: str) -> bytes | None:
        """Give a stored answer."""

    def keep(self, digest: str, body: bytes, token: str) -> None:
        """Store an answer, let those who wait for it have it, and end the claim that it was asked for with."""

    def forget(self, digest: str) -> None:
        """Drop an answer that turned out to be none."""

    def begin(self, digest: str, asker: str, lasting: timedelta) -> bytes | str | None:
        """Give a stored answer; else claim the question for ``lasting`` and give a token.

        None where there is no answer yet and another asker is at it now.

        An asker that comes again takes its own claim over: its first run died, or is past its lease.
        """

    def abandon(self, digest: str, token: str) -> None:
        """Give up a claim without an answer."""
