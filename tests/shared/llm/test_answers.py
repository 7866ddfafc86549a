"""The body of an answer is read without trusting it."""

import json

import pytest

from shared.llm.answers import is_readable, read_answer
from shared.summaries.completion import Completion, StopReason, Usage
from tests.support.messages_server import message

HAIKU = "claude-haiku-5-5"


def read(body: bytes, *, is_reused: bool = False) -> Completion:
    """Read a body."""
    return read_answer(body, model=HAIKU, is_reused=is_reused)


def test_text_usage_and_price_are_read() -> None:
    """An answer gives its text, its tokens and what it cost."""
    usage = {"input_tokens": 1000, "output_tokens": 200, "cache_read_input_tokens": 10}
    completion = read(json.dumps(message("Hello.", usage=usage)).encode())
    assert completion == Completion("Hello.", StopReason.FINISHED, Usage(1000, 200, 10), HAIKU, 0.000201)


def test_a_reused_answer_costs_nothing() -> None:
    """What an earlier call paid for is not paid for again."""
    assert read(json.dumps(message("Hello.")).encode(), is_reused=True).cost_usd == 0


@pytest.mark.parametrize(
    ("stop_reason", "read_as"),
    [
        ("end_turn", StopReason.FINISHED),
        ("max_tokens", StopReason.TRUNCATED),
        ("refusal", StopReason.REFUSED),
        ("pause_turn", StopReason.OTHER),
    ],
)
def test_stop_reasons_are_understood(stop_reason: str, read_as: StopReason) -> None:
    """A cut-off or refused answer is told from a finished one."""
    assert read(json.dumps(message("x", stop_reason=stop_reason)).encode()).stop_reason is read_as


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"model": 1}', b"\xff\xfe", b"[]"])
def test_an_unreadable_body_gives_no_text(body: bytes) -> None:
    """A proxy's error page or half a message is no answer."""
    assert (read(body).text, is_readable(body)) == ("", False)


def test_only_text_blocks_count() -> None:
    """Blocks of other kinds, such as thinking, are not part of the text."""
    body = message("A.")
    body["content"] = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "A."}]
    assert read(json.dumps(body).encode()).text == "A."
