"""A TCP proxy that can stall, as a network that swallows packets does, and break connections in their middle."""

import math
import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress


class StallingProxy:
    """Forwards one port to another until it is told to stall.

    Parameters
    ----------
    cut_after
        For the first connections in turn, the bytes from the near end after which the connection breaks.
    """

    def __init__(self, target: int, cut_after: Sequence[int] = ()) -> None:
        self._target = target
        self._allowances = list(cut_after)
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._flowing = threading.Event()
        self._flowing.set()
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        """Stop forwarding; nothing is closed."""
        self._flowing.clear()

    def flow(self) -> None:
        """Forward again, beginning with what was held back."""
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection there is now; new ones are forwarded."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections."""
        self._closed = True
        self._flowing.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            with suppress(OSError):
                near, _ = self._listener.accept()
                threading.Thread(target=self._forward, args=(near, self._allowance()), daemon=True).start()

    def _allowance(self) -> float:
        return self._allowances.pop(0) if self._allowances else math.inf

    def _forward(self, near: socket.socket, allowance: float) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with selectors.DefaultSelector() as selector:
                selector.register(near, selectors.EVENT_READ, far)
                selector.register(far, selectors.EVENT_READ, near)
                self._open |= {near, far}
                while not self._closed:
                    for key, _ in selector.select(timeout=1):
                        self._flowing.wait()
                        content = key.fileobj.recv(65536)  # type: ignore[union-attr]  # only sockets are registered
                        if not content:
                            return
                        key.data.sendall(content)
                        allowance -= len(content) if key.data is far else 0
                        if allowance < 0:
                            return
