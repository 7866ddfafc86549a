"""Values of a job that are too big for Redis: the storage holds them, and a reference stands in their place.

A reference is ``@location hash``; every other value is compressed and never begins like one. The bytes are stored
before the transition that refers to them; if that is refused they are erased again, and after a crash the search for
bytes that belong to no job finds them.
"""

from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from shared.errors import TransientError

_MARK = b"@"


class Place(Protocol):
    """Where the storage holds a value, and the SHA-256 of it in hex."""

    @property
    def location(self) -> str:
        """Where it lies."""

    @property
    def sha256(self) -> str:
        """What it must be."""


class Held(Struct, frozen=True):
    """A place as a reference names it."""

    location: str
    sha256: str


class ValueHolder(Protocol):
    """Holds bytes outside of the job store."""

    def keep(self, content: bytes) -> Place:
        """Make a value durable; raises TransientError where the storage is full or away."""

    def read(self, location: str, sha256: str) -> bytes:
        """Give a value back; raises DataError where it is gone or not what was kept."""

    def erase(self, location: str) -> None:
        """Erase a value that nothing refers to."""


class Shelf(Struct, frozen=True):
    """Puts small values into the record and big ones into the storage; without a holder, all into the record."""

    holder: ValueHolder | None = None
    inline_bytes: int = 0

    def put(self, value: bytes) -> "Shelved":
        """Give what stands in the record for a value."""
        if self.holder is None or len(value) <= self.inline_bytes:
            return Shelved(value)
        held = self.holder.keep(value)
        return Shelved(_MARK + f"{held.location} {held.sha256}".encode(), held)

    def get(self, stored: bytes) -> bytes:
        """Give the value for which something stands in the record; blocks where the storage holds it."""
        held = find_held(stored)
        if held is None:
            return stored
        assert self.holder is not None
        return self.holder.read(held.location, held.sha256)

    def drop(self, *shelved: "Shelved") -> None:
        """Erase what was put away for nothing; where that cannot be done now, the search for orphans does it."""
        for one in shelved:
            if one.held is not None and self.holder is not None:
                with suppress(TransientError):
                    self.holder.erase(one.held.location)


ALL_IN_REDIS = Shelf()
"""Puts every value into the record."""


class Shelved(Struct, frozen=True):
    """What stands in the record: the value, or a reference to what is held elsewhere."""

    stored: bytes
    held: Place | None = None


NOTHING = Shelved(b"")
"""Stands for no value at all."""


def find_held(stored: bytes) -> Held | None:
    """Read a reference; None where the value itself is in the record."""
    if not stored.startswith(_MARK):
        return None
    location, sha256 = stored[len(_MARK) :].decode().split(" ")
    return Held(location, sha256)
