"""Values of jobs held by the storage beside uploads: written once, read whole and checked against their hash."""

import hashlib

from shared.storage.store import BytesMissing, ReadingStore, Stored, UploadStore


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

    def read(self, location: str, sha256: str) -> bytes:
        """Give a value back; raises BytesMissing where it is gone or is not what was kept."""
        with self._store.open(location) as source:
            content = source.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BytesMissing
        return content

    def erase(self, location: str) -> None:
        """Erase a value."""
        self._store.erase([location])
