"""The sweeper's and the eraser's side of the job engine."""

from collections.abc import Sequence
from datetime import timedelta

from shared.jobs.adapters.redis_commands import Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import milliseconds
from shared.jobs.adapters.redis_scripts import Transition, read_script
from shared.jobs.renditions import QUEUES
from shared.jobs.store import Sweep

REDRIVE = timedelta(seconds=10)
"""How long after asking for a unit the sweeper asks again."""

BACKLOG = 500
"""Ready units of a stage from which on redrives are stretched in proportion."""

UNITS_PER_SWEEP = 500
"""Units handled in one call, so that no script holds Redis for long."""

ERASURES = 200
"""Retentions ended in one call."""

_CORRECT = "if (redis.call('GET', KEYS[1]) or '0') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end"


class RedisSweepStore:
    """``SweepStore`` on one Redis server."""

    def __init__(self, client: Commands) -> None:
        self._redis = client
        self._sweep = client.register_script(read_script(Transition.SWEEP))
        self._correct = client.register_script(_CORRECT)
        self._expire = client.register_script(read_script(Transition.EXPIRE))

    def sweep(self, *, now: int | None = None) -> Sweep:
        """Act on all units whose time has come; see the port."""
        arguments = ["" if now is None else now, UNITS_PER_SWEEP, milliseconds(REDRIVE), BACKLOG, *QUEUES]
        with redis_errors():
            recovered, resumed, asked, given_up, next_due, erase, *queues = self._sweep(args=arguments)
        return Sweep(
            recovered=recovered,
            resumed=resumed,
            asked=asked,
            given_up=given_up,
            next_due_ms=next_due,
            to_erase=erase,
            ready=dict(zip(QUEUES, queues[::2], strict=True)),
            hints=dict(zip(QUEUES, queues[1::2], strict=True)),
        )

    def correct_hints(self, queue: str, known: int, true: int) -> None:
        """Put right how many hints are on their way; see the port."""
        with redis_errors():
            self._correct(keys=[f"hints:{queue}"], args=[known, true])

    def await_work(self, timeout: timedelta) -> str | None:
        """Wait until a stage has new work, or until the time is over; see the port."""
        with redis_errors():
            woken = self._redis.blpop(["jobs:wake"], timeout=timeout.total_seconds())
        return None if woken is None else woken[1].decode()

    def expire(self, *, now: int | None = None) -> tuple[str, ...]:
        """End the retention of what is due; see the port."""
        with redis_errors():
            _, locations = self._expire(args=["" if now is None else now, ERASURES])
        return tuple(location.decode() for location in locations)

    def forget(self, locations: Sequence[str]) -> None:
        """Confirm that these locations are erased; see the port."""
        if locations:
            with redis_errors():
                self._redis.zrem("blobs:doomed", *locations)

    def owned_locations(self) -> set[str]:
        """Give every location that a job still refers to."""
        with redis_errors():
            return {value.decode().split(" ", 1)[1] for value in self._redis.hvals("blobs")}


def build_sweep_store(client: Commands) -> RedisSweepStore:
    """Make the sweeper's store."""
    return RedisSweepStore(client)
