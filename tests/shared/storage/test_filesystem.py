"""What only a folder does: names that say what is in a file, permissions, and what a crash leaves."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import TransientError
from shared.storage.adapters.filesystem import FileStore, build_file_store

CONTENT = b"DICM" * 1000


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """An empty store."""
    return build_file_store(f"file://{tmp_path}")


def files_below(folder: Path) -> list[Path]:
    """Every file of a store."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_kept_bytes_are_named_by_their_sha256(store: FileStore) -> None:
    """Anybody can check a stored file against its name."""
    incoming = store.receive()
    incoming.write(CONTENT[:1000])
    incoming.write(CONTENT[1000:])
    stored = incoming.keep()
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (stored.sha256, stored.bytes, stored.location.split("/")[-1].split(".")[0]) == (digest, 4000, digest)


def test_discarded_bytes_leave_nothing(store: FileStore, tmp_path: Path) -> None:
    """A broken upload leaves no file behind."""
    incoming = store.receive()
    incoming.write(CONTENT)
    incoming.discard()
    assert files_below(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_reported(store: FileStore, tmp_path: Path) -> None:
    """Health says so before an upload fails."""
    (tmp_path / "incoming").rmdir()
    with pytest.raises(TransientError):
        store.check()


def test_only_old_remains_are_erased(store: FileStore, tmp_path: Path) -> None:
    """Cleaning up after a crash spares uploads that are on their way."""
    old, new = store.receive(), store.receive()
    old.write(b"old")
    new.write(b"new")
    past = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    [oldest] = [path for path in files_below(tmp_path) if path.read_bytes() == b"old"]
    os.utime(oldest, (past, past))
    assert store.erase_abandoned(datetime.now(UTC) - timedelta(hours=1)) == 1
    assert [path.read_bytes() for path in files_below(tmp_path)] == [b"new"]


def test_old_locations_are_found(store: FileStore, tmp_path: Path) -> None:
    """The search for bytes without a job sees what was stored long ago and nothing newer."""
    location = store.receive().keep().location
    store.receive().keep()
    past = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(tmp_path / location, (past, past))
    assert list(store.old_locations(datetime.now(UTC) - timedelta(hours=1))) == [location]
