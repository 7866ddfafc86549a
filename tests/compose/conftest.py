"""Tests of containers need an engine, and time for what it builds."""

import pytest

from tests.support.containers import COMMAND_SECONDS, has_engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each the time of one command and a minute; skip them where no engine answers."""
    contained = [item for item in items if item.get_closest_marker("compose") is not None]
    skip = pytest.mark.skip(reason="no Docker engine with Compose answers on this machine")
    marks = [pytest.mark.timeout(COMMAND_SECONDS + 60), *(() if not contained or has_engine() else (skip,))]
    for item in contained:
        for mark in marks:
            item.add_marker(mark)
