"""Turns at a processor that many threads share: few compute at once, and none is late again and again.

Python runs one thread at a time, and which one it runs next is chance. Where a hundred answers of the model come
together, all threads would advance a little, and the model would be asked nothing meanwhile. In turns one thread after
the other is done with its answer and asks the next question. Who begins and who goes on after a wait alternate: if all
answers came first, all questions would be asked together again, and if all questions did, answers could wait for ever.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """So many turns at a time."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._beginning: deque[threading.Lock] = deque()
        self._going_on: deque[threading.Lock] = deque()
        self._next = [self._beginning, self._going_on]
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have a turn while the block runs."""
        self._take(self._beginning)
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Give up the turn that this thread has while the block waits for somebody else; then it queues again."""
        self._give()
        try:
            yield
        finally:
            self._take(self._going_on)

    def _take(self, queue: deque[threading.Lock]) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            queue.append(called)
        called.acquire()

    def _give(self) -> None:
        # Handed to whoever waits longest; a semaphore would let somebody who comes by chance take it first.
        with self._lock:
            self._next.reverse()
            for queue in self._next:
                if queue:
                    queue.popleft().release()
                    return
            self._free += 1
