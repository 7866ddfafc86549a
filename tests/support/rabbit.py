"""A real RabbitMQ server for tests, where one is installed: a node, ports and folders of its own."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from kombu import Connection

from api.cli.embedded_server import free_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""What Debian's package installs; the one on PATH changes to a user of its own."""

START_SECONDS = 60


class RabbitServer:
    """One node without plug-ins."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rabbit-")
        root = Path(self._folder.name)
        self.port, distribution, mapper = (free_port("127.0.0.1") for _ in range(3))
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._environment = {
            **os.environ,
            "HOME": str(root),
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{secrets.token_hex(4)}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(root / "mnesia"),
            "RABBITMQ_LOG_BASE": str(root / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(root / "plugins"),
            "RABBITMQ_PID_FILE": str(root / "pid"),
        }
        self.start()

    def start(self) -> None:
        """Start the node, or start it again with what it kept."""
        self._process = subprocess.Popen(
            [SERVER],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                with Connection(self.url, connect_timeout=1) as connection:
                    connection.connect()
            except (OSError, *Connection(self.url).connection_errors):
                assert time.monotonic() < ends, "RabbitMQ did not start"
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """End the node with kill -9."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End the node and its port mapper, and erase its files."""
        if self._process.poll() is None:
            self.kill()
        mapper = f"ERL_EPMD_PORT={self._environment['ERL_EPMD_PORT']}"
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "epmd" and mapper.split("=")[1] == process.environ().get("ERL_EPMD_PORT"):
                process.kill()
        self._folder.cleanup()
