"""Bytes in a folder: written beside their place, fsynced and renamed, so that a name never shows half a file."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from shared.errors import TransientError
from shared.storage.layout import UPLOADS, is_location, upload_location
from shared.storage.store import BytesMissing, Stored

INCOMING = "incoming"
"""Folder of files that are still being received; on the same file system, so that a rename moves them."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BytesMissing from error
    except OSError as error:
        if error.errno in _FULL:
            raise TransientError("storage.full", "The storage is full; free space or try again later.") from error
        raise TransientError("storage.unavailable", "The storage does not answer; try again later.") from error


class FileIncoming:
    """``Incoming`` on a file."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / INCOMING / secrets.token_hex(16)
        self._hash = hashlib.sha256()
        self._bytes = 0
        with _disk_errors():
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._open = True

    def write(self, chunk: bytes) -> None:
        """Append bytes; see the port."""
        self._hash.update(chunk)
        self._bytes += len(chunk)
        with _disk_errors():
            view = memoryview(chunk)
            while view:
                view = view[os.write(self._file, view) :]

    def is_behind(self) -> bool:
        """Never: what is written is the kernel's to hold; see the port."""
        return False

    def catch_up(self) -> None:
        """Nothing gathers here; see the port."""

    def sha256(self) -> str:
        """Give the hash of what was written so far; see the port."""
        return self._hash.hexdigest()

    def keep(self) -> Stored:
        """Make the bytes durable; see the port."""
        sha256 = self.sha256()
        location = upload_location(sha256)
        target = self._root / location
        with _disk_errors():
            os.fsync(self._file)
            self._close()
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                _sync_folder(target.parent.parent)
            self._path.rename(target)
            _sync_folder(target.parent)
        return Stored(location, sha256, self._bytes)

    def discard(self) -> None:
        """Forget the bytes; see the port."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._file)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileStore:
    """``UploadStore`` and ``ReadingStore`` in a folder that api and workers share."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in (INCOMING, UPLOADS):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def receive(self) -> FileIncoming:
        """Begin a file; see the port."""
        return FileIncoming(self._root)

    def open(self, location: str) -> BinaryIO:
        """Open stored bytes for reading; see the port."""
        with _disk_errors():
            return self._path(location).open("rb")

    def erase(self, locations: Iterable[str]) -> None:
        """Erase bytes; see the port."""
        for location in locations:
            with _disk_errors():
                self._path(location).unlink(missing_ok=True)

    def free_share(self) -> float:
        """Give the free share of the file system; see the port."""
        with _disk_errors():
            usage = shutil.disk_usage(self._root)
        return usage.free / usage.total

    def check(self) -> None:
        """Raise TransientError unless bytes can be stored; see the port."""
        if not os.access(self._root / INCOMING, os.W_OK):
            raise TransientError("storage.unavailable", "The storage cannot be written; check its permissions.")

    def old_locations(self, before: datetime) -> Iterator[str]:
        """Give the locations written before an instant; see the port."""
        for path in (self._root / UPLOADS).glob("*/*"):
            if _is_older(path, before):
                yield str(path.relative_to(self._root))

    def erase_abandoned(self, before: datetime) -> int:
        """Erase what was never kept; see the port."""
        abandoned = [path for path in (self._root / INCOMING).iterdir() if _is_older(path, before)]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)

    def _path(self, location: str) -> Path:
        if not is_location(location):
            raise BytesMissing
        return self._root / location


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # kept, or erased by a neighbour, since the folder was listed
        return False


def build_file_store(url: str) -> FileStore:
    """Make the store in the folder that a ``file://`` URL names."""
    return FileStore(Path(unquote(urlsplit(url).path)))
