"""Turns at the processor: who computes, who waits, and that no turn is lost."""

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from worker.turns import Turns

T = TypeVar("T")

SECONDS = 10
"""Patience for what must happen."""


def run(turns: Turns, work: Callable[[], T]) -> T:
    """Do work in a turn."""
    with turns.taken():
        return work()


def test_no_more_work_at_once_than_there_are_turns() -> None:
    """While the only turn is taken, another thread's work does not begin."""
    turns, began = Turns(1), threading.Event()
    other = threading.Thread(target=run, args=(turns, began.set))

    def work() -> bool:
        other.start()
        return began.wait(0.1)

    assert run(turns, work) is False
    assert began.wait(SECONDS)
    other.join()


def test_others_work_while_a_turn_is_given_up() -> None:
    """Who waits for the model holds up nobody."""
    turns, done = Turns(1), threading.Event()
    other = threading.Thread(target=run, args=(turns, done.set))

    def wait() -> bool:
        with turns.given_up():
            other.start()
            return done.wait(SECONDS)

    assert run(turns, wait)
    other.join()


def test_a_turn_comes_back_from_work_that_fails() -> None:
    """An error, in a turn or while it is given up, takes no turn away and adds none."""
    turns = Turns(1)

    def fail() -> None:
        with turns.given_up():
            raise TimeoutError

    with pytest.raises(TimeoutError):
        run(turns, fail)
    assert turns._free == 1
    assert run(turns, lambda: "done") == "done"
