"""What the measurements share: findings and their goals, percentiles, spreads, memory, and folders in memory."""

import math
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from msgspec import Struct

from tests.support.service import Service

MEMORY = Path("/dev/shm")  # a memory file system: fsync costs nothing there
NEEDED_BYTES = 8_000_000_000
"""What the largest measurement puts into a folder in memory."""


class Goal(Struct, frozen=True):
    """What a figure should be; whether it is, is computed, never typed."""

    value: float
    bound: float
    is_ceiling: bool
    unit: str

    @property
    def is_reached(self) -> bool:
        """Whether the figure is on the right side of its bound."""
        return self.value <= self.bound if self.is_ceiling else self.value >= self.bound

    def describe(self) -> str:
        """Say the goal and whether it is reached."""
        verdict = "reached" if self.is_reached else "**missed**"
        return f"{'at most' if self.is_ceiling else 'at least'} {self.bound:g}{self.unit}, {verdict}"


def at_most(value: float, bound: float, unit: str = "") -> Goal:
    """State a goal from above; the unit is written behind the bound."""
    return Goal(value, bound, True, unit)


def at_least(value: float, bound: float, unit: str = "") -> Goal:
    """State a goal from below; the unit is written behind the bound."""
    return Goal(value, bound, False, unit)


class Finding(Struct, frozen=True):
    """One measured figure: what, how much, compared with what, by which command, and what it should be."""

    measure: str
    figure: str
    compared_with: str
    command: str
    goals: tuple[Goal, ...] = ()


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which a share of the values lies, by the nearest-rank method."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Write the median of several rounds with the least and the most."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def api_process(service: Service) -> psutil.Process:
    """Find the api among the stack's processes."""
    children = psutil.Process(service.process.pid).children()
    return next(child for child in children if "api.main" in child.cmdline())


def resident_mb(process: psutil.Process) -> float:
    """Give resident memory in MB."""
    return float(process.memory_info().rss) / 1e6


def proportional_mb(process: psutil.Process) -> float:
    """Give the memory of a process and its children in MB, each page that several share counted once (PSS)."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 1e6


def empty_folder(folder: Path) -> None:
    """Erase the files that were stored, so that the next round finds the same memory."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()


@contextmanager
def memory_folder() -> Iterator[Path]:
    """Give a folder in memory where there is room for one, so that what is compared is work and not the disk."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > NEEDED_BYTES
    with tempfile.TemporaryDirectory(prefix="bench-", dir=MEMORY if has_room else None) as folder:
        yield Path(folder)
