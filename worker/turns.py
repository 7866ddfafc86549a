"""Turns at a processor that many threads share: few compute at once, in the order in which they came.

Python runs one thread at a time and lets all that are ready advance alike. Where a hundred answers of the model come
together, every thread would be done when the last one is, and the model would be asked nothing meanwhile. In turns the
first one asks again after milliseconds, and the next answers no longer come together.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """So many turns at a time."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)  # wakes who waits in the order of their coming

    def run(self, work: Callable[[], T]) -> T:
        """Do work in a turn."""
        with self._free:
            return work()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Give up the turn that this thread has while the block waits for somebody else; then it queues again."""
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()
