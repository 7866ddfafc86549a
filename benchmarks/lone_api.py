"""The api process alone, on a store and a folder of its own: nothing else of the service takes its processor."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from msgspec import Struct

from api.cli.embedded_server import free_port
from benchmarks.peers import await_port
from tests.support.service import NO_MODEL
from tests.support.valkey import TestServer


class LoneApi(Struct, frozen=True):
    """A running api."""

    port: int
    process: psutil.Process


@contextmanager
def lone_api(server: TestServer, storage: Path) -> Iterator[LoneApi]:
    """Run the api while the block runs; what is submitted waits for ever."""
    port = free_port("127.0.0.1")
    settings = {
        "PORT": str(port),
        "REDIS_URL": server.url,
        "STORAGE_URL": f"file://{storage}",
        "LOG_LEVEL": "warning",
        "MAX_WAITING_UNITS": "1000000",
        "TENANT_UNFINISHED_JOBS": "0",
    }
    process = subprocess.Popen([sys.executable, "-m", "api.main"], env={**os.environ, **NO_MODEL, **settings})
    try:
        await_port(port)
        yield LoneApi(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()
