"""The ports of the storage room: one for whoever receives bytes, one for whoever reads and erases them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

from msgspec import Struct

from shared.errors import DataError


class BytesMissing(DataError):
    """Stored bytes that a job refers to are gone."""

    def __init__(self) -> None:
        super().__init__("storage.missing", "The uploaded bytes are gone; send the file again.")


class Stored(Struct, frozen=True):
    """Bytes that survive a crash: where they are, their SHA-256 in hex and their length."""

    location: str
    sha256: str
    bytes: int


class Incoming(Protocol):
    """One file being received; it exists for nobody else until it is kept."""

    def write(self, chunk: bytes) -> None:
        """Append bytes; raises TransientError where the store is full or away.

        Blocks for a disk at most, as long as ``catch_up`` is called when ``is_behind``.
        """

    def is_behind(self) -> bool:
        """Tell whether so many bytes have gathered that they should be handed over before more come."""

    def catch_up(self) -> None:
        """Hand over what has gathered; blocks on the network. Raises TransientError as ``write`` does."""

    def sha256(self) -> str:
        """Give the hash, in hex, of what was written so far."""

    def keep(self) -> Stored:
        """Make the bytes durable under their location; blocks on the disk or the network."""

    def discard(self) -> None:
        """Forget the bytes; harmless after ``keep``."""


class UploadStore(Protocol):
    """What the api does with bytes."""

    def receive(self) -> Incoming:
        """Begin a file."""

    def erase(self, locations: Iterable[str]) -> None:
        """Erase bytes; a location that is not there any more is no error."""

    def open(self, location: str) -> BinaryIO:
        """Open stored bytes for reading; seekable. Raises BytesMissing where they are gone."""

    def free_share(self) -> float:
        """Give the free share of the store between 0 and 1; 1 where it has no limit."""

    def check(self) -> None:
        """Raise TransientError unless bytes can be stored."""


class ReadingStore(Protocol):
    """What workers do with bytes."""

    def receive(self) -> Incoming:
        """Begin a file."""

    def open(self, location: str) -> BinaryIO:
        """Open stored bytes for reading; seekable. Raises BytesMissing where they are gone."""

    def erase(self, locations: Iterable[str]) -> None:
        """Erase bytes; a location that is not there any more is no error."""

    def old_locations(self, before: datetime) -> Iterator[str]:
        """Give the locations written before an instant."""

    def erase_abandoned(self, before: datetime) -> int:
        """Erase what began to be received before an instant and was never kept; gives the number."""
