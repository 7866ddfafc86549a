"""Room for another job: who shares a reading of the load, and whom it refuses."""

from collections import deque
from types import SimpleNamespace

import pytest

from api import room as module
from api.room import Room
from api.schemas.problem import RequestRefused
from shared.errors import TransientError
from shared.jobs.store import Load
from shared.settings import Settings

SETTINGS = Settings(max_waiting_units=10, tenant_unfinished_jobs=3, max_store_memory_share=0.9)


def load(*, waiting: int = 0, unfinished: int = 0, memory: float = 0.0) -> Load:
    """How full the store is."""
    return Load(waiting, memory, unfinished, {})


class Store:
    """Answers readings as it is told, and counts them."""

    def __init__(self, *loads: Load) -> None:
        self._loads = deque(loads)
        self.asked: list[str] = []

    async def read_load(self, tenant: str) -> Load:
        """Give the next reading, the last one again and again."""
        self.asked.append(tenant)
        return self._loads.popleft() if len(self._loads) > 1 else self._loads[0]


def room_of(store: Store, *, free: float = 1.0, settings: Settings = SETTINGS) -> Room:
    """Room by a store and a disk."""
    return Room(store, SimpleNamespace(free_share=lambda: free), settings)  # type: ignore[arg-type]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until a test moves it."""
    now = [0.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


async def test_requests_of_a_moment_share_a_reading(clock: list[float]) -> None:
    """Two uploads at once ask the store once; one a little later asks again."""
    store = Store(load())
    room = room_of(store)
    await room.require("a")
    await room.require("a")
    clock[0] = module.SHARED_SECONDS * 1.01
    await room.require("a")
    assert len(store.asked) == 2


@pytest.mark.usefixtures("clock")
async def test_tenants_share_nothing() -> None:
    """What one may have says nothing of the other."""
    store = Store(load())
    room = room_of(store)
    await room.require("a")
    await room.require("b")
    assert store.asked == ["a", "b"]


@pytest.mark.usefixtures("clock")
async def test_who_was_let_in_counts_before_the_store_knows() -> None:
    """The fourth upload of a moment is refused where a tenant may have three jobs, though the reading said none."""
    store = Store(load(), load(unfinished=3))
    room = room_of(store)
    for _ in range(3):
        await room.require("a")
    with pytest.raises(RequestRefused, match="3 unfinished"):
        await room.require("a")


@pytest.mark.usefixtures("clock")
async def test_nobody_is_refused_by_what_was_true_a_moment_ago() -> None:
    """A job that ended since the reading has made room already."""
    store = Store(load(unfinished=2), load(unfinished=2))
    room = room_of(store)
    await room.require("a")
    await room.require("a")
    assert len(store.asked) == 2


@pytest.mark.parametrize(
    ("full", "code"),
    [
        (load(waiting=10), "queue.full"),
        (load(memory=0.9), "store.full"),
        (load(unfinished=3), "tenant.too_many_jobs"),
    ],
    ids=["queue", "store", "tenant"],
)
async def test_each_limit_has_its_code(full: Load, code: str) -> None:
    """The sender learns what is full."""
    with pytest.raises((TransientError, RequestRefused)) as caught:
        await room_of(Store(full)).require("a")
    assert caught.value.code == code


async def test_a_full_disk_refuses_too() -> None:
    """The storage is looked at for every upload."""
    room = room_of(Store(load()), free=0.01)
    with pytest.raises(TransientError, match="nearly full"):
        await room.require("a")


async def test_without_a_limit_a_tenant_may_have_any_number() -> None:
    """Zero switches the tenant's limit off."""
    room = room_of(Store(load(unfinished=9)), settings=Settings(tenant_unfinished_jobs=0))
    await room.require("a")
