"""One API key and the ring of all of them.

A key is ``id.secret``: a public id and 256 random bits. Only HMAC-SHA256(pepper, key) is kept; a slow password hash
would add nothing to a secret that cannot be guessed. The pepper lives outside the key file, so that the file alone
lets nobody test a guess.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

TENANT_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""Names of tenants; they become part of the job store's key names."""

SECRET_BYTES = 32
"""256 bits."""

LEAST_PEPPER = 16
"""Characters below which a pepper is refused as a mistake."""


class Scope(StrEnum):
    """What a key may do."""

    SUBMIT = "submit"
    """Send files; cancel, retry and erase jobs."""
    READ = "read"
    """Read jobs and results, without what could identify a patient."""
    ADMIN = "admin"
    """Read the tenant's audit trail."""
    IDENTIFIED = "identified"
    """See free text, dates and, where the deployment includes them, direct identifiers in results."""


class ApiKey(Struct, frozen=True, omit_defaults=True):
    """What is kept of a key."""

    id: str
    tenant: str
    scopes: tuple[Scope, ...]
    hash: str
    created_at: datetime
    note: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_usable(self, now: datetime) -> bool:
        """Whether the key still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def hash_key(text: str, pepper: bytes) -> str:
    """Give what is kept of a key, in hex."""
    return hmac.digest(pepper, text.encode(), "sha256").hex()


def mint_key(
    tenant: str,
    scopes: Sequence[Scope],
    pepper: bytes,
    *,
    now: datetime,
    note: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[str, ApiKey]:
    """Make a new key.

    Returns
    -------
    tuple of (text, key)
        The text is shown once and kept nowhere.
    """
    key_id = f"key_{secrets.token_hex(6)}"
    text = f"{key_id}.{secrets.token_urlsafe(SECRET_BYTES)}"
    unique = tuple(dict.fromkeys(scopes))
    return text, ApiKey(key_id, tenant, unique, hash_key(text, pepper), now, note, expires_at)


class KeyRing:
    """All keys of a deployment with the pepper that their hashes were made with."""

    def __init__(self, keys: Iterable[ApiKey], pepper: bytes) -> None:
        self._keys = {key.id: key for key in keys}
        self._pepper = pepper

    def find(self, text: str, now: datetime) -> ApiKey | None:
        """Give the usable key that this text is; unknown ids take the same steps as known ones."""
        key = self._keys.get(text.partition(".")[0])
        expected = key.hash if key is not None else "0" * 64
        matches = hmac.compare_digest(hash_key(text, self._pepper), expected)
        return key if matches and key is not None and key.is_usable(now) else None
