"""Fixtures of the worker processes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.outbox import Outbox
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench


@pytest.fixture
async def bench(server: TestServer, tmp_path: Path) -> AsyncIterator[Workbench]:
    """An engine, a storage folder and whatever processes the test starts."""
    workbench = Workbench(server, tmp_path)
    yield workbench
    await workbench.close()


@pytest.fixture
async def outbox(server: TestServer) -> AsyncIterator[Outbox]:
    """The same engine with its outbox."""
    made = Outbox(server)
    yield made
    await made.close()
