"""Fixtures of the outbox."""

from collections.abc import AsyncIterator

import pytest

from tests.support.outbox import Outbox
from tests.support.valkey import TestServer


@pytest.fixture
async def outbox(server: TestServer) -> AsyncIterator[Outbox]:
    """An engine and its outbox on an empty server."""
    made = Outbox(server)
    yield made
    await made.close()
