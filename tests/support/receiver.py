"""Webhook receivers on loopback: scripted answers, slow ones, broken ones, and a count of whoever connected."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from msgspec import Struct


class Reply(Struct, frozen=True):
    """What a receiver answers; ``raw`` is written as it is instead."""

    status: int = 204
    headers: dict[str, str] = {}
    body: bytes = b""
    delay_seconds: float = 0.0
    raw: bytes | None = None
    drip_seconds: float = 0.0
    """Pause between single bytes of ``raw``."""


class Received(Struct, frozen=True):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    """This machine's wall clock."""
    status: int

    @property
    def message_id(self) -> str:
        """The webhook-id."""
        return self.headers["webhook-id"]


class Receiver:
    """An HTTP server on a free port of loopback that answers what ``decide`` says."""

    def __init__(
        self,
        decide: Callable[[str, int], Reply] = lambda path, count: Reply(),  # noqa: ARG005 - the signature is the point
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.received: list[Received] = []
        self._decide = decide
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._http = _Server((host, 0), self._handler())
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def url(self, path: str = "/hook", *, scheme: str = "http", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"{scheme}://{host}:{self.port}{path}"

    def accepted(self) -> list[Received]:
        """The requests that were answered with success."""
        with self._lock:
            return [one for one in self.received if 200 <= one.status < 300]

    def await_requests(self, count: int, seconds: float = 20) -> list[Received]:
        """Wait until so many requests have come; gives all of them."""
        ends = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < ends, f"{len(self.received)} of {count} requests came"
            time.sleep(0.01)
        return list(self.received)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # the name that the library looks for
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver._lock:
                    reply = receiver._decide(self.path, len(receiver.received))
                    receiver.received.append(Received(self.path, headers, body, time.time(), reply.status))
                receiver._stopping.wait(reply.delay_seconds)
                try:
                    self._answer(reply)
                except OSError:
                    self.close_connection = True  # the sender did not wait

            def _answer(self, reply: Reply) -> None:
                if reply.raw is not None:
                    self.close_connection = True
                    step = 1 if reply.drip_seconds else len(reply.raw) or 1
                    for place in range(0, len(reply.raw), step):
                        self.wfile.write(reply.raw[place : place + step])
                        if receiver._stopping.wait(reply.drip_seconds):
                            return
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:  # Any: the library's
        """Keep quiet about senders that hang up, and about failed handshakes."""


class Trap:
    """Listeners that no request may ever reach: every connection is a hit."""

    def __init__(self, *hosts: str, port: int = 0) -> None:
        self._accepted: dict[socket.socket, int] = {}
        self.port = port
        for host in hosts:
            listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, self.port))
            self.port = int(listener.getsockname()[1])
            listener.listen(64)
            self._accepted[listener] = 0
            threading.Thread(target=self._run, args=(listener,), daemon=True).start()

    def _run(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._accepted[listener] += 1
            connection.close()

    def hits(self) -> int:
        """Count the connections, once: one of our own to each listener comes after all that were there before it."""
        for listener, before in list(self._accepted.items()):
            socket.create_connection(listener.getsockname()[:2], 5).close()
            ends = time.monotonic() + 5
            while self._accepted[listener] == before:
                assert time.monotonic() < ends
                time.sleep(0.001)
        return sum(self._accepted.values()) - len(self._accepted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._accepted:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
            listener.close()


def make_certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a self-signed certificate for a host; gives the contexts of its server and of a client that trusts it."""
    key, certificate = folder / f"{host}.key", folder / f"{host}.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=str(certificate))
