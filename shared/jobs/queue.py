"""The port for wake-up hints: a message that work of a stage is ready, and nothing else.

A hint names no job. Whoever receives it claims the best ready unit, so that priorities order the work whatever the
broker does with its messages, and a lost or doubled hint changes nothing but a moment of waiting.
"""

from typing import Protocol

from shared.jobs.job import Stage

ERASE = "erase"
"""The queue of hints that something's retention has ended; not a stage of any job."""


DELIVER = "deliver"
"""The queue of hints that webhooks can be sent."""

HINTS_AT_ONCE = 8
"""Hints for the units of one job at most: each wakes a worker's process, which then takes along further units."""

HINTS_AHEAD = 256
"""Hints that are on their way for a stage at most.

A network worker has up to a few hundred threads, which all want one within a moment when many summaries come at once.
"""


def count_hints(units: int) -> int:
    """Tell how many hints are sent for so many new units of one job."""
    return min(units, HINTS_AT_ONCE)


class HintQueue(Protocol):
    """Publishes hints; every call may fail and nothing is lost by it."""

    def publish(self, queue: Stage | str, count: int = 1) -> None:
        """Send hints; raises TransientError where the broker cannot take them within a few seconds."""

    def waiting(self, queue: Stage | str) -> int:
        """Count the hints that no worker has taken yet; raises TransientError where the broker is away."""


class HintSender(Protocol):
    """Publishes from an event loop: never blocks, never fails."""

    def send(self, queue: Stage | str, count: int = 1) -> None:
        """Hand hints over to be published as best effort."""
