"""Asking the name server, within a deadline that the system's resolver does not have."""

import socket
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Protocol

from shared.webhooks.sender import SendFailed
from shared.webhooks.special_networks import Address
from shared.webhooks.verdict import ErrorClass


class Resolver(Protocol):
    """Gives the addresses of a host."""

    def __call__(self, host: str, timeout_seconds: float) -> Sequence[Address]:
        """Give at least one address; raises SendFailed."""


def resolve(host: str, timeout_seconds: float) -> Sequence[Address]:
    """Ask the system's resolver in a thread that is left behind where it takes too long; raises SendFailed."""
    found: list[Address] = []
    done = threading.Event()

    def ask() -> None:
        try:
            for *_, place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP):
                found.append(ip_address(str(place[0]).partition("%")[0]))
        except (OSError, UnicodeError):
            found.clear()
        finally:
            done.set()

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    if not done.wait(timeout_seconds):
        raise SendFailed(ErrorClass.TIMED_OUT)
    if not found:
        raise SendFailed(ErrorClass.NAME_NOT_RESOLVED)
    return found
