"""Calls are estimated before and priced after, from one table."""

import pytest

from shared.llm.budget import (
    DEFAULT_MODEL,
    PRICES,
    UNKNOWN_PRICE,
    cost_micro_usd,
    estimate_call,
    estimate_tokens,
    is_cacheable,
    price_of,
)
from shared.settings import Settings
from shared.summaries.completion import Usage
from shared.summaries.prompt import Prompt
from tests.shared.summaries.cases import FACTS


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("claude-haiku-5-5", PRICES["claude-haiku-5-5"]),
        ("claude-haiku-4-5-20251001", PRICES["claude-haiku-4-5"]),
        ("claude-sonnet-5-5", PRICES["claude-sonnet-5-5"]),
        ("claude-opus-4-8", PRICES["claude-opus-4"]),
        ("claude-next", UNKNOWN_PRICE),
    ],
)
def test_a_model_is_priced_by_the_closest_name(model: str, price: object) -> None:
    """A dated or later model of a line has the line's price, an unknown one the dearest."""
    assert price_of(model) == price


def test_a_call_costs_what_the_published_prices_say() -> None:
    """1000 tokens in and 200 out on the small model cost 0.0002 dollars, cached input a tenth of fresh input."""
    assert cost_micro_usd(Usage(1000, 200), "claude-haiku-5-5") == 200
    assert cost_micro_usd(Usage(0, 0, cached=1000), "claude-haiku-5-5") == 10
    assert cost_micro_usd(Usage(0, 0, cache_written=1000), "claude-haiku-5-5") == 125


def test_a_fraction_of_a_micro_dollar_is_rounded_up() -> None:
    """A budget is never exceeded by rounding."""
    assert cost_micro_usd(Usage(1, 0), "claude-haiku-5-5") == 1


def test_estimates_lie_above_what_a_summary_takes() -> None:
    """Reserving too little would break the limit; a token is taken to have three letters."""
    estimate = estimate_call(Prompt(FACTS["gated_ct"]), "claude-haiku-5-5")
    assert estimate_tokens("abc" * 100) == 101
    assert estimate.input_tokens > len(Prompt(FACTS["gated_ct"]).system) / 4
    assert estimate.cost_micro_usd > 0


@pytest.mark.parametrize(("length", "cacheable"), [(1000, False), (4 * 4096, True)])
def test_only_long_texts_are_marked_for_caching(length: int, *, cacheable: bool) -> None:
    """A short system text would silently not be cached, so it is not marked."""
    assert is_cacheable("x" * length, "claude-haiku-5-5") is cacheable


def test_the_default_model_has_a_price() -> None:
    """Settings cannot import this room, so a test holds their default and ours together."""
    assert Settings.model_fields["anthropic_model"].default == DEFAULT_MODEL
    assert DEFAULT_MODEL in PRICES
