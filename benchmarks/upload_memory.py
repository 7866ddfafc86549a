"""One upload of 1.2 GB and two at once: the api's memory, and how long others wait for an answer meanwhile."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from benchmarks.load import Load, put_load, request
from benchmarks.lone_api import lone_api
from benchmarks.measure import Finding, at_most, empty_folder, memory_folder, percentile, resident_mb, spread
from benchmarks.peers import Server
from tests.support.samples import CT
from tests.support.service import Service
from tests.support.valkey import TestServer

COMMAND = "python -m benchmarks upload_memory"
BYTES = 1_200_000_000
CHUNK = bytes(1 << 20)
CHUNKS = BYTES // len(CHUNK)
ROUNDS = 3
SECONDS = 3.0
"""How long answers are timed; two uploads take longer."""

FORM_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
FORM_END = b"\r\n--b--\r\n"


class Peak(Struct):
    """Memory over the idle state, in MB."""

    mb: float = 0.0


def measure(_: Service) -> list[Finding]:
    """Send to an api of its own, raw and as a form."""
    server = TestServer()
    try:
        with memory_folder() as folder, lone_api(server, folder / "ours") as api:
            send(api.port, is_form=False)  # what is loaded at the first upload is no part of the memory
            empty_folder(folder / "ours/uploads")
            findings = [_one(api, folder, is_form=is_form) for is_form in (False, True)]
            return [*findings, _two(api, folder)]
    finally:
        server.close()


def _one(api: Server, folder: Path, *, is_form: bool) -> Finding:
    idle = resident_mb(api.process)
    peaks = []
    for _ in range(ROUNDS):
        peaks.append(peak_of_upload(api, is_form=is_form))
        empty_folder(folder / "ours/uploads")
    return Finding(
        f"api memory during an upload of 1.2 GB ({'form' if is_form else 'raw'})",
        f"{spread(peaks, '+.1f')} MB over idle ({idle:.0f} MB)",
        "the same api idle before each",
        COMMAND,
        (at_most(max(peaks), 8, " MB"),),
    )


def _two(api: Server, folder: Path) -> Finding:
    rounds = [_health_beside_two(api, folder) for _ in range(ROUNDS)]
    p99 = percentile([one.p99_ms for one in rounds], 0.5)
    return Finding(
        "GET /health/live during two uploads of 1.2 GB at once, hashed and stored in memory",
        f"p50 {percentile([one.p50_ms for one in rounds], 0.5):.1f} ms, "
        f"p99 {spread([one.p99_ms for one in rounds], '.1f')} ms",
        "one request after another on one connection",
        COMMAND,
        (at_most(p99, 20, " ms at p99"),),
    )


def _health_beside_two(api: Server, folder: Path) -> Load:
    senders = [threading.Thread(target=send, args=(api.port,), kwargs={"is_form": False}) for _ in range(2)]
    for sender in senders:
        sender.start()
    load = put_load(api.port, [request("GET", "/health/live")], connections=1, seconds=SECONDS)
    assert any(sender.is_alive() for sender in senders), "the uploads ended before the answers were timed"
    for sender in senders:
        sender.join()
    empty_folder(folder / "ours/uploads")
    return load


def peak_of_upload(api: Server, *, is_form: bool, chunks: int = CHUNKS) -> float:
    """Send one large file; gives the most memory over the idle state in MB."""
    with _watched(api, resident_mb(api.process)) as peak:
        send(api.port, is_form=is_form, chunks=chunks)
    return peak.mb


@contextmanager
def _watched(api: Server, idle: float) -> Iterator[Peak]:
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak.mb = max(peak.mb, resident_mb(api.process) - idle)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def send(port: int, *, is_form: bool, chunks: int = CHUNKS) -> None:
    """Send a CT whose pixel data is followed by zeros, as no server can tell before the end."""
    before, after = (FORM_HEAD, FORM_END) if is_form else (b"", b"")
    before += CT.read_bytes()
    kind = "multipart/form-data; boundary=b" if is_form else "application/dicom"
    length = len(before) + chunks * len(CHUNK) + len(after)
    head = f"POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + before)
        for _ in range(chunks):
            connection.sendall(CHUNK)
        connection.sendall(after)
        assert connection.recv(4096).startswith(b"HTTP/1.1 202")
