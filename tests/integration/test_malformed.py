"""Malformed requests by the hundred: no server error, nothing left on the disk, no memory kept.

``MALFORMED=10000`` runs the long form.
"""

import os
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from benchmarks.measure import api_process, resident_mb
from tests.support.samples import CT
from tests.support.service import Service

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

REQUESTS = int(os.environ.get("MALFORMED", "600"))
PATIENCE_SECONDS = 0.5
"""How long an answer is awaited to what the service may still be waiting for the rest of."""

WARM_UP = 200
"""Requests after which the process has loaded and kept what it ever will."""

MEMORY_MB = 8.0
"""Growth above which something is kept per request; measured: 2 MB from 4,000 to 12,000 requests, none up to 40,000."""

Make = Callable[[random.Random], bytes]

DICOM = CT.read_bytes()


def head(extra: str = "", *, path: str = "/dicom/analyze", kind: str = "multipart/form-data; boundary=xyz") -> bytes:
    """The head of a submission."""
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{extra}\r\n".encode()


def sized(body: bytes, **options: str) -> bytes:
    """A submission whose announced length is true."""
    return head(f"Content-Length: {len(body)}\r\n", **options) + body


def part(rng: random.Random, name: str = "file") -> bytes:
    """A part of a form with a piece of a real file."""
    size = rng.randrange(len(DICOM))
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n\r\n'.encode() + DICOM[:size]


def broken_form(rng: random.Random) -> bytes:
    """A form with some of its bytes changed."""
    body = bytearray(part(rng) + b"\r\n--xyz--\r\n")
    for _ in range(rng.randrange(1, 6)):
        body[rng.randrange(min(len(body), 120))] = rng.randrange(256)
    return sized(bytes(body))


def unfinished_form(rng: random.Random) -> bytes:
    """A form without its end."""
    return sized(part(rng) + b"\r\n" + part(rng))


def wrong_boundary(rng: random.Random) -> bytes:
    """A form whose head names another boundary, or none, or a far too long one."""
    boundary = rng.choice(["other", "", "x" * 500, '"', "xyz; charset=\xff"])
    return sized(part(rng) + b"\r\n--xyz--\r\n", kind=f"multipart/form-data; boundary={boundary}")


def noise_with_a_good_head(rng: random.Random) -> bytes:
    """A body of noise under any of the media types."""
    kind = rng.choice(["application/dicom", "application/zip", "application/octet-stream", "text/plain", "", "a" * 300])
    return sized(rng.randbytes(rng.randrange(5000)), kind=kind)


def chunked_nonsense(rng: random.Random) -> bytes:
    """Chunks whose sizes are wrong, negative, endless or no numbers."""
    size = rng.choice(["5", "-1", "FFFFFFFFFFFFFFFFF", "g", "", "0x10", "3;ext=" + "a" * 300, "1\r\n\r\n"])
    chunk = rng.randbytes(rng.randrange(40))
    return (
        head("Transfer-Encoding: chunked\r\n", kind="application/dicom")
        + f"{size}\r\n".encode()
        + chunk
        + b"\r\n0\r\n\r\n"
    )


def bad_header(rng: random.Random) -> bytes:
    """A header that breaks a rule of HTTP or of ours."""
    line = rng.choice(
        [
            "Content-Length: 10\r\nContent-Length: 20",
            "Content-Length: ten",
            "Transfer-Encoding: gzip, chunked",
            "Prefer: wait=" + "9" * 400,
            'Idempotency-Key: "' + "k" * 300,
            "Cancel-After: -5",
            "X-Request-Id: " + "z" * 100,
            "Authorization: Bearer " + "\x7f" * 10,
            "Expect: 200-maybe",
            "Upgrade: websocket\r\nConnection: upgrade",
            "no colon at all",
            " folded",
        ]
    )
    return head(f"{line}\r\n", kind="application/dicom") + DICOM[:300]


def bad_target(rng: random.Random) -> bytes:
    """A path or a method that nobody serves."""
    target = rng.choice(
        ["/jobs/%00", "/jobs/" + "a" * 3000, "/%ff%fe", "//", "/../../etc/passwd", "*", "http://x/", "/jobs?limit=%"]
    )
    method = rng.choice(["GET", "PATCH", "TRACE", "OPTIONS", "HEAD", "DELETE", "M-SEARCH", "get"])
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def cut_anywhere(rng: random.Random) -> bytes:
    """A good submission that ends in the middle, head or body."""
    whole = sized(DICOM, kind="application/dicom")
    return whole[: rng.randrange(len(whole))]


MAKERS: tuple[Make, ...] = (
    broken_form,
    unfinished_form,
    wrong_boundary,
    noise_with_a_good_head,
    chunked_nonsense,
    bad_header,
    bad_target,
    cut_anywhere,
)


def send(port: int, content: bytes, *, waits: bool, abruptly: bool) -> int:
    """Send bytes and give the answer's status; 0 where there was none, or where nobody waited for it."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        try:
            connection.sendall(content)
            if abruptly:  # a reset instead of an orderly end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            answer = connection.recv(65536) if waits else b""
        except (ConnectionError, TimeoutError):
            return 0
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A service of its own, whose memory and disk are watched."""
    running = Service(MAX_HEADER_BYTES="2048")
    yield running.await_ready()
    running.close()


def test_malformed_requests_are_refused_and_leave_nothing(service: Service) -> None:
    """Nothing is a server error, the disk is empty afterwards, and the process stays as large as it was."""
    rng = random.Random(7)
    process, before, statuses = api_process(service), 0.0, Counter[int]()
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            before = resident_mb(process)
        make = MAKERS[number % len(MAKERS)]
        status = send(service.port, make(rng), waits=make is not cut_anywhere, abruptly=rng.random() < 0.1)
        statuses[status] += 1
    grown = resident_mb(process) - before
    jobs = service.client.get("/jobs", params={"limit": 500}).json()["jobs"]
    for job in jobs:
        service.client.delete(job["links"]["self"])
    assert [status for status in statuses if status >= 500] == []
    assert statuses.total() - statuses[0] > REQUESTS / 2
    assert service.stored_files() == []
    assert grown < MEMORY_MB, f"{grown:.1f} MB"
    assert "request failed unexpectedly" not in service.log.read_text()
