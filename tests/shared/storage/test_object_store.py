"""What only an object store does: requests no larger than needed, and outages that are said to be outages."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from shared.errors import TransientError
from shared.storage.adapters.object_reader import FIRST_WINDOW_BYTES, LARGEST_WINDOW_BYTES, ObjectReader
from shared.storage.adapters.object_store import PART_BYTES, ObjectIncoming, ObjectStorage, build_object_store
from shared.storage.store import BytesMissing
from tests.support.object_server import BUCKET, FailingServer, ObjectServer, environment
from tests.support.proxy import StallingProxy

pytestmark = pytest.mark.integration

URL = f"s3://{BUCKET}"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingServer]:
    """A server that answers 500 to everything."""
    server = FailingServer()
    for name, value in environment(server.address).items():
        monkeypatch.setenv(name, value)
    yield server
    server.close()


@pytest.fixture
def lost(object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[StallingProxy]:
    """A way to the server on which nothing moves any more."""
    proxy = StallingProxy(object_server.port)
    for name, value in environment(f"http://127.0.0.1:{proxy.port}").items():
        monkeypatch.setenv(name, value)
    proxy.stall()
    yield proxy
    proxy.close()


def store_small(store: ObjectStorage) -> str:
    """Store a few bytes and give their location."""
    incoming = store.receive()
    incoming.write(b"DICM")
    return incoming.keep().location


def test_a_small_file_is_named_by_its_hash(bucket: ObjectServer) -> None:
    """Whoever looks into the bucket can check a file against its name; the hash is `sha256sum`'s of DICM."""
    del bucket
    assert store_small(build_object_store(URL)).startswith(
        "uploads/4c/4c07eaea1325b5d4e41ed98d5c96e4681eefde39e58aff9f47adaf7af2d0d46a."
    )


def test_a_file_on_its_way_holds_no_more_than_a_part_in_memory(bucket: ObjectServer) -> None:
    """An upload of any length is sent on as it comes, once the storage is caught up with."""
    del bucket
    incoming = build_object_store(URL).receive()
    incoming.write(bytes(PART_BYTES + 1))
    assert incoming.is_behind()
    incoming.catch_up()
    assert not incoming.is_behind()
    incoming.discard()


def test_a_discarded_stream_leaves_no_part_in_the_bucket(bucket: ObjectServer) -> None:
    """Parts of an upload that came to nothing are dropped, not paid for."""
    incoming = build_object_store(URL).receive()
    incoming.write(bytes(2 * PART_BYTES))
    assert bucket.unfinished_uploads() == 1
    incoming.discard()
    assert (bucket.unfinished_uploads(), bucket.object_keys()) == (0, [])


def test_catching_up_after_a_discard_begins_nothing(bucket: ObjectServer) -> None:
    """A request that is cancelled while a thread catches up leaves nothing behind."""
    incoming = build_object_store(URL).receive()
    incoming.write(bytes(PART_BYTES + 1))
    incoming.discard()
    incoming.catch_up()
    assert bucket.unfinished_uploads() == 0


def test_a_missing_bucket_is_no_missing_file(bucket: ObjectServer) -> None:
    """A mistake in the settings must not fail jobs as if their files were erased."""
    store = build_object_store(URL)
    location = store_small(store)
    del bucket
    elsewhere = build_object_store("s3://nowhere")
    with pytest.raises(TransientError):
        elsewhere.open(location)
    with pytest.raises(TransientError):
        elsewhere.check()


def test_a_file_that_was_erased_while_it_was_read_is_missing(bucket: ObjectServer) -> None:
    """Deleting a job does not wait for its readers."""
    del bucket
    store = build_object_store(URL)
    incoming = store.receive()
    incoming.write(bytes(1024**2))
    location = incoming.keep().location
    with store.open(location) as source:
        store.erase([location])
        source.seek(1024**2 - 1)
        with pytest.raises(BytesMissing):
            source.read(1)


def test_a_killed_server_is_an_outage(bucket: ObjectServer) -> None:
    """Work waits for the storage to come back; nothing fails for good."""
    store = build_object_store(URL, retries={"max_retries": 0})
    location = store_small(store)
    bucket.kill()
    try:
        with pytest.raises(TransientError):
            store.open(location)
        with pytest.raises(TransientError):
            store_small(store)
        with pytest.raises(TransientError):
            store.check()
        with pytest.raises(TransientError):
            store.erase([location])
    finally:
        bucket.start()


@pytest.mark.usefixtures("failing")
def test_a_server_that_fails_is_an_outage() -> None:
    """Its 500s are tried again a little, then told as what they are."""
    store = build_object_store(URL, retries={"max_retries": 1})
    with pytest.raises(TransientError) as raised:
        store_small(store)
    assert raised.value.code == "storage.unavailable"


@pytest.mark.usefixtures("lost")
def test_a_server_that_never_answers_is_given_up_on() -> None:
    """No request hangs longer than its timeout."""
    store = build_object_store(URL, client={"timeout": "200ms"}, retries={"max_retries": 0})
    with pytest.raises(TransientError):
        store.check()


def test_an_upload_that_breaks_in_the_middle_shows_nothing(bucket: ObjectServer) -> None:
    """The storage goes away between two parts: the sender is told, and no half object appears."""
    store = build_object_store(URL, retries={"max_retries": 0})
    incoming = store.receive()
    incoming.write(bytes(2 * PART_BYTES))
    bucket.kill()
    try:
        with pytest.raises(TransientError):
            go_on(incoming)
        incoming.discard()
    finally:
        bucket.start()
    assert bucket.object_keys() == []


def go_on(incoming: ObjectIncoming) -> None:
    """Write an upload's rest and keep it."""
    incoming.write(bytes(2 * PART_BYTES))
    incoming.keep()


class Counted:
    """An object of a size, which counts what is fetched of it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.fetched: list[int] = []

    def fetch(self, start: int, end: int) -> bytes:
        """Give zeros."""
        self.fetched.append(end - start)
        return bytes(end - start)

    def open(self) -> ObjectReader:
        """Open it as the adapter does, with its first bytes there."""
        return ObjectReader(self.fetch, self.size, bytes(FIRST_WINDOW_BYTES))


def test_a_header_and_an_end_cost_two_small_requests() -> None:
    """Of a 1 GB object, what is before and behind its pixels is fetched: 128 KB."""
    counted = Counted(1024**3)
    reader = counted.open()
    reader.read(16 * 1024)
    reader.seek(-64, 2)
    reader.read(64)
    assert counted.fetched == [64]


def test_reading_straight_on_takes_ever_larger_requests() -> None:
    """A header of megabytes is not fetched in thousands of small pieces."""
    counted = Counted(64 * 1024**2)
    reader = counted.open()
    while reader.read(1024**2):
        pass
    kib = [size // 1024 for size in counted.fetched]
    assert (kib[:7], max(counted.fetched)) == ([128, 256, 512, 1024, 2048, 4096, 4096], LARGEST_WINDOW_BYTES)


def test_a_process_that_stores_files_in_a_folder_loads_no_client() -> None:
    """The client of object stores is loaded where it is used."""
    program = (
        "import sys; from shared.storage.adapters.stores import build_store; build_store(sys.argv[1]); "
        "sys.exit('obstore' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program, "file:///tmp/none"], check=False)
    assert ended.returncode == 0
