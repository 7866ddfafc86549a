"""Our api and bare FastAPI side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.performance.cost import Pair, running_pair
from tests.support.valkey import TestServer


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both processes, on a store of their own."""
    folder: Path = tmp_path_factory.mktemp("pair")
    server = TestServer()
    try:
        with running_pair(server, folder) as running:
            yield running
    finally:
        server.close()
