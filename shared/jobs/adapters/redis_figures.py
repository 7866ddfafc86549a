"""Reading what is measured: a handful of constant-time commands in one round trip, however many jobs there are."""

from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_reporting import PROCESSES_KEY, SILENT_AFTER, SUMS_KEY
from shared.jobs.figures import Figures, QueueFigures, RoleFigures
from shared.jobs.job import Priority
from shared.jobs.renditions import QUEUES

JOBS_KEY = "jobs:tally"
"""Hash of "kind status" -> number of jobs, kept by the transitions."""

RANK_WIDTH = 10**13
"""What a priority's rank is worth in the score of a ready unit; the rest is its job's time of creation in ms."""


class RedisFiguresReader:
    """``FiguresReader`` on one Redis server."""

    def __init__(self, client: AsyncCommands) -> None:
        self._redis = client

    async def read(self) -> Figures:
        """Give the figures; see the port."""
        pipeline = self._redis.pipeline(transaction=False)
        for key in (SUMS_KEY, JOBS_KEY, PROCESSES_KEY):
            pipeline.hgetall(key.encode())
        pipeline.time()
        pipeline.info("memory")
        pipeline.zcard("jobs:due")
        for queue in QUEUES:
            pipeline.zcard(f"ready:{queue}")
            for priority in Priority:
                low = priority.rank * RANK_WIDTH
                pipeline.zrangebyscore(f"ready:{queue}", low, low + RANK_WIDTH - 1, start=0, num=1, withscores=True)
        with redis_errors():
            sums, jobs, processes, (seconds, _), memory, unfinished, *queues = await pipeline.execute()
        per_queue = 1 + len(Priority)
        return Figures(
            sums={name.decode(): float(amount) for name, amount in sums.items()},
            jobs={_kind_and_status(name): max(0, int(number)) for name, number in jobs.items()},
            queues={
                queue: _queue(queues[place * per_queue : (place + 1) * per_queue], seconds)
                for place, queue in enumerate(QUEUES)
            },
            roles=_roles(list(processes.values()), seconds - SILENT_AFTER.total_seconds()),
            unfinished_units=unfinished,
            memory_bytes=int(memory["used_memory"]),
            memory_limit_bytes=int(memory.get("maxmemory", 0)),
        )


def _kind_and_status(name: bytes) -> tuple[str, str]:
    kind, status = name.decode().split(" ")
    return kind, status


def _queue(answers: list[object], seconds: int) -> QueueFigures:
    depth, *heads = answers
    created = [score % RANK_WIDTH / 1000 for head in heads if isinstance(head, list) for _, score in head]
    assert isinstance(depth, int)
    return QueueFigures(depth, max(0.0, seconds - min(created)) if created else 0.0)


def _roles(reports: list[bytes], oldest: float) -> dict[str, RoleFigures]:
    roles: dict[str, RoleFigures] = {}
    for report in reports:
        role, at, resident = report.decode().split(" ")
        if int(at) >= oldest:
            known = roles.get(role, RoleFigures(0, 0))
            roles[role] = RoleFigures(known.processes + 1, known.resident_bytes + int(resident))
    return roles


def build_figures_reader(client: AsyncCommands) -> RedisFiguresReader:
    """Make the api's reader of figures."""
    return RedisFiguresReader(client)
