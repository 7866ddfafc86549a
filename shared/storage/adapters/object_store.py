"""Bytes in an object store (S3, Google Cloud Storage, Azure): one object per location, whole or not there at all.

Small files are one request under the name of their hash. Larger ones stream as a multipart upload, whose object appears
only when it is completed; since its name is needed before the hash is known, it is a nonce alone (decision 17).
"""

import hashlib
import io
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from shared.errors import TransientError
from shared.storage.adapters.object_reader import FIRST_WINDOW_BYTES, ObjectReader
from shared.storage.layout import UPLOADS, is_location, stream_location, upload_location
from shared.storage.store import BytesMissing, Stored

if TYPE_CHECKING:
    from obstore import WritableFile
    from obstore.store import ClientConfig, RetryConfig

PART_BYTES = 8 * 1024**2
"""Bytes of one part of a multipart upload; S3 wants at least 5 MiB, and 10,000 parts at most: files up to 78 GiB."""

PARTS_IN_FLIGHT = 2
"""Parts of one file sent at the same time; with the one that gathers, a file on its way holds three in memory."""

CHECK = ".check"
"""The object that is written to see whether objects can be written."""

ERASED_AT_ONCE = 500
"""Objects named in one call; S3 takes up to 1,000 in one request."""

CLIENT: "ClientConfig" = {"timeout": "30s", "connect_timeout": "3s"}
"""No request waits longer; a part of 8 MiB needs 280 kB/s."""

RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
"""Of one request, on 5xx and broken connections; longer outages are our callers' to wait out."""


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn the client's errors into ours, without their text, which names keys and addresses."""
    try:
        yield
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):  # a missing bucket is a mistake of the installation, not a file that is gone
            raise TransientError("storage.unavailable", "The bucket of STORAGE_URL does not exist.") from error
        raise BytesMissing from error
    except (BaseError, OSError) as error:
        raise TransientError("storage.unavailable", "The storage does not answer; try again later.") from error


class ObjectIncoming:
    """``Incoming`` on an object; gathers a part in memory before it opens a multipart upload."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._hash = hashlib.sha256()
        self._bytes = 0
        self._gathered = bytearray()
        self._location = ""
        self._writer: WritableFile | None = None
        self._is_discarded = False
        self._lock = threading.Lock()  # a request that is cancelled discards while a thread still catches up

    def write(self, chunk: bytes) -> None:
        """Append bytes; see the port."""
        self._hash.update(chunk)
        self._bytes += len(chunk)
        self._gathered += chunk
        if len(self._gathered) >= 2 * PART_BYTES:  # of a writer that does not look whether it is behind
            self.catch_up()

    def is_behind(self) -> bool:
        """Tell whether a part has gathered; see the port."""
        return len(self._gathered) > PART_BYTES

    def catch_up(self) -> None:
        """Send what has gathered as parts; see the port."""
        with self._lock, _store_errors():
            if not self._is_discarded:
                self._send()

    def _send(self) -> None:
        if self._writer is None:
            self._location = stream_location()
            self._writer = obstore.open_writer(
                self._store, self._location, buffer_size=PART_BYTES, max_concurrency=PARTS_IN_FLIGHT
            )
        gathered, self._gathered = self._gathered, bytearray()
        self._writer.write(gathered)

    def sha256(self) -> str:
        """Give the hash of what was written so far; see the port."""
        return self._hash.hexdigest()

    def keep(self) -> Stored:
        """Complete the object; see the port."""
        sha256 = self.sha256()
        with self._lock, _store_errors():
            if self._writer is None:
                self._location = upload_location(sha256)
                obstore.put(self._store, self._location, bytes(self._gathered), use_multipart=False)
            else:
                self._send()
                self._writer.close()
        self._gathered = bytearray()
        return Stored(self._location, sha256, self._bytes)

    def discard(self) -> None:
        """Forget the bytes; see the port."""
        with self._lock:
            self._is_discarded = True
            self._gathered = bytearray()
            if self._writer is not None and not self._writer.closed():
                with suppress(BaseError, OSError):  # parts that cannot be dropped now are the bucket's rule to drop
                    self._writer.__exit__(InterruptedError, InterruptedError(), None)  # aborts; close() would complete


class ObjectStorage:
    """``UploadStore`` and ``ReadingStore`` in a bucket that any number of machines share."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def receive(self) -> ObjectIncoming:
        """Begin a file; see the port."""
        return ObjectIncoming(self._store)

    def open(self, location: str) -> BinaryIO:
        """Open an object for reading by ranges; see the port."""
        if not is_location(location):
            raise BytesMissing
        with _store_errors():
            size, first = self._begin(location)

        def fetch(start: int, end: int) -> bytes:
            with _store_errors():
                content = bytes(obstore.get_range(self._store, location, start=start, end=end))
            if len(content) < end - start:
                raise TransientError("storage.unavailable", "The storage gave fewer bytes than it has.")
            return content

        # BufferedReader is no BinaryIO to the type checker, for want of a setter of its mode.
        return cast("BinaryIO", io.BufferedReader(ObjectReader(fetch, size, first)))

    def _begin(self, location: str) -> tuple[int, bytes]:
        """Give an object's size and its first bytes, in one request for all but empty ones."""
        try:
            answer = obstore.get(self._store, location, options={"range": (0, FIRST_WINDOW_BYTES)})
            return answer.meta["size"], bytes(answer.bytes())
        except BaseError:  # no range of an empty object can be satisfied
            if obstore.head(self._store, location)["size"]:
                raise
            return 0, b""

    def erase(self, locations: Iterable[str]) -> None:
        """Erase objects; see the port."""
        paths = list(locations)
        if not all(is_location(path) for path in paths):
            raise BytesMissing
        for first in range(0, len(paths), ERASED_AT_ONCE):
            self._erase_some(paths[first : first + ERASED_AT_ONCE])

    def _erase_some(self, paths: list[str]) -> None:
        try:
            with _store_errors():
                obstore.delete(self._store, paths)
        except BytesMissing:  # some stores report what is gone already, and may have stopped there
            for path in paths:
                with suppress(BytesMissing), _store_errors():
                    obstore.delete(self._store, path)

    def free_share(self) -> float:
        """Say that all is free: a bucket has no end; see the port."""
        return 1.0

    def check(self) -> None:
        """Raise TransientError unless an object can be written; see the port."""
        try:
            with _store_errors():
                obstore.put(self._store, CHECK, b"", use_multipart=False)
        except BytesMissing as error:
            raise TransientError("storage.unavailable", "The storage cannot be written.") from error

    def old_locations(self, before: datetime) -> Iterator[str]:
        """Give the locations written before an instant; see the port."""
        with _store_errors():
            for batch in obstore.list(self._store, UPLOADS):
                for entry in batch:
                    if entry["last_modified"] < before and is_location(entry["path"]):
                        yield entry["path"]

    def erase_abandoned(self, before: datetime) -> int:
        """Leave it to the bucket, whose lifecycle rule drops uploads that were never completed (decision 17)."""
        del before
        return 0


def build_object_store(url: str, *, client: "ClientConfig" = CLIENT, retries: "RetryConfig" = RETRIES) -> ObjectStorage:
    """Make the store in the bucket that a URL names; credentials and endpoint come from the environment.

    An endpoint without TLS is taken where the environment names one, as that of a store in the same private network.
    """
    without_tls = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    options: ClientConfig = {**client, "allow_http": True} if without_tls else client
    return ObjectStorage(from_url(url, client_options=options, retry_config=retries))
