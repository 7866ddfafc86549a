"""A stored answer of the Messages API to what the rooms below know: text, stop reason, usage."""

import msgspec
from msgspec import Struct

from shared.llm.budget import cost_micro_usd
from shared.llm.usage import MICRO
from shared.summaries.completion import Completion, StopReason, Usage

_STOP_REASONS = {
    "end_turn": StopReason.FINISHED,
    "stop_sequence": StopReason.FINISHED,
    "max_tokens": StopReason.TRUNCATED,
    "model_context_window_exceeded": StopReason.TRUNCATED,
    "refusal": StopReason.REFUSED,
}


class _Block(Struct):
    type: str
    text: str = ""


class _Usage(Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Message(Struct):
    model: str
    content: list[_Block]
    usage: _Usage
    stop_reason: str | None = None


_decoder = msgspec.json.Decoder(_Message)


def is_readable(body: bytes) -> bool:
    """Tell whether a body is an answer of the Messages API at all."""
    return _decode(body) is not None


def read_answer(body: bytes, *, model: str, is_reused: bool) -> Completion:
    """Read an answer's body.

    Parameters
    ----------
    model
        The model that was asked; names the price where the body cannot be read.
    is_reused
        The answer was paid for by an earlier call: it costs nothing now.

    Returns
    -------
    Completion
        An unreadable body gives an empty text without usage, which no check of its shape lets pass.
    """
    message = _decode(body)
    if message is None:
        return Completion("", StopReason.OTHER, Usage(), model, is_reused=is_reused)
    told = message.usage
    usage = Usage(
        told.input_tokens, told.output_tokens, told.cache_read_input_tokens or 0, told.cache_creation_input_tokens or 0
    )
    text = "".join(block.text for block in message.content if block.type == "text")
    reason = _STOP_REASONS.get(message.stop_reason or "", StopReason.OTHER)
    cost = 0.0 if is_reused else cost_micro_usd(usage, model) / MICRO
    return Completion(text, reason, usage, message.model, cost, is_reused)


def _decode(body: bytes) -> _Message | None:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
