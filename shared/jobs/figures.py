"""The port of what is measured: sums of all processes, and what the store knows at this moment."""

from typing import Protocol

from msgspec import Struct


class QueueFigures(Struct, frozen=True):
    """How much work of a queue waits, and the age of the oldest job among it in seconds."""

    depth: int
    oldest_seconds: float


class RoleFigures(Struct, frozen=True):
    """The processes of one role that reported lately."""

    processes: int
    resident_bytes: int


class Figures(Struct, frozen=True):
    """What can be told about the whole installation at one instant; cheap however many jobs there are."""

    sums: dict[str, float]
    """Sums by the names that ``shared.observability.metrics`` gives them."""
    jobs: dict[tuple[str, str], int]
    """Jobs by kind and status."""
    queues: dict[str, QueueFigures]
    """By the stage's name, and the queue of pictures by its own."""
    roles: dict[str, RoleFigures]
    unfinished_units: int
    memory_bytes: int
    memory_limit_bytes: int
    """0 where there is none."""


class FiguresReader(Protocol):
    """What the api reads."""

    async def read(self) -> Figures:
        """Give the figures; raises TransientError where the store does not answer."""
