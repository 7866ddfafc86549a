"""The key file, JSON: ``{"version": 1, "keys": […]}`` with the fields of ``ApiKey`` for each.

Written whole and renamed into place, readable by its owner alone. The api looks at it every second and takes a change
over without a restart; a file that cannot be read any more leaves the last good keys in force.
"""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from api.keys.key import TENANT_PATTERN, ApiKey, KeyRing
from shared.errors import ServiceError
from shared.observability import get_logger

LOOK_AGAIN_SECONDS = 1.0
"""How long a revoked key may still open something."""


class KeysUnusable(ServiceError):
    """The key file cannot be used; the message says what to do and quotes nothing of it."""

    def __init__(self, detail: str) -> None:
        super().__init__("keys.unusable", detail)


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    keys: tuple[ApiKey, ...]
    version: int = 1


_decoder = msgspec.json.Decoder(_Document)


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Read all keys; raises KeysUnusable."""
    try:
        keys = _decoder.decode(path.read_bytes()).keys
    except OSError as error:
        raise KeysUnusable(f"API_KEYS_FILE cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        detail = "API_KEYS_FILE is not the JSON of `python -m api.cli keys`; restore it or create keys anew."
        raise KeysUnusable(detail) from error
    if not all(TENANT_PATTERN.fullmatch(key.tenant) for key in keys):
        raise KeysUnusable(f"API_KEYS_FILE has a tenant that is not {TENANT_PATTERN.pattern}.")
    return keys


def write_keys(path: Path, keys: Sequence[ApiKey]) -> None:
    """Replace the file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    content = msgspec.json.format(msgspec.json.encode(_Document(tuple(keys))), indent=2)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - from a descriptor
        file.write(content + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class KeyFile:
    """The keys in force."""

    def __init__(self, path: Path, pepper: bytes) -> None:
        self._path = path
        self._pepper = pepper
        self._seen = self._look()
        self._ring = KeyRing(read_keys(path), pepper)
        self._next_look = time.monotonic() + LOOK_AGAIN_SECONDS

    def find(self, text: str) -> ApiKey | None:
        """Give the usable key that this text is."""
        if time.monotonic() >= self._next_look:
            self._refresh()
        return self._ring.find(text, datetime.now(UTC))

    def _refresh(self) -> None:
        self._next_look = time.monotonic() + LOOK_AGAIN_SECONDS
        seen = self._look()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._ring = KeyRing(read_keys(self._path), self._pepper)
        except KeysUnusable as error:
            get_logger().error("key file not taken over, the last good keys stay in force", code=error.code)
            return
        get_logger().info("key file taken over")

    def _look(self) -> tuple[int, int, int] | None:
        try:
            state = self._path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino
