"""The end of retention: erase the bytes of what nobody may read any more."""

from datetime import UTC, datetime, timedelta

from celery import shared_task

from shared.errors import TransientError
from shared.jobs.queue import ERASE
from shared.observability import get_logger
from worker.context import WorkerContext, current_context

ABANDONED_AFTER = timedelta(hours=1)
"""Age at which bytes that belong to no job are taken for the remains of a crash."""


def erase_expired(context: WorkerContext, *, now: datetime) -> int:
    """Erase what is past its retention and what no job refers to; gives the number of locations erased.

    Safe to run twice, late or beside its twin: a location is named again until its erasure is confirmed.
    """
    erased = 0
    while locations := context.housekeeping.expire():
        context.storage.erase(locations)
        context.housekeeping.forget(locations)
        erased += len(locations)
    before = now - ABANDONED_AFTER
    context.storage.erase_abandoned(before)
    candidates = list(context.storage.old_locations(before))
    # Read the owners after the listing: what was accepted in between is owned and stays.
    orphans = set(candidates) - context.housekeeping.owned_locations() if candidates else set()
    context.storage.erase(orphans)
    return erased + len(orphans)


@shared_task(name=ERASE)  # type: ignore[untyped-decorator]  # Celery ships no types
def erase() -> None:
    """Serve a wake-up for the end of retention."""
    try:
        erased = erase_expired(current_context(), now=datetime.now(UTC))
    except TransientError as error:
        get_logger().warning("erasing not possible", code=error.code)
    else:
        get_logger().info("retention ended", locations=erased)
