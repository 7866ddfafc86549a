"""Workers that stay awake for a moment: whoever brings work rings for one of them instead of sending a message."""

from datetime import timedelta

import pytest

from shared.jobs.job import JobKind, Stage, mint_job_id
from shared.jobs.parameters import JobParameters
from shared.jobs.queue import HINTS_AHEAD
from shared.jobs.store import Accepted
from tests.support.engine import T0, Engine, make_found, make_upload

pytestmark = pytest.mark.integration

AUDIBLE_MS = 1000


async def accept(engine: Engine, *, files: int = 1, now: int = T0) -> Accepted:
    """Record a job of so many files."""
    uploads = tuple(make_upload(number) for number in range(files))
    return await engine.jobs.accept(mint_job_id(), JobParameters(kind=JobKind.ANALYZE), uploads, now=now)


def run_out(engine: Engine, bell: str, *, stage: Stage = Stage.EXTRACT, now: int = T0) -> None:
    """Let a worker with a bell find nothing."""
    assert engine.work.claim(stage, bell=bell, now=now) is None


async def test_without_a_listener_every_unit_needs_its_hint(engine: Engine) -> None:
    """Two hundred files are two units, and two workers are to be woken."""
    assert (await accept(engine, files=200)).hints == 2


async def test_a_burst_of_uploads_leaves_no_burst_of_messages(engine: Engine) -> None:
    """So many hints wake everybody."""
    hints = [(await accept(engine)).hints for _ in range(HINTS_AHEAD + 2)]
    assert hints == [1] * HINTS_AHEAD + [0, 0]


async def test_a_listener_is_rung_instead_of_being_sent_a_message(engine: Engine) -> None:
    """The job needs no hint, the worker hears of it and takes it."""
    run_out(engine, "a")
    accepted = await accept(engine)
    assert (accepted.hints, engine.work.await_ring(Stage.EXTRACT, "a")) == (0, True)
    claim = engine.work.claim(Stage.EXTRACT)
    assert claim is not None
    assert claim.job_id == accepted.job_id


async def test_a_listener_is_rung_once(engine: Engine) -> None:
    """The second job finds nobody and sends its hint."""
    run_out(engine, "a")
    assert [(await accept(engine)).hints for _ in range(2)] == [0, 1]


async def test_units_without_a_listener_of_their_own_send_hints(engine: Engine) -> None:
    """Two units and one listener: one bell and one message."""
    run_out(engine, "a")
    assert (await accept(engine, files=101)).hints == 1


async def test_the_worker_that_ran_out_last_is_rung_first(engine: Engine) -> None:
    """The others may go to sleep."""
    run_out(engine, "a")
    run_out(engine, "b", now=T0 + 1)
    await accept(engine, now=T0 + 2)
    assert [engine.work.await_ring(Stage.EXTRACT, bell) for bell in "ab"] == [False, True]


async def test_who_heard_nothing_is_rung_no_more(engine: Engine) -> None:
    """A worker that has gone to sleep is woken by a message."""
    run_out(engine, "a")
    assert engine.work.await_ring(Stage.EXTRACT, "a") is False
    assert (await accept(engine)).hints == 1


async def test_a_worker_that_died_listening_is_not_rung_for_long(engine: Engine) -> None:
    """After a second nobody takes it for awake; until then the sweeper makes good what it misses."""
    run_out(engine, "a")
    assert (await accept(engine, now=T0 + AUDIBLE_MS + 1)).hints == 1


async def test_a_ring_in_the_last_moment_is_not_missed(engine: Engine) -> None:
    """Who was rung for after its wait ended is off the list, and looks once more."""
    run_out(engine, "a")
    await accept(engine)
    engine.redis.delete("bell:a")
    assert engine.work.await_ring(Stage.EXTRACT, "a") is True


async def test_a_bell_is_for_one_stage(engine: Engine) -> None:
    """Who listens for summaries is not woken for files."""
    run_out(engine, "a", stage=Stage.SUMMARIZE)
    assert (await accept(engine)).hints == 1


async def test_a_claim_that_found_work_leaves_no_bell(engine: Engine) -> None:
    """Who is busy is not rung."""
    await accept(engine)
    assert engine.work.claim(Stage.EXTRACT, now=T0) is not None
    await accept(engine)
    assert engine.work.claim(Stage.EXTRACT, bell="a", now=T0) is not None
    assert engine.redis.exists("idle:extract") == 0


async def test_a_unit_taken_without_a_hint_leaves_its_hint_to_the_next(engine: Engine) -> None:
    """Busy workers take what comes; a message for each job would be answered by nobody."""
    await accept(engine)
    assert engine.work.claim(Stage.EXTRACT, bell="a", now=T0) is not None
    assert [(await accept(engine)).hints for _ in range(2)] == [0, 1]


async def test_a_hint_that_is_answered_is_no_longer_on_its_way(engine: Engine) -> None:
    """The worker that it woke has taken the unit; the next unit needs a hint of its own."""
    await accept(engine)
    assert engine.work.claim(Stage.EXTRACT, now=T0) is not None
    assert (await accept(engine)).hints == 1


async def test_what_finds_enough_hints_on_their_way_does_not_wake_the_sweeper(engine: Engine) -> None:
    """Its message would be needless, too."""
    for _ in range(2):
        await accept(engine, files=200)
    claim = engine.work.claim(Stage.EXTRACT, bell="a", now=T0)
    assert claim is not None
    assert engine.work.defer(claim, timedelta(0), "shutdown", now=T0)
    assert engine.redis.llen("jobs:wake") == 0


async def test_lost_hints_are_put_right(engine: Engine) -> None:
    """The sweeper knows what the broker still has; only what changed meanwhile is left to its next look."""
    await accept(engine)
    sweep = engine.sweeper.sweep(now=T0)
    assert (sweep.ready["extract"], sweep.hints["extract"]) == (1, 1)
    engine.sweeper.correct_hints("extract", 1, 0)
    engine.sweeper.correct_hints("extract", 1, 7)
    assert engine.sweeper.sweep(now=T0).hints["extract"] == 0


async def test_units_found_in_an_archive_ring_too(engine: Engine) -> None:
    """The listener takes a part of the members, and the sweeper is asked for the other workers."""
    await accept(engine)
    claim = engine.work.claim(Stage.EXTRACT, now=T0)
    assert claim is not None
    run_out(engine, "a")
    engine.work.finish_chunk(claim, b"", 0, make_found(150), now=T0)
    assert engine.redis.lrange("jobs:wake", 0, -1) == [b"extract"]
    assert engine.work.await_ring(Stage.EXTRACT, "a") is True
