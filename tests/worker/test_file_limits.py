"""A file that costs too much costs itself and nothing else: not its worker, not its neighbours, not the lease."""

import struct
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context

import msgspec
import pytest

from shared.errors import DataError
from shared.jobs.claim import Claim
from shared.jobs.job import Stage
from shared.jobs.store import WorkStore
from tests.support.datasets import encode, make_file
from tests.support.engine import TENANT
from tests.support.samples import CT
from tests.support.workbench import Workbench, await_until
from worker.file_limits import FileLimits
from worker.leases import LeaseKeeper

MEGABYTE = 1 << 20
EMPTY_ITEM = b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
MANY_ELEMENTS = b"".join(struct.pack("<HHL", 0x0009, number & 0xFFFE | 0x1000, 0) for number in range(450_000))


def test_time_is_limited() -> None:
    """Work that does not end is ended, and named by its code."""
    with pytest.raises(DataError, match=r"dicom\.too_costly"), FileLimits(0.05, MEGABYTE * 1024):
        for _ in iter(int, 1):
            pass


def test_memory_is_limited_inside_the_block_alone() -> None:
    """What is too much for one file is not too much for the process."""
    # A process of its own: what other tests freed may be given out again without asking the kernel, who limits.
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        fresh.submit(_ask_for_memory).result()


def _ask_for_memory() -> None:
    with pytest.raises(MemoryError), FileLimits(10, 32 * MEGABYTE):
        bytearray(64 * MEGABYTE)
    assert len(bytearray(64 * MEGABYTE)) == 64 * MEGABYTE


def test_a_process_whose_use_is_not_known_has_its_time_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel does not say what is used, the reader's own limits remain for memory."""
    monkeypatch.setattr("worker.file_limits._USED_MEMORY", CT / "not-there")
    with FileLimits(10, MEGABYTE):
        assert len(bytearray(64 * MEGABYTE)) == 64 * MEGABYTE


def test_leases_are_prolonged_again_after_memory_ran_out() -> None:
    """The thread that beats shares the memory of the file that is being read, and outlives its end."""
    beats = threading.Semaphore(0)

    class Store:
        def beat(self, claims: list[Claim]) -> list[bool]:
            del claims
            beats.release()
            raise MemoryError

    store: WorkStore = Store()  # type: ignore[assignment]  # only its beats are asked for
    claim = msgspec.convert({"unit": "j/extract/0", "stage": Stage.EXTRACT}, dict)
    keeper = LeaseKeeper(store, timedelta(milliseconds=30))
    with keeper.hold(claim):  # type: ignore[arg-type]  # nothing of it is read here
        assert all(beats.acquire(timeout=5) for _ in range(3))


HOSTILE = {
    "slow": make_file(
        raw={
            0x00081140: encode(0x00081140, "SQ", EMPTY_ITEM[:4] + struct.pack("<I", len(MANY_ELEMENTS)) + MANY_ELEMENTS)
        }
    ),
    "large": make_file(raw={tag: encode(tag, "OB", bytes(MEGABYTE)) for tag in range(0x00291010, 0x0029103A)}),
}


@pytest.mark.integration
@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_file_is_rejected_and_its_neighbours_go_through(bench: Workbench, kind: str) -> None:
    """A real worker reads a chunk of three, refuses the one in the middle by its code, and lives on."""
    worker = bench.start("extract", MAX_FILE_SECONDS="0.1", MAX_FILE_MEMORY_BYTES=str(32 * MEGABYTE), MAX_ATTEMPTS="1")
    bench.start("sweeper")
    contents = (
        CT.read_bytes(),
        HOSTILE[kind],
        CT.read_bytes().replace(b"1.3.6.1.4.1.5962.1.1.1", b"1.3.6.1.4.1.5962.1.1.2"),
    )
    uploads = tuple(
        msgspec.structs.replace(bench.store(content), index=index) for index, content in enumerate(contents)
    )
    job_id = await bench.engine.accept(uploads)
    await_until(lambda: not bench.engine.due(), "the job has ended")
    job = await bench.engine.jobs.read(job_id, TENANT)
    files = await bench.engine.jobs.read_files(job, 0, 10)
    assert [(file.status, file.code) for file in files] == [
        ("accepted", None),
        ("rejected", "dicom.too_costly"),
        ("accepted", None),
    ]
    assert (job.status, job.attempt, worker.poll()) == ("succeeded", 1, None)
