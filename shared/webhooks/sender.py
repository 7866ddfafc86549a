"""The port that puts one request on the wire."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from shared.errors import TransientError
from shared.webhooks.verdict import ErrorClass


class SendFailed(TransientError):
    """There is no answer; the class says how far it went."""

    def __init__(self, error: ErrorClass) -> None:
        super().__init__(f"webhook.{error}", "The receiver gave no answer.")
        self.error = error


class Answer(Struct, frozen=True):
    """What the receiver answered; its body is of no interest."""

    status: int
    retry_after: str | None = None


class Sender(Protocol):
    """Sends to targets that the policy allows, and to no other."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes, timeout: timedelta) -> Answer:
        """Post once; never follows a redirect, never takes longer than ``timeout`` in total.

        Raises
        ------
        SendFailed
            Where there is no answer, ``target_refused`` where the policy forbids it.
        """
