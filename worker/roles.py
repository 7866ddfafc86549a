"""How each kind of Celery worker is run: its pool, its size and the queues it serves."""

import logging
import socket
from typing import Any

from shared.jobs.job import Stage
from shared.jobs.queue import DELIVER, ERASE
from shared.jobs.renditions import RENDER
from worker.context import current_settings

QUEUES: dict[str, tuple[str, ...]] = {
    "extract": (Stage.EXTRACT, Stage.ASSEMBLE, RENDER),
    "network": (Stage.SUMMARIZE, ERASE),
    "deliver": (DELIVER,),
}
"""The queues of each role: work for processors, waiting on the model and disks, waiting on webhook receivers."""

PREFETCHED = {"extract": 1, "network": 2, "deliver": 1}
"""Hints that a worker takes from the broker for each process or thread. Threads that wait for the model come back in
crowds, and one thread of Celery's fetches for them all: a second hint for each is there already. A hint is no work:
whatever a dead worker had prefetched, its units are claimed by others."""


def pool_options(role: str) -> dict[str, Any]:  # Any: Celery's options have no types
    """Give the options of Celery's ``Worker`` for a role."""
    settings = current_settings()
    pool = {
        "extract": ("prefork", settings.extract_processes),
        "network": ("threads", settings.network_threads),
        "deliver": ("threads", settings.deliver_threads),
    }
    kind, size = pool[role]
    return {
        "pool": kind,
        "concurrency": size,
        "queues": QUEUES[role],
        "hostname": f"{role}@{socket.gethostname()}",
        "prefetch_multiplier": PREFETCHED[role],
        "without_gossip": True,
        "without_mingle": True,
        "without_heartbeat": True,
        "loglevel": logging.WARNING,
        "quiet": True,
    }
