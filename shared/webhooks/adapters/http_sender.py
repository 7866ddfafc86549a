"""One POST over a connection to an address that was checked, with one deadline for everything.

Not built on an HTTP client: those resolve names again when they connect, follow the environment's proxies, and bound
each read instead of the whole exchange, so that a receiver which drips bytes holds them for ever. Parsing is h11's.
See docs/decisions for the comparison.
"""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import h11

from shared.webhooks.adapters.resolver import Resolver, resolve
from shared.webhooks.sender import Answer, SendFailed
from shared.webhooks.special_networks import Address
from shared.webhooks.target_policy import Target, TargetPolicy, TargetRefused
from shared.webhooks.verdict import ErrorClass

MAX_RESPONSE_BYTES = 64 * 1024
"""Bytes of an answer that are read, head and body together."""

CONNECT_SECONDS = 5.0
"""Longest wait for one address, so that a second one has its chance."""

DRAIN_SECONDS = 0.5
"""How long the body of an answer, which is of no interest, may take before the connection is closed on it."""

USER_AGENT = "clinical-dicom-analysis-webhooks/1"


class _Deadline:
    def __init__(self, timeout: timedelta) -> None:
        self._ends = time.monotonic() + timeout.total_seconds()

    def left(self) -> float:
        """Give the seconds left; raises SendFailed where there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise SendFailed(ErrorClass.TIMED_OUT)
        return left


class HttpSender:
    """``Sender`` on plain sockets."""

    def __init__(
        self, policy: TargetPolicy, *, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        self._policy = policy
        self._resolve = resolver
        self._tls = tls or ssl.create_default_context()

    def send(self, url: str, headers: Mapping[str, str], body: bytes, timeout: timedelta) -> Answer:
        """Post once; see the port."""
        deadline = _Deadline(timeout)
        try:
            target = self._policy.check_url(url)
            addresses = self._addresses(target, deadline)
        except TargetRefused as error:
            raise SendFailed(ErrorClass.TARGET_REFUSED) from error
        connection = self._connect(target, addresses, deadline)
        try:
            return _exchange(connection, target, headers, body, deadline)
        except TimeoutError as error:
            raise SendFailed(ErrorClass.TIMED_OUT) from error
        except h11.RemoteProtocolError as error:
            raise SendFailed(ErrorClass.BAD_RESPONSE) from error
        except OSError as error:
            raise SendFailed(ErrorClass.CONNECTION_FAILED) from error
        finally:
            connection.close()

    def _addresses(self, target: Target, deadline: _Deadline) -> Sequence[Address]:
        address = target.address
        found = [address] if address is not None else self._resolve(target.host, deadline.left())
        return self._policy.check_addresses(target, found)

    def _connect(self, target: Target, addresses: Sequence[Address], deadline: _Deadline) -> socket.socket:
        failure = ErrorClass.CONNECTION_FAILED
        for address in addresses:
            try:
                plain = socket.create_connection((str(address), target.port), min(CONNECT_SECONDS, deadline.left()))
            except TimeoutError:
                failure = ErrorClass.TIMED_OUT
            except OSError:
                failure = ErrorClass.CONNECTION_FAILED
            else:
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return plain if target.scheme == "http" else self._secure(plain, target, deadline)
        raise SendFailed(failure)

    def _secure(self, plain: socket.socket, target: Target, deadline: _Deadline) -> ssl.SSLSocket:
        """Speak TLS with the host that the URL names, whatever address was connected to."""
        try:
            plain.settimeout(deadline.left())  # bounds the handshake as a whole
            return self._tls.wrap_socket(plain, server_hostname=target.host)
        except TimeoutError as error:
            plain.close()
            raise SendFailed(ErrorClass.TIMED_OUT) from error
        except OSError as error:
            plain.close()
            raise SendFailed(ErrorClass.TLS_FAILED) from error
        except SendFailed:
            plain.close()
            raise


def _exchange(
    connection: socket.socket, target: Target, headers: Mapping[str, str], body: bytes, deadline: _Deadline
) -> Answer:
    protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_RESPONSE_BYTES)
    request = h11.Request(
        method="POST",
        target=target.request_target,
        headers=[
            ("Host", target.authority),
            ("User-Agent", USER_AGENT),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            *headers.items(),
        ],
    )
    content = b"".join(
        part or b""
        for part in (protocol.send(request), protocol.send(h11.Data(body)), protocol.send(h11.EndOfMessage()))
    )
    _write(connection, content, deadline)
    received = 0
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            connection.settimeout(deadline.left())
            chunk = connection.recv(min(16384, MAX_RESPONSE_BYTES + 1 - received))
            received += len(chunk)
            if received > MAX_RESPONSE_BYTES:
                raise SendFailed(ErrorClass.BAD_RESPONSE)
            protocol.receive_data(chunk)
        elif isinstance(event, h11.Response):
            _drain(connection, protocol, received)
            retry_after = dict(event.headers).get(b"retry-after")
            return Answer(event.status_code, None if retry_after is None else retry_after.decode("latin-1"))
        elif not isinstance(event, h11.InformationalResponse):
            raise SendFailed(ErrorClass.BAD_RESPONSE)


def _write(connection: socket.socket, content: bytes, deadline: _Deadline) -> None:
    view = memoryview(content)
    while view:
        connection.settimeout(deadline.left())
        view = view[connection.send(view) :]


def _drain(connection: socket.socket, protocol: h11.Connection, received: int) -> None:
    """Let the receiver finish its answer, within bounds: the status is known, nothing here changes it."""
    ends = time.monotonic() + DRAIN_SECONDS
    with suppress(OSError, h11.RemoteProtocolError):
        while not isinstance(event := protocol.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
            if event is not h11.NEED_DATA:
                continue
            left = ends - time.monotonic()
            if left <= 0 or received >= MAX_RESPONSE_BYTES:
                return
            connection.settimeout(left)
            chunk = connection.recv(min(16384, MAX_RESPONSE_BYTES - received))
            received += len(chunk)
            protocol.receive_data(chunk)


def build_sender(policy: TargetPolicy) -> HttpSender:
    """Make the sender of this installation; certificates are those that the system trusts (or SSL_CERT_FILE)."""
    return HttpSender(policy)
