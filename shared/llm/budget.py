"""What a call takes and costs: token estimates and the price table. Pure."""

from msgspec import Struct

from shared.summaries.completion import Usage
from shared.summaries.prompt import Prompt

CHARACTERS_PER_TOKEN = 3
"""A cautious ratio: English prose has about four, keys and numbers fewer; what was too much is given back."""

EXPECTED_OUTPUT_TOKENS = 350
"""Tokens of a summary of four sentences with their keys; what is more or less is settled afterwards."""

OVERHEAD_TOKENS = 250
"""What the answer's schema and the framing add to the input."""


class Price(Struct, frozen=True):
    """US dollars for a million tokens: input, output, read from the prompt cache and written to it (5 minutes)."""

    input: float
    output: float
    cache_read: float
    cache_write: float
    cache_minimum: int = 4096
    """Tokens below which the vendor does not cache a prompt; a guess on the safe side where unknown."""


PRICES = {
    "claude-haiku-5-5": Price(0.10, 0.50, 0.01, 0.125),
    "claude-haiku-4-5": Price(1, 5, 0.10, 1.25),
    "claude-sonnet-5-5": Price(2, 10, 0.10, 2.50, 2048),
    "claude-sonnet-5": Price(2, 10, 0.20, 2.50, 2048),
    "claude-sonnet-4-6": Price(3, 15, 0.30, 3.75, 2048),
    "claude-sonnet-4-5": Price(3, 15, 0.30, 3.75, 1024),
    "claude-opus-5-5": Price(4, 20, 0.20, 5),
    "claude-opus-5": Price(5, 25, 0.50, 6.25, 512),
    "claude-opus-4": Price(5, 25, 0.50, 6.25),
    "claude-fable-5": Price(10, 50, 1, 12.50),
}
"""Published list prices as of 2026-11 by the beginning of the model's name, for prompts up to 100,000 tokens."""

UNKNOWN_PRICE = Price(10, 50, 1, 12.50)
"""The dearest row stands in for a model that the table does not know, so that a budget is never exceeded by it."""

DEFAULT_MODEL = "claude-haiku-5-5"
"""The current small model."""


class Estimate(Struct, frozen=True):
    """What a call is expected to take; reserved before it and settled after it."""

    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


def price_of(model: str) -> Price:
    """Find a model's price by the longest beginning of its name."""
    names = [name for name in PRICES if model == name or model.startswith(f"{name}-")]
    return PRICES[max(names, key=len)] if names else UNKNOWN_PRICE


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few."""
    return len(text) // CHARACTERS_PER_TOKEN + 1


def estimate_call(prompt: Prompt, model: str) -> Estimate:
    """Estimate what asking takes."""
    texts = (prompt.system, *(message.content for message in prompt.messages))
    taken = sum(estimate_tokens(text) for text in texts) + OVERHEAD_TOKENS
    usage = Usage(input=taken, output=EXPECTED_OUTPUT_TOKENS)
    return Estimate(taken, EXPECTED_OUTPUT_TOKENS, cost_micro_usd(usage, model))


def cost_micro_usd(usage: Usage, model: str) -> int:
    """Give the price of a call in millionths of a US dollar, rounded up."""
    price = price_of(model)
    cost = (
        usage.input * price.input
        + usage.output * price.output
        + usage.cached * price.cache_read
        + usage.cache_written * price.cache_write
    )
    return -int(-cost // 1)


def is_cacheable(text: str, model: str) -> bool:
    """Tell whether a system text is surely long enough for the vendor to cache it."""
    return len(text) // (CHARACTERS_PER_TOKEN + 1) >= price_of(model).cache_minimum
