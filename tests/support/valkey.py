"""A real Valkey server for tests: its own port, its own folder, killed and started again at will."""

import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis

from api.cli.embedded_server import await_server, find_server, free_port

Inspector = Any  # Any: tests look at keys of every type; redis-py's unions would hide what they look at


class TestServer:
    """One server; persistent like local mode's."""

    __test__ = False

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="valkey-")
        self._options = options
        self.port = free_port("127.0.0.1")
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start the server, or start it again on the same port and files."""
        arguments = [
            find_server(),
            *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder.name),
            *("--appendonly", "yes", "--save", "", "--logfile", str(Path(self._folder.name) / "log")),
            *self._options,
        ]
        self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL)
        await_server(self.port)

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End the server with kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    @staticmethod
    def inspector(url: str) -> Inspector:
        """Give a client for looking into any server; it connects again where the server was killed meanwhile."""
        return redis.Redis.from_url(url)

    def client(self) -> Inspector:
        """Give a client for looking inside."""
        return self.inspector(self.url)

    def clear(self) -> None:
        """Forget everything."""
        self.client().flushall()

    def close(self) -> None:
        """End the server and erase its files."""
        if self._process is not None:
            self.kill()
        for _ in range(10):
            with suppress(OSError):  # the killed server's last file may still be going
                self._folder.cleanup()
                return
            time.sleep(0.05)
