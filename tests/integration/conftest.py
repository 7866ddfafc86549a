"""Fixtures of the whole service."""

from collections.abc import Iterator

import pytest

from tests.support.service import Service


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """A running service; tests leave no trace that another would see."""
    running = Service()
    try:
        yield running.await_ready()
    finally:
        running.close()
