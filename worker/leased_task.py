"""Run claimed units: claim, heartbeat, work, commit, and decide by an error's kind what happens next.

This is the task boundary: the one place in the worker where every exception is caught.
"""

import random
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import cache

from celery.exceptions import SoftTimeLimitExceeded
from msgspec import Struct

from shared.errors import DataError, TransientError
from shared.jobs.claim import Claim
from shared.jobs.job import Failure, Stage
from shared.jobs.outcomes import FileOutcome
from shared.observability import get_logger
from worker.context import WorkerContext, current_context
from worker.leases import Lease, LeaseKeeper, LeaseLost
from worker.observation import observed
from worker.stopping import is_stopping

UNITS_PER_HINT = 64
"""Units one wake-up may serve: waiting work is taken along without a message of its own."""

SECONDS_PER_HINT = 5.0
"""After this long a wake-up takes no further unit: a child of a pool is not told to stop before its task is over."""

TRANSIENT_WAIT = timedelta(seconds=5)
"""Wait before a unit is tried again after an outage, plus up to as much again by chance."""

COMMIT_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0, 3.0, 3.0)
"""Seconds between tries to commit finished work to a store that is away; together about a lease."""


class Following(Struct, frozen=True):
    """What directly follows on a unit: a claim, and how to do its work."""

    claim: Claim
    perform: "Perform"


Commit = Callable[[], Following | bool]
"""Writes a unit's outcome; gives what follows, or whether the outcome was taken."""

Perform = Callable[[Lease, WorkerContext], Commit]
"""Does a unit's work and gives the step that commits it."""

Working = Callable[[], AbstractContextManager[None]]
"""What is entered for the work on a unit."""


@cache
def lease_keeper() -> LeaseKeeper:
    """Give this process's keeper of leases."""
    context = current_context()
    return LeaseKeeper(context.beats, context.settings.lease)


def drain(
    stage: Stage,
    perform: Perform,
    *,
    seconds: float = SECONDS_PER_HINT,
    working: Working = nullcontext,
) -> None:
    """Serve a wake-up: claim ready units of a stage until none is left, the budget is spent or the process stops.

    Parameters
    ----------
    working
        Entered for the work on each unit, once its lease is kept; threads that are many take turns by it.
    """
    context = current_context()
    left, ends = UNITS_PER_HINT, time.monotonic() + seconds
    own_bell, bell = secrets.token_hex(8), ""
    while True:
        try:
            claim = context.work.claim(stage, bell=bell)
            if claim is None:
                if bell and context.work.await_ring(stage, bell):
                    continue
                return
        except TransientError as error:  # the hint is spent; the sweeper sends another
            get_logger().warning("claim not possible", stage=stage, code=error.code)
            return
        following: Following | None = Following(claim, perform)
        while following is not None:
            following = _run(following, context, working)
        left -= 1
        if not left or time.monotonic() > ends or is_stopping():
            return
        # Who had work stays awake for more; who finds none at once is done, or leftover hints would hold it up.
        bell = own_bell


def _run(unit: Following, context: WorkerContext, working: Working) -> Following | None:
    logger, claim = get_logger(), unit.claim
    with lease_keeper().hold(claim) as lease, observed(lease), working():
        try:
            answer = _commit(unit.perform(lease, context))
        except LeaseLost:
            lease.outcome = "lease_lost"
            logger.warning("lease lost")
            return None
        except SoftTimeLimitExceeded:  # the lease runs out and the attempt counts
            lease.outcome = "too_long"
            logger.error("unit took too long")
            return None
        except SystemExit:  # how Celery's pool ends a child whose soft shutdown is over
            lease.outcome = "deferred"
            lease_keeper().hand_back()
            raise
        except Exception as error:  # noqa: BLE001 - the task boundary
            answer = _commit(_give_up(error, lease, context))
        if answer is False:
            lease.outcome = "refused"
            logger.warning("outcome refused")
        return answer if isinstance(answer, Following) else None


def guard(task: str, work: Callable[[], None]) -> None:
    """Do work that no unit of a job stands for; what it raises unexpectedly is logged, never passed on."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 - the task boundary
        get_logger().error("task failed unexpectedly", task=task, incident=secrets.token_hex(8), error=error)


def _commit(commit: Commit) -> Following | bool:
    for pause in COMMIT_PAUSES:
        try:
            return commit()
        except TransientError:
            time.sleep(pause)  # the lease is prolonged meanwhile as soon as the store is back
    try:
        return commit()
    except TransientError as error:
        get_logger().error("outcome not recorded", code=error.code)
        return False


def _give_up(error: Exception, lease: Lease, context: WorkerContext) -> Commit:
    logger, claim, work = get_logger(), lease.claim, context.work
    match error:
        case DataError():
            files: tuple[FileOutcome, ...] = getattr(error, "files", ())
            failure = Failure(code=error.code, detail=error.detail)
            lease.outcome = "failed"
            logger.info("job failed", code=error.code)
            return lambda: work.fail(claim, failure, files)
        case TransientError():
            wait = TRANSIENT_WAIT * (1 + random.random())  # noqa: S311 - spreads retries, guards nothing
            lease.outcome = "deferred"
            logger.warning("unit deferred", code=error.code)
            return lambda: work.defer(claim, wait, error.code)
        case _:
            lease.outcome = "crashed"
            incident = secrets.token_hex(8)
            logger.error("unit failed unexpectedly", incident=incident, error=error)
            detail = f"An internal error occurred; it is logged as incident {incident}. Report it with this number."
            return lambda: work.fail(claim, Failure(code="internal.error", detail=detail))
