"""How locations are named. A location is ours from end to end: nothing a sender named is ever part of it."""

import re
import secrets

UPLOADS = "uploads"
"""Folder of received files."""

_LOCATION = re.compile(r"uploads/[0-9a-f]{2}/(?:[0-9a-f]{64}\.[0-9a-f]{8}|[0-9a-f]{32})")


def upload_location(sha256: str) -> str:
    """Name the place of received bytes by their content hash and a nonce of this write.

    The nonce makes erasing safe: once no job refers to a location, no later upload can come to refer to it.
    """
    return f"{UPLOADS}/{sha256[:2]}/{sha256}.{secrets.token_hex(4)}"


def stream_location() -> str:
    """Name the place of bytes that must have one before all of them are there, and so before their hash is known."""
    nonce = secrets.token_hex(16)
    return f"{UPLOADS}/{nonce[:2]}/{nonce}"


def is_location(text: str) -> bool:
    """Tell whether a text is a location as this module makes them."""
    return _LOCATION.fullmatch(text) is not None
