"""Bytes in a folder: durable once kept, gone once erased, never half there."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import TransientError
from shared.storage.adapters.filesystem import BytesMissing, FileStore, build_file_store

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


def test_kept_bytes_are_read_back(store: FileStore) -> None:
    """What was stored is what is read."""
    incoming = store.receive()
    incoming.write(CONTENT)
    with store.open(incoming.keep().location) as source:
        assert source.read() == CONTENT


def test_discarded_bytes_leave_nothing(store: FileStore, tmp_path: Path) -> None:
    """A broken upload leaves no file behind."""
    incoming = store.receive()
    incoming.write(CONTENT)
    incoming.discard()
    assert files_below(tmp_path) == []


def test_the_same_bytes_twice_have_two_locations(store: FileStore) -> None:
    """Erasing one job's bytes can never hit another upload of the same file."""
    first, second = store.receive(), store.receive()
    assert first.keep().location != second.keep().location


def test_erasing_twice_is_no_error(store: FileStore, tmp_path: Path) -> None:
    """An eraser that died halfway is simply started again."""
    location = store.receive().keep().location
    store.erase([location])
    store.erase([location])
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "uploads/../../x", "uploads/aa/short.00000000", ""])
def test_only_our_own_locations_are_opened(store: FileStore, location: str) -> None:
    """No name from outside can lead out of the store."""
    with pytest.raises(BytesMissing):
        store.open(location)


def test_missing_bytes_are_a_clear_error(store: FileStore) -> None:
    """A file that is gone is said to be gone."""
    location = store.receive().keep().location
    store.erase([location])
    with pytest.raises(BytesMissing):
        store.open(location)


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


def test_the_free_share_lies_between_none_and_all(store: FileStore) -> None:
    """The watermark compares a share of the disk."""
    assert 0 <= store.free_share() <= 1
