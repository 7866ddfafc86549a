"""A model's answer, and its absence, as the rooms below the model client know them."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from shared.summaries.sentences import Sentence

MAX_DRAFT_LENGTH = 20_000
"""Characters of an answer that are looked at; a longer one is none."""


class StopReason(StrEnum):
    """Why the model stopped, as far as it matters to us."""

    FINISHED = "finished"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    OTHER = "other"


class Usage(Struct, frozen=True):
    """Tokens of one call; ``input`` counts uncached ones, ``cached`` those read, ``cache_written`` those stored."""

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0


class Completion(Struct, frozen=True):
    """What the model said; ``is_reused`` where it was paid for by an earlier call, and then costs nothing."""

    text: str
    stop_reason: StopReason
    usage: Usage
    model: str
    cost_usd: float = 0.0
    is_reused: bool = False


class Unanswered(Struct, frozen=True):
    """No answer and no use in waiting for one; ``reason`` is a code such as ``model.bad_key``."""

    reason: str


class _Draft(Struct, frozen=True):
    sentences: tuple[Sentence, ...]


_decoder = msgspec.json.Decoder(_Draft)


def read_draft(text: str) -> tuple[Sentence, ...] | None:
    """Read the sentences of an answer; None where it does not have the shape that was asked for."""
    if len(text) > MAX_DRAFT_LENGTH:
        return None
    try:
        return _decoder.decode(text).sentences
    except msgspec.DecodeError:
        return None
