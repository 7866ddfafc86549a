"""Every adapter of the storage room, for the suite that they all pass."""

from pathlib import Path

import pytest

from shared.storage.adapters.stores import Store, build_store
from tests.support.object_server import ObjectServer, environment


@pytest.fixture
def bucket(object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> ObjectServer:
    """The run's server, empty, where the environment of this process leads."""
    object_server.clear()
    for name, value in environment(object_server.address).items():
        monkeypatch.setenv(name, value)
    return object_server


@pytest.fixture
def folder_url(tmp_path: Path) -> str:
    """An empty folder."""
    return f"file://{tmp_path}/a%20folder"


@pytest.fixture
def bucket_url(bucket: ObjectServer) -> str:
    """An empty bucket, below a prefix."""
    return environment(bucket.address)["STORAGE_URL"]


@pytest.fixture(params=["folder_url", "bucket_url"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each technology."""
    return build_store(request.getfixturevalue(request.param))
