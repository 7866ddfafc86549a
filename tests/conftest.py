"""Fixtures for every test."""

from collections.abc import Iterator

import pytest

from tests.support.object_server import ObjectServer
from tests.support.valkey import TestServer


@pytest.fixture(scope="session")
def shared_server() -> Iterator[TestServer]:
    """A real server for the whole run."""
    server = TestServer()
    yield server
    server.close()


@pytest.fixture
def server(shared_server: TestServer) -> TestServer:
    """The run's server, empty."""
    shared_server.clear()
    return shared_server


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    """A real S3 protocol server for the whole run."""
    server = ObjectServer().start()
    yield server
    server.close()
