"""What every store of bytes does, whichever technology holds them: one suite for all adapters.

Hashes are those that `sha256sum` gives for the same bytes.
"""

import io
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from shared.storage.adapters.stores import Store
from shared.storage.layout import is_location
from shared.storage.store import BytesMissing, Stored

pytestmark = pytest.mark.integration

SMALL = b"DICM" * 1000
SMALL_SHA256 = "6c8dad9a483a8ef6c20d41c782c4579d6e20a8865596688d832d6434939cea46"

LARGE = b"0123456789abcdef" * 1_376_256
"""21 MiB: more than two parts of a multipart upload and a piece of a third."""
LARGE_SHA256 = "6e761b528ea74a970ad80978e1ba0a1da188752f485360788e1e567c1cd53769"

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

CONTENTS = [(b"", EMPTY_SHA256), (SMALL, SMALL_SHA256), (LARGE, LARGE_SHA256)]

OUTSIDE = ["../secret", "/etc/passwd", "uploads/../../x", "uploads/aa/short.00000000", ""]
"""What is no location of ours."""


def keep(store: Store, content: bytes) -> Stored:
    """Send bytes as an upload brings them: in chunks, waiting where the store is behind."""
    incoming = store.receive()
    source = io.BytesIO(content)
    while chunk := source.read(64 * 1024):
        incoming.write(chunk)
        if incoming.is_behind():
            incoming.catch_up()
    return incoming.keep()


@pytest.mark.parametrize(("content", "sha256"), CONTENTS, ids=["empty", "small", "large"])
def test_kept_bytes_are_told_with_their_hash_and_length(store: Store, content: bytes, sha256: str) -> None:
    """Integrity begins with knowing what was stored."""
    stored = keep(store, content)
    assert (stored.sha256, stored.bytes, is_location(stored.location)) == (sha256, len(content), True)


@pytest.mark.parametrize(("content", "sha256"), CONTENTS, ids=["empty", "small", "large"])
def test_kept_bytes_are_read_back(store: Store, content: bytes, sha256: str) -> None:
    """What was stored is what is read."""
    del sha256
    with store.open(keep(store, content).location) as source:
        assert source.read() == content


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_a_writer_that_never_looks_back_stores_the_same(store: Store, content: bytes) -> None:
    """A worker writes what it has in one piece, without asking whether the store is behind."""
    incoming = store.receive()
    incoming.write(content)
    with store.open(incoming.keep().location) as source:
        assert source.read() == content


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_nothing_is_visible_before_it_is_kept(store: Store, content: bytes) -> None:
    """Nobody ever meets half a file."""
    incoming = store.receive()
    incoming.write(content)
    assert list(store.old_locations(datetime.now(UTC) + timedelta(days=1))) == []
    incoming.discard()


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_discarded_bytes_are_gone(store: Store, content: bytes) -> None:
    """A broken upload leaves nothing to be found, and discarding again is no error."""
    incoming = store.receive()
    incoming.write(content)
    incoming.discard()
    incoming.discard()
    assert list(store.old_locations(datetime.now(UTC) + timedelta(days=1))) == []


def test_discarding_what_was_kept_changes_nothing(store: Store) -> None:
    """Whoever cleans up need not know how far the upload came."""
    incoming = store.receive()
    incoming.write(LARGE)
    location = incoming.keep().location
    incoming.discard()
    with store.open(location) as source:
        assert len(source.read()) == len(LARGE)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_the_same_bytes_twice_have_two_locations(store: Store, content: bytes) -> None:
    """Erasing one job's bytes can never hit another upload of the same file."""
    assert keep(store, content).location != keep(store, content).location


@pytest.mark.parametrize(
    ("offset", "whence", "count", "expected"),
    [
        (0, io.SEEK_SET, 4, b"0123"),
        (-4, io.SEEK_END, 10, b"cdef"),
        (20 * 1024**2 + 3, io.SEEK_SET, 5, b"34567"),
        (22_020_096, io.SEEK_SET, 5, b""),
        (30_000_000, io.SEEK_SET, 5, b""),
    ],
)
def test_any_place_can_be_read(store: Store, offset: int, whence: int, count: int, expected: bytes) -> None:
    """Archives are read where their directory says, from the end on."""
    with store.open(keep(store, LARGE).location) as source:
        source.read(100)
        source.seek(offset, whence)
        assert source.read(count) == expected


def test_skipping_goes_on_from_where_reading_stopped(store: Store) -> None:
    """Long values are passed over relative to where the parser stands."""
    with store.open(keep(store, LARGE).location) as source:
        source.read(10)
        source.seek(1_000_000, io.SEEK_CUR)
        assert (source.tell(), source.read(6)) == (1_000_010, b"abcdef")


def test_a_stored_file_can_be_copied_out_whole(store: Store) -> None:
    """A renderer is given a file of its own machine."""
    copy = io.BytesIO()
    with store.open(keep(store, LARGE).location) as source:
        shutil.copyfileobj(source, copy)
    assert copy.getvalue() == LARGE


def test_erasing_twice_is_no_error(store: Store) -> None:
    """An eraser that died halfway is simply started again."""
    kept, other = keep(store, SMALL).location, keep(store, SMALL).location
    store.erase([kept])
    store.erase([kept, other])
    assert list(store.old_locations(datetime.now(UTC) + timedelta(days=1))) == []


def test_missing_bytes_are_a_clear_error(store: Store) -> None:
    """A file that is gone is said to be gone."""
    location = keep(store, SMALL).location
    store.erase([location])
    with pytest.raises(BytesMissing):
        store.open(location)


@pytest.mark.parametrize("location", OUTSIDE)
def test_only_our_own_locations_are_opened(store: Store, location: str) -> None:
    """No name from outside can lead out of the store."""
    with pytest.raises(BytesMissing):
        store.open(location)


@pytest.mark.parametrize("location", OUTSIDE)
def test_only_our_own_locations_are_erased(store: Store, location: str) -> None:
    """A damaged record cannot make the eraser reach for something else."""
    with pytest.raises(BytesMissing):
        store.erase([location])


def test_only_old_locations_are_listed(store: Store) -> None:
    """The search for bytes without a job sees what was stored before an instant and nothing newer."""
    location = keep(store, SMALL).location
    hour = timedelta(hours=1)
    assert list(store.old_locations(datetime.now(UTC) - hour)) == []
    assert list(store.old_locations(datetime.now(UTC) + hour)) == [location]


def test_a_store_that_can_be_written_passes_its_check(store: Store) -> None:
    """Health asks before an upload does, and leaves nothing that the search for orphans would meet."""
    store.check()
    assert list(store.old_locations(datetime.now(UTC) + timedelta(hours=1))) == []


def test_the_free_share_lies_between_none_and_all(store: Store) -> None:
    """The watermark compares a share of the whole."""
    assert 0 <= store.free_share() <= 1
