"""How each kind of Celery worker is run: its pool, its size and the queues it serves."""

from shared.jobs.job import Stage
from shared.jobs.queue import DELIVER, ERASE
from shared.jobs.renditions import RENDER
from shared.settings import load_settings

QUEUES: dict[str, tuple[str, ...]] = {
    "extract": (Stage.EXTRACT, Stage.ASSEMBLE, RENDER),
    "network": (Stage.SUMMARIZE, ERASE),
    "deliver": (DELIVER,),
}
"""The queues of each role: work for processors, waiting on the model and disks, waiting on webhook receivers."""


def worker_arguments(role: str) -> list[str]:
    """Give the command line of ``celery worker`` for a role."""
    settings = load_settings()
    pool = {
        "extract": ("prefork", settings.extract_processes),
        "network": ("threads", settings.network_threads),
        "deliver": ("threads", settings.deliver_threads),
    }
    kind, size = pool[role]
    return [
        "--quiet",
        "worker",
        f"--pool={kind}",
        f"--concurrency={size}",
        f"--queues={','.join(QUEUES[role])}",
        f"--hostname={role}@%h",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel=WARNING",
    ]
