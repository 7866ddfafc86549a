"""The bounds of the server's protocol, on a bare application."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import Receive, Scope, Send

from api.serving import BoundedProtocol


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer hello."""
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


class Impatient(BoundedProtocol):
    """Waits for a head no longer than a test does."""

    head_seconds = 0.3


class Announced(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listens.set()


class Ended(BoundedProtocol):
    """Tells which of its connections have ended."""

    ended: asyncio.Queue[BoundedProtocol]

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and say so."""
        super().connection_lost(exc)
        self.ended.put_nowait(self)


@asynccontextmanager
async def serving(http: type[BoundedProtocol] = Impatient) -> AsyncIterator[int]:
    """Serve hello on a free port."""
    server = Announced(uvicorn.Config(hello, port=0, http=http, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())
    await server.listens.wait()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def test_a_connection_that_says_nothing_is_closed_with_408() -> None:
    """Holding connections open costs their holder at least a request."""
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer = await reader.read()
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], json.loads(body)["code"]) == (
        b"HTTP/1.1 408 Request Timeout",
        "request.head_too_slow",
    )


async def test_a_head_that_trickles_is_refused_however_long_it_goes_on() -> None:
    """A byte now and then does not count as progress."""
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = time.monotonic()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
        answer = asyncio.create_task(reader.read())
        while not answer.done() and time.monotonic() - began < 5:
            writer.write(b"a")
            await asyncio.sleep(0.02)
        writer.close()
    assert (await answer).startswith(b"HTTP/1.1 408")


async def test_a_connection_in_use_is_left_alone() -> None:
    """Between requests a connection may rest for longer than a head may take."""
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.4)
        writer.close()


async def test_a_connection_that_was_reset_keeps_nothing_waiting() -> None:
    """A request would stay in memory until the end of its keep-alive time, 75 s in the service."""
    Ended.ended = asyncio.Queue()
    async with serving(Ended) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"hello")).endswith(b"hello")
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()
        protocol = await asyncio.wait_for(Ended.ended.get(), 10)
    assert protocol.timeout_keep_alive_task is None
