"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over ``id.timestamp.body``, one per secret that is valid."""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from shared.errors import ServiceError

PREFIX = "whsec_"
"""What every secret begins with."""

SECRET_BYTES = 32
"""Random bytes of a secret that we make."""

ALLOWED_BYTES = range(24, 65)
"""Length of a secret in bytes; Standard Webhooks 1.0, "Signature scheme"."""


class BadSecret(ServiceError):
    """A configured secret cannot be used for signing."""

    def __init__(self) -> None:
        super().__init__(
            "webhook.bad_secret",
            f"WEBHOOK_SECRET must be {PREFIX} and the base64 of {ALLOWED_BYTES[0]} to {ALLOWED_BYTES[-1]} bytes; "
            "while it changes, the new one, a space, the old one. "
            "Make one: python3 -c 'import base64, os; print(\"whsec_\" + base64.b64encode(os.urandom(32)).decode())'",
        )


def make_secret() -> str:
    """Make a new secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def parse_secrets(text: str) -> tuple[str, ...]:
    """Read one secret, or several separated by spaces or commas with the newest first; raises BadSecret."""
    found = tuple(part for part in re.split(r"[\s,]+", text) if part)
    for secret in found:
        try:
            content = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadSecret from error
        if not secret.startswith(PREFIX) or len(content) not in ALLOWED_BYTES:
            raise BadSecret
    return found


def sign(secrets_in_use: Sequence[str], message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Give the three headers of one attempt.

    Parameters
    ----------
    secrets_in_use
        At least one; while a secret rotates, the new one first and then the old one.
    moment
        The time of this attempt, aware and UTC: the library takes the clock's digits for UTC without converting.
    body
        The exact bytes that are sent, UTF-8.
    """
    assert moment.utcoffset() is not None
    assert not moment.utcoffset()
    text = body.decode()
    signatures = [Webhook(secret).sign(message_id, moment, text) for secret in secrets_in_use]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
