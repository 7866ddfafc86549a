"""The choice of a technology by the scheme of STORAGE_URL."""

from typing import Protocol

from shared.storage.adapters.filesystem import build_file_store
from shared.storage.store import ReadingStore, UploadStore


class Store(UploadStore, ReadingStore, Protocol):
    """Everything that anybody does with bytes; every adapter does it."""


def build_store(url: str) -> Store:
    """Make the store that a URL names: ``file://`` a folder; ``s3://``, ``gs://`` or ``az://`` an object store."""
    if url.startswith("file:"):
        return build_file_store(url)
    # Loaded where it is used: the client of object stores is 16 MB of native code.
    from shared.storage.adapters.object_store import build_object_store  # noqa: PLC0415

    return build_object_store(url)
