"""Uploads of 530 KB as forms with no worker beside them: against nginx, against UploadFile, and against the disk."""

import socket
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from benchmarks.load import Load, form_request, put_load, request
from benchmarks.lone_api import lone_api
from benchmarks.measure import Finding, at_least, at_most, empty_folder, memory_folder, resident_mb, spread
from benchmarks.peers import ABSENT, Server, bare_api, nginx
from benchmarks.slices import ct_slices
from tests.support.service import Service
from tests.support.valkey import TestServer

COMMAND = "python -m benchmarks uploads"
ROUNDS = 3
SECONDS = 2.5
CLIENTS = 8
FILES = 64
IN_FLIGHT = 64
PIECES = 20
"""Pieces in which a slow upload comes, a tenth of a second apart."""


def measure(_: Service) -> list[Finding]:
    """Measure an api of its own, in memory and on the disk."""
    slices = ct_slices(FILES)
    server = TestServer()
    try:
        with memory_folder() as folder, lone_api(server, folder / "ours") as ours:
            findings = [*_compare(ours, folder, slices), _slow(ours, slices)]
        with tempfile.TemporaryDirectory() as disk, lone_api(server, Path(disk) / "ours") as ours:
            findings.append(_compare_durable(ours, Path(disk), slices))
    finally:
        server.close()
    return findings


def _compare(ours: Server, folder: Path, slices: list[bytes]) -> list[Finding]:
    raw = [request("POST", "/", content) for content in slices]
    forms, to_bare = ([form_request(path, content) for content in slices] for path in ("/dicom/analyze", "/form"))
    fast, easy, mine = [], [], []
    (folder / "bare").mkdir()
    (folder / "nginx").mkdir()
    with bare_api(folder / "bare") as bare, nginx(folder / "nginx") as proxy:
        for _ in range(ROUNDS):
            if proxy:
                fast.append(_send(proxy.port, raw, folder))
            easy.append(_send(bare.port, to_bare, folder))
            mine.append(_send(ours.port, forms, folder))
    name = f"uploads of 530 KB as forms, {CLIENTS} clients, hashed (always) and stored in memory, no worker"
    rate = f"{spread([one.per_second for one in mine], '.0f')} a second"

    def ratios(theirs: list[Load]) -> list[float]:
        return [one.per_second / other.per_second for one, other in zip(mine, theirs, strict=True)]

    findings = [
        Finding(
            name,
            f"{rate} = {spread(ratios(easy))}",
            f"a FastAPI endpoint with UploadFile that copies the file: {median(one.per_second for one in easy):.0f}",
            COMMAND,
            (at_least(median(ratios(easy)), 1.6),),
        )
    ]
    if fast:
        compared = f"nginx writing raw bodies to files: {median(one.per_second for one in fast):.0f}"
        goal = at_least(median(ratios(fast)), 0.4)
        return [Finding(name, f"{rate} = {spread(ratios(fast))}", compared, COMMAND, (goal,)), *findings]
    return [Finding(name, rate, f"nginx: {ABSENT}", COMMAND), *findings]


def _send(port: int, requests: list[bytes], folder: Path) -> Load:
    load = put_load(port, requests, connections=CLIENTS, seconds=SECONDS, stamped=True)
    assert set(load.statuses) == {"202"}, load
    for path in (folder / "ours/uploads", folder / "bare", folder / "nginx/bodies"):
        empty_folder(path)
    return load


def _compare_durable(ours: Server, folder: Path, slices: list[bytes]) -> Finding:
    (folder / "bare").mkdir()
    to_bare, to_ours = ([request("POST", path, one) for one in slices] for path in ("/upload", "/dicom/analyze"))
    with bare_api(folder / "bare") as bare:
        rounds = [(_send(bare.port, to_bare, folder), _send(ours.port, to_ours, folder)) for _ in range(ROUNDS)]
    ratios = [mine.per_second / theirs.per_second for theirs, mine in rounds]
    theirs, mine = (median(one.per_second for one in side) for side in zip(*rounds, strict=True))
    return Finding(
        f"uploads of 530 KB raw, {CLIENTS} clients, hashed and fsynced to the disk with their folder, no worker",
        f"{mine:.0f} a second = {spread(ratios)}",
        f"a FastAPI endpoint that only writes and fsyncs the same bytes: {theirs:.0f}",
        COMMAND,
    )


def _slow(ours: Server, slices: list[bytes]) -> Finding:
    """Send many uploads side by side, each piece by piece, and watch the api's memory."""
    requests = [form_request("/dicom/analyze", content) for content in slices[:IN_FLIGHT]]
    idle = peak = resident_mb(ours.process)
    senders = [threading.Thread(target=_send_slowly, args=(ours.port, one)) for one in requests]
    for sender in senders:
        sender.start()
    while any(sender.is_alive() for sender in senders):
        peak = max(peak, resident_mb(ours.process))
        time.sleep(0.01)
    each = (peak - idle) / IN_FLIGHT
    return Finding(
        f"api memory for each of {IN_FLIGHT} slow uploads of 530 KB in flight",
        f"{each:.2f} MB ({peak - idle:+.1f} MB over {idle:.0f} MB)",
        "the same api after the rows above",
        COMMAND,
        (at_most(each, 0.5, " MB"),),
    )


def _send_slowly(port: int, content: bytes) -> None:
    size = len(content) // PIECES + 1
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for begin in range(0, len(content), size):
            connection.sendall(content[begin : begin + size])
            time.sleep(0.1)
        assert connection.recv(4096).startswith(b"HTTP/1.1 202")
