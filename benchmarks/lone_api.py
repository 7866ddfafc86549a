"""The api process alone, on a store and a folder of its own: nothing else of the service takes its processor."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.cli.embedded_server import free_port
from benchmarks.peers import Server, running
from tests.support.service import NO_MODEL
from tests.support.valkey import TestServer


@contextmanager
def lone_api(server: TestServer, storage: Path) -> Iterator[Server]:
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
    environment = {**os.environ, **NO_MODEL, **settings}
    with running([sys.executable, "-m", "api.main"], port, environment) as api:
        yield api
