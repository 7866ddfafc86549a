"""The job store's configuration is checked before anything is accepted."""

import pytest

from shared.jobs.adapters.redis_connection import build_redis
from shared.jobs.adapters.redis_policy import UnsafeStore, verify_policy
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration


def test_a_store_that_evicts_is_refused() -> None:
    """A server that deletes keys under memory pressure would delete accepted jobs."""
    server = TestServer("--maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(UnsafeStore, match="allkeys-lru"):
            verify_policy(build_redis(server.url))
    finally:
        server.close()


def test_a_safe_store_passes_in_silence(server: TestServer, capsys: pytest.CaptureFixture[str]) -> None:
    """An append-only server that never evicts is what is wanted."""
    verify_policy(build_redis(server.url))
    assert capsys.readouterr() == ("", "")


def test_a_store_that_keeps_nothing_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Jobs are accepted, but the operator is told what a crash would cost."""
    server = TestServer("--appendonly", "no")
    try:
        verify_policy(build_redis(server.url))
    finally:
        server.close()
    assert "no append-only file" in capsys.readouterr().out


def test_a_store_that_is_away_is_no_reason_not_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    """Containers start in any order; health says what is missing."""
    verify_policy(build_redis("redis://127.0.0.1:1/0"))
    assert "not reachable yet" in capsys.readouterr().out
