"""A TCP proxy that can stall: connections stay open and nothing moves, as on a network that swallows packets."""

import selectors
import socket
import threading
from contextlib import suppress


class StallingProxy:
    """Forwards one port to another until it is told to stall."""

    def __init__(self, target: int) -> None:
        self._target = target
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

    def close(self) -> None:
        """Take no more connections."""
        self._closed = True
        self._flowing.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            with suppress(OSError):
                near, _ = self._listener.accept()
                threading.Thread(target=self._forward, args=(near,), daemon=True).start()

    def _forward(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with selectors.DefaultSelector() as selector:
                selector.register(near, selectors.EVENT_READ, far)
                selector.register(far, selectors.EVENT_READ, near)
                while not self._closed:
                    for key, _ in selector.select(timeout=1):
                        self._flowing.wait()
                        content = key.fileobj.recv(65536)  # type: ignore[union-attr]  # only sockets are registered
                        if not content:
                            return
                        key.data.sendall(content)
