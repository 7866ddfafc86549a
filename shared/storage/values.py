"""Values of jobs held by the storage beside uploads: written once, read whole and checked against their hash."""

import hashlib
from typing import Protocol

from shared.storage.store import BytesMissing, ReadingStore, Stored, UploadStore


class Place(Protocol):
    """What names a held value."""

    @property
    def location(self) -> str:
        """Where it lies."""

    @property
    def sha256(self) -> str:
        """What it must be."""


class StoredValues:
    """Holds values in a store of bytes."""

    def __init__(self, store: UploadStore | ReadingStore) -> None:
        self._store = store

    def keep(self, content: bytes) -> Stored:
        """Make a value durable."""
        incoming = self._store.receive()
        try:
            incoming.write(content)
            return incoming.keep()
        except BaseException:  # half a value is of no use to anybody; the exception goes on
            incoming.discard()
            raise

    def read(self, held: Place) -> bytes:
        """Give a value back; raises BytesMissing where it is gone or is not what was kept."""
        with self._store.open(held.location) as source:
            content = source.read()
        if hashlib.sha256(content).hexdigest() != held.sha256:
            raise BytesMissing
        return content

    def erase(self, held: Place) -> None:
        """Erase a value."""
        self._store.erase([held.location])
