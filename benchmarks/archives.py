"""Whole studies: memory and time for a large archive, a large multi-frame file, and thousands of parts."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import psutil
from msgspec import Struct

from benchmarks.measure import Finding, api_process, at_most, resident_mb
from tests.support.archives import incompressible, stream_zip
from tests.support.datasets import Value, encode, make_file
from tests.support.service import Document, Service

COMMAND = "python -m benchmarks archives"
SLICES = 3000
PIXELS = incompressible(512 * 512 * 2)
"""One slice of 512 by 512 pixels of two bytes."""

FRAMES = 2400
BOUNDARY = b"b"
FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"
PATIENCE_SECONDS = 120


class Peak(Struct):
    """Resident memory, in MB, of the api over its idle state and of the largest worker process."""

    api: float = 0
    worker: float = 0


def measure(service: Service) -> list[Finding]:
    """Send an archive of 1.6 GB, one file of 1.2 GB, and 3,000 parts of 0.5 MB."""
    archive = _measure_job(
        service, "application/zip", lambda: stream_zip(make_slice(number) for number in range(SLICES))
    )
    frames = _measure_job(service, "application/dicom", multi_frame)
    parts = _measure_job(service, FORM, parts_of_slices)
    return [
        _memory(f"ZIP of {SLICES} slices, 1.6 GB", archive[0]),
        _memory(f"multi-frame file of {FRAMES} frames, 1.2 GB", frames[0]),
        _memory(f"{SLICES} parts of 0.5 MB", parts[0]),
        Finding(f"ZIP of {SLICES} slices: upload, then until done", archive[1], "two extract processes", COMMAND),
        Finding(f"{SLICES} parts of 0.5 MB: upload, then until done", parts[1], "each part fsynced", COMMAND),
        Finding("one file of 1.2 GB: upload, then until done", frames[1], "one fsync", COMMAND),
    ]


def _memory(what: str, peak: Peak) -> Finding:
    figure = f"api {peak.api:+.1f} MB over idle, largest worker process {peak.worker:.0f} MB"
    goals = (at_most(peak.api, 64, " MB for the api"), at_most(peak.worker, 300, " MB for a worker"))
    return Finding(f"memory: {what}", figure, "the same api idle", COMMAND, goals)


def _measure_job(service: Service, kind: str, body: Callable[[], Iterator[bytes]]) -> tuple[Peak, str]:
    with watched(service) as peak:
        job, upload_seconds, work_seconds = run_job(service, kind, body())
    assert job["counts"]["rejected"] == 0, job["counts"]
    assert service.client.delete(f"/jobs/{job['id']}").status_code == 204
    return peak, f"{upload_seconds:.1f} s, then {work_seconds:.1f} s"


def run_job(service: Service, kind: str, body: Iterator[bytes]) -> tuple[Document, float, float]:
    """Send a body and wait for its job; gives the job, the seconds of the upload and those of the work after it."""
    began = time.monotonic()
    response = service.client.post("/dicom/analyze", content=body, headers={"Content-Type": kind}, timeout=600)
    assert response.status_code == 202, response.text
    received = time.monotonic()
    job: Document = response.json()
    while not job["done"]:
        assert time.monotonic() - received < PATIENCE_SECONDS, job["stages"]
        job = service.client.get(job["links"]["self"], headers={"Prefer": "wait=25"}).json()
    assert job["status"] == "succeeded", job["error"]
    return job, received - began, time.monotonic() - received


def seconds_of_work(job: Document) -> float:
    """Give the seconds from the job's record, when its bytes are stored, to its end."""
    created, completed = (datetime.fromisoformat(job[name]) for name in ("created_at", "completed_at"))
    return (completed - created).total_seconds()


@contextmanager
def watched(service: Service) -> Iterator[Peak]:
    """Watch the memory of the api and of the extract worker's processes while the block runs."""
    api, workers = api_process(service), service.worker_processes("extract")
    idle = resident_mb(api)
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak.api = max(peak.api, resident_mb(api) - idle)
            peak.worker = max(peak.worker, *(_resident_mb(worker) for worker in workers))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _resident_mb(process: psutil.Process) -> float:
    try:
        return resident_mb(process)
    except psutil.NoSuchProcess:  # a pool child that was replaced
        return 0


def make_slice(number: int) -> bytes:
    """One CT slice of a series."""
    attributes: dict[str, Value] = {
        "SOPInstanceUID": f"1.2.3.{number + 1}",
        "InstanceNumber": str(number + 1),
        "Rows": 512,
        "Columns": 512,
        "ImagePositionPatient": f"0\\0\\{number * 0.5}",
        "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
    }
    return make_file(attributes, tail=encode(0x7FE00010, "OW", PIXELS))


def archive_of_slices(count: int = SLICES) -> Iterator[bytes]:
    """The slices as one archive."""
    return stream_zip(make_slice(number) for number in range(count))


def multi_frame() -> Iterator[bytes]:
    """One object whose pixel data are as many frames."""
    head = make_file({"NumberOfFrames": str(FRAMES), "Rows": 512, "Columns": 512})
    yield head + b"\xe0\x7f\x10\x00OW\0\0" + (FRAMES * len(PIXELS)).to_bytes(4, "little")
    for _ in range(FRAMES):
        yield PIXELS


def parts_of_slices(count: int = SLICES) -> Iterator[bytes]:
    """The slices as parts of one form."""
    return parts_of(make_slice(number) for number in range(count))


def parts_of(files: Iterable[bytes]) -> Iterator[bytes]:
    """Files as parts of one form."""
    for content in files:
        yield b'--%b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' % BOUNDARY
        yield content + b"\r\n"
    yield b"--%b--\r\n" % BOUNDARY
