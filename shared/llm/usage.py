"""The account of what was used of the model, by UTC day. Light enough for the api: knows no prompt and no text."""

from typing import Protocol

from msgspec import Struct

MICRO = 1_000_000
"""Micro-dollars in a dollar; also tokens in the unit of the price table."""


class UsageDay(Struct, frozen=True):
    """What one UTC day used of the model."""

    day: str
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: float
    cache_hits: int


class UsageLedger(Protocol):
    """The account as workers write it."""

    def record_hit(self) -> None:
        """Count an answer that needed no call."""


class UsageReader(Protocol):
    """The account as the api reads it."""

    async def read_days(self, count: int) -> tuple[UsageDay, ...]:
        """Give the last days, newest first, today included; a day without use is all zeros."""
