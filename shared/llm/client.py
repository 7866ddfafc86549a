"""The port to the model, and the two ways in which it does not answer.

Knows no vendor SDK and no Redis; those sit in ``adapters``.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from shared.errors import DataError, TransientError
from shared.summaries.prompt import Prompt


class WaitReason(StrEnum):
    """Why an answer has to wait; shown in the job as the stage's ``reason``."""

    RATE_LIMITED = "rate_limited"
    CONCURRENCY = "concurrency"
    OVERLOADED = "model_overloaded"
    OUTAGE = "model_outage"
    SPEND_CAP = "model_spend_cap"
    BUDGET = "model_budget"
    SAME_QUESTION = "same_question_running"

    @property
    def code(self) -> str:
        """The stable code of an error, or of a template that stands in, for this reason."""
        return f"model.{self.removeprefix('model_')}"


class ModelUnavailable(TransientError):
    """The model cannot be asked now; ask again after ``wait``."""

    def __init__(self, reason: WaitReason, wait: timedelta) -> None:
        super().__init__(reason.code, "The language model cannot be asked now; it is asked again later.")
        self.reason = reason
        self.wait = wait


class ModelUnusable(DataError):
    """The model will not answer however often it is asked: a key, a name or a request is wrong."""

    def __init__(self, code: str, request_id: str | None = None) -> None:
        super().__init__(code, ADVICE[code])
        self.request_id = request_id


ADVICE = {
    "model.bad_key": "The language model refused the key; set ANTHROPIC_API_KEY to a valid one.",
    "model.no_permission": "The key may not use this language model; check ANTHROPIC_MODEL and the key's workspace.",
    "model.unknown": "The language model does not exist; set ANTHROPIC_MODEL to one that the key can use.",
    "model.bad_request": "The language model refused the request; see the log for the request's id.",
}
"""What to do about each code."""


class Remaining(Struct, frozen=True):
    """What the vendor says is left of its limits; None where it said nothing."""

    requests: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class RawAnswer(Struct, frozen=True):
    """An answer as it came: the body's bytes, to be stored before anybody looks inside."""

    body: bytes
    remaining: Remaining = Remaining()
    request_id: str | None = None


class ModelClient(Protocol):
    """Asks one model one question."""

    @property
    def model(self) -> str:
        """The model's name."""

    def send(self, prompt: Prompt) -> RawAnswer:
        """Ask once, without any retry of its own.

        Raises
        ------
        ModelUnavailable
            Rate limits, overload, outage, timeout and spend caps, with the time to wait.
        ModelUnusable
            A bad key, no permission, an unknown model or a refused request.
        """
