"""Serving a wake-up: how long a worker stays awake, and when it goes back to sleep."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from shared.errors import TransientError
from shared.jobs.claim import Claim
from shared.jobs.job import JobKind, Stage
from worker import leased_task
from worker.leased_task import Following, drain
from worker.leases import Lease, LeaseKeeper


def a_claim(number: int) -> Claim:
    """A claim on the first unit of a job."""
    job = f"{number:032x}"
    return Claim(f"{job}/extract/0", 1, 1, job, Stage.EXTRACT, "extract/0", JobKind.ANALYZE, "default")


class Script:
    """A store that answers claims and rings as it is told, and notes what it was asked."""

    def __init__(self, *claims: Claim | TransientError | None, rings: tuple[bool, ...] = ()) -> None:
        self._claims = deque(claims)
        self._rings = deque(rings)
        self.calls: list[str] = []
        self.done: list[str] = []

    def claim(self, _: Stage, *, bell: str = "") -> Claim | None:
        """Answer the next claim."""
        self.calls.append("claim with bell" if bell else "claim")
        answer = self._claims.popleft()
        if isinstance(answer, TransientError):
            raise answer
        return answer

    def await_ring(self, _: Stage, __: str) -> bool:
        """Answer the next ring."""
        self.calls.append("await ring")
        return self._rings.popleft()

    def perform(self, lease: Lease, _: object) -> leased_task.Commit:
        """Note the unit and take its outcome."""
        self.done.append(lease.claim.unit)
        return lambda: True


@pytest.fixture(autouse=True)
def _no_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = LeaseKeeper(SimpleNamespace(), leased_task.TRANSIENT_WAIT)
    monkeypatch.setattr(leased_task, "lease_keeper", lambda: keeper)


def run(monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    """Serve a wake-up from a script."""
    monkeypatch.setattr(leased_task, "current_context", lambda: SimpleNamespace(work=script))
    drain(Stage.EXTRACT, script.perform)


def test_a_hint_that_finds_nothing_is_dropped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leftover hints of a backlog do not keep a worker awake."""
    script = Script(None)
    run(monkeypatch, script)
    assert script.calls == ["claim"]


def test_who_had_work_listens_for_more_and_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring is followed by a claim, silence by sleep."""
    script = Script(a_claim(1), None, a_claim(2), None, rings=(True, False))
    run(monkeypatch, script)
    assert script.calls == ["claim", *["claim with bell", "await ring"], *["claim with bell"] * 2, "await ring"]
    assert script.done == [a_claim(1).unit, a_claim(2).unit]


def test_a_ring_whose_unit_another_took_is_listened_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is rung may come too late, and is on the list again."""
    script = Script(a_claim(1), None, None, rings=(True, False))
    run(monkeypatch, script)
    assert script.calls[1:] == ["claim with bell", "await ring"] * 2


@pytest.mark.parametrize(("units", "seconds"), [(1, 60.0), (64, -1.0)])
def test_a_spent_budget_ends_before_the_bell_is_given(
    monkeypatch: pytest.MonkeyPatch, units: int, seconds: float
) -> None:
    """Nobody is rung that takes nothing more."""
    monkeypatch.setattr(leased_task, "UNITS_PER_HINT", units)
    script = Script(a_claim(1))
    monkeypatch.setattr(leased_task, "current_context", lambda: SimpleNamespace(work=script))
    drain(Stage.EXTRACT, script.perform, seconds=seconds)
    assert (script.calls, script.done) == (["claim"], [a_claim(1).unit])


def test_a_worker_that_is_told_to_stop_begins_no_further_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unit under way is done; others are left to others."""
    monkeypatch.setattr(leased_task, "is_stopping", lambda: True)
    script = Script(a_claim(1))
    run(monkeypatch, script)
    assert (script.calls, script.done) == (["claim"], [a_claim(1).unit])


def test_threads_take_turns_at_what_they_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who claims, and who listens for work, holds up nobody who works; who waits for a turn keeps its lease."""
    script = Script(a_claim(1), a_claim(2), None, rings=(False,))

    @contextmanager
    def working() -> Iterator[None]:
        script.calls.append(f"begin with {len(leased_task.lease_keeper()._held)} lease")
        yield
        script.calls.append("end")

    monkeypatch.setattr(leased_task, "current_context", lambda: SimpleNamespace(work=script))
    drain(Stage.EXTRACT, script.perform, working=working)
    turn = ["begin with 1 lease", "end"]
    assert script.calls == ["claim", *turn, "claim with bell", *turn, "claim with bell", "await ring"]


def test_an_outage_while_claiming_ends_the_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweeper sends another hint when the store is back."""
    script = Script(TransientError("store.unavailable", "Away."))
    run(monkeypatch, script)
    assert script.done == []


def test_what_follows_on_a_unit_is_done_before_the_next_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """The assembly of a job does not wait behind other jobs."""
    script = Script(a_claim(1), a_claim(3), None, rings=(False,))

    def perform(lease: Lease, context: object) -> leased_task.Commit:
        script.perform(lease, context)
        return lambda: lease.claim != a_claim(1) or Following(a_claim(2), script.perform)

    monkeypatch.setattr(leased_task, "current_context", lambda: SimpleNamespace(work=script))
    drain(Stage.EXTRACT, perform)
    assert script.done == [a_claim(number).unit for number in (1, 2, 3)]
