"""Fixtures for every test."""

from collections.abc import Iterator

import pytest

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
