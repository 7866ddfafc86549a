"""Fixtures of the job engine."""

from collections.abc import AsyncIterator

import pytest

from tests.support.engine import Engine
from tests.support.valkey import TestServer


@pytest.fixture
async def engine(server: TestServer) -> AsyncIterator[Engine]:
    """The engine on an empty server."""
    engine = Engine(server)
    yield engine
    await engine.close()
