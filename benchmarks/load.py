"""A load generator on raw sockets: keep-alive connections that send prepared requests one after another.

It parses no more of an answer than its status and length, so that one core of it outruns what it measures. Run as a
process of its own: ``python -m benchmarks.load PORT CONNECTIONS SECONDS STAMPED < requests``, each request preceded by
its length in eight digits; it prints its figures as JSON.
"""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import cast

import uvloop
from msgspec import Struct, structs

from benchmarks.measure import percentile

STAMP_AT, STAMP_BYTES = 64, 8
"""Where, counted from a request's end, stamped requests carry a number that no other carries, nor one of another run:
inside the pixels."""

SHARE_OF_WARM_UP = 0.2
"""Share of the time at whose end counting begins."""


class Load(Struct, frozen=True):
    """What a run measured: requests a second, latencies in milliseconds, and answers by status.

    ``sent`` counts every answered request; all else leaves the warm-up out.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    sent: int = 0


class _Client(asyncio.Protocol):
    """One connection; sends its next request when the answer to the last is complete."""

    def __init__(
        self, requests: Sequence[bytes], number: int, connections: int, counted_from: float, ends: float, stamped: bool
    ) -> None:
        self._requests = [memoryview(request) for request in requests]
        self._next = number * len(requests) // connections
        self._origin = secrets.randbits(64)
        self._stamped = stamped
        self._counted_from = counted_from
        self._ends = ends
        self._received = b""
        self._began = 0.0
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.answered = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's, which is one without being its subclass
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """End with the connection."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server closed a connection under load"))

    def data_received(self, data: bytes) -> None:
        """Take an answer, note how long it took and send the next request."""
        self._received += data
        head, mark, body = self._received.partition(b"\r\n\r\n")
        if not mark or len(body) < _length(head):
            return
        self.answered += 1
        now = time.perf_counter()
        if now >= self._counted_from:
            self.times.append((now - self._began) * 1000)
            self.statuses[head[9:12].decode()] += 1
        self._received = b""
        if now < self._ends:
            self._send()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _send(self) -> None:
        self._began = time.perf_counter()
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        if self._stamped:
            stamp = (self._origin + self._next & 2**64 - 1).to_bytes(STAMP_BYTES, "little")
            self._transport.writelines([request[:-STAMP_AT], stamp, request[STAMP_BYTES - STAMP_AT :]])
        else:
            self._transport.write(request)


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def _run(port: int, requests: Sequence[bytes], connections: int, seconds: float, stamped: bool) -> Load:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    counted_from = began + SHARE_OF_WARM_UP * seconds
    clients = []
    for number in range(connections):
        start = partial(_Client, requests, number, connections, counted_from, began + seconds, stamped)
        _, client = await loop.create_connection(start, "127.0.0.1", port)
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    times = [one for client in clients for one in client.times]
    statuses: Counter[str] = sum((client.statuses for client in clients), Counter())
    rate = len(times) / (time.perf_counter() - counted_from)
    sent = sum(client.answered for client in clients)
    return Load(rate, percentile(times, 0.5), percentile(times, 0.99), dict(statuses), sent)


def put_load(port: int, requests: Sequence[bytes], *, connections: int, seconds: float, stamped: bool = False) -> Load:
    """Measure from a process of its own.

    Parameters
    ----------
    requests
        Whole HTTP/1.1 requests; every connection goes round them, each beginning at another one.
    stamped
        Whether every upload has bytes of its own, as in real life, where nobody sends the same slice over and over.
    """
    sent = b"".join(b"%08d" % len(request) + request for request in requests)
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(connections), str(seconds), str(int(stamped))]
    ended = subprocess.run(command, input=sent, capture_output=True, check=True, timeout=seconds + 60)
    return Load(**json.loads(ended.stdout))


def request(method: str, path: str, body: bytes = b"", *, kind: str = "application/dicom", more: str = "") -> bytes:
    """Write a request; ``more`` are further header lines, each with its end."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def form_request(path: str, content: bytes) -> bytes:
    """Write a request whose body is a form of one file."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = head + content + b"\r\n--b--\r\n"
    return request("POST", path, body, kind="multipart/form-data; boundary=b")


def main() -> None:
    """Measure and print."""
    port, connections, seconds, stamped = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4] == "1"
    content, requests = sys.stdin.buffer.read(), []
    while content:
        end = 8 + int(content[:8])
        requests.append(content[8:end])
        content = content[end:]
    load = uvloop.run(_run(port, requests, connections, seconds, stamped))
    print(json.dumps(structs.asdict(load)))


if __name__ == "__main__":
    main()
