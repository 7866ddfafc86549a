"""How full the store is."""

from collections.abc import Iterator

import pytest

from shared.jobs.job import Stage
from shared.jobs.store import Load
from tests.support.engine import T0, TENANT, Engine
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

MOST_BYTES = 64 * 1024 * 1024


@pytest.fixture
def bounded(server: TestServer) -> Iterator[TestServer]:
    """The server with a limit on its memory."""
    server.client().config_set("maxmemory", MOST_BYTES)
    yield server
    server.client().config_set("maxmemory", 0)


async def test_an_empty_store_without_a_limit_is_not_full_at_all(engine: Engine) -> None:
    """Where the operator set no limit there is nothing to have a share of."""
    nothing = {"extract": 0, "assemble": 0, "summarize": 0, "render": 0}
    assert await engine.jobs.read_load(TENANT) == Load(0, 0.0, 0, nothing)


async def test_unfinished_jobs_are_the_tenants_own_and_units_everybodys(engine: Engine) -> None:
    """One job of another tenant waits; of our own one runs, one waits, and a canceled one counts no more."""
    await engine.accept(tenant="other")
    canceled = await engine.accept()
    await engine.jobs.cancel(canceled, TENANT, now=T0)
    await engine.accept(now=T0 - 1)
    await engine.accept()
    assert engine.work.claim(Stage.EXTRACT, now=T0) is not None
    load = await engine.jobs.read_load(TENANT)
    assert (load.unfinished_jobs, load.waiting_units) == (2, 2)


async def test_the_memory_in_use_is_a_share_of_the_limit(engine: Engine, bounded: TestServer) -> None:
    """The server's own figure, as redis-py reads it, over the limit that was set."""
    used = bounded.client().info("memory")["used_memory"]
    load = await engine.jobs.read_load(TENANT)
    assert load.memory_share == pytest.approx(used / MOST_BYTES, rel=0.1)


async def test_a_store_without_any_memory_left_still_tells_so(engine: Engine, bounded: TestServer) -> None:
    """Who asks whether there is room must get an answer just then, also with the script not loaded yet."""
    bounded.client().script_flush()
    bounded.client().config_set("maxmemory", 1)
    assert (await engine.jobs.read_load(TENANT)).memory_share > 1
