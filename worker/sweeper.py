"""The sweeper: publishes hints for work that is ready and acts when something is overdue.

A process of its own, so that no backlog delays it; any number of replicas, since every step is atomic. Besides the
api it is the only publisher of hints.
"""

import random
import signal
import threading
import time
from datetime import timedelta

from shared.errors import TransientError
from shared.jobs.queue import DELIVER, ERASE, HINTS_AHEAD, HintQueue
from shared.jobs.store import Sweep, SweepStore
from shared.observability import get_logger
from shared.observability.metrics import count
from shared.webhooks.store import DeliverySweep, Readiness

TICK = timedelta(seconds=1)
"""Longest time between two sweeps."""

ERASE_INTERVAL = timedelta(hours=1)
"""Time between two searches for bytes that no job refers to, when no retention ends earlier."""


class Sweeper:
    """One replica."""

    def __init__(self, store: SweepStore, hints: HintQueue, deliveries: DeliverySweep) -> None:
        self._store = store
        self._hints = hints
        self._deliveries = deliveries
        self._stopping = threading.Event()
        self._next_search = 0.0

    def stop(self) -> None:
        """End ``run`` within a tick."""
        self._stopping.set()

    def run(self) -> None:
        """Sweep until stopped; an outage is waited out."""
        while not self._stopping.is_set():
            try:
                sweep = self.sweep_once()
                readiness = self.serve_deliveries()
                self._serve_wakes(self._pause_after(sweep, readiness))
            except TransientError as error:
                get_logger().warning("sweep not possible", code=error.code)
                self._stopping.wait(0.5 + random.random() / 2)  # noqa: S311 - spreads replicas, guards nothing

    def sweep_once(self) -> Sweep:
        """Act on what is due, and see to it that ready work has hints on their way."""
        sweep = self._store.sweep()
        if sweep.recovered or sweep.resumed or sweep.given_up:
            get_logger().info(
                "swept", recovered=sweep.recovered, resumed=sweep.resumed, asked=sweep.asked, given_up=sweep.given_up
            )
        for action in ("recovered", "resumed", "asked", "given_up"):
            if amount := getattr(sweep, action):
                count("sweeps", amount, action=action)
        for stage, ready in sweep.ready.items():
            known = sweep.hints[stage]
            if ready or known:
                missing, waiting = self._missing_hints(stage, ready)
                if known != waiting + missing:
                    self._store.correct_hints(stage, known, waiting + missing)
                self._publish(stage, missing)
        if sweep.to_erase or time.monotonic() >= self._next_search:
            self._next_search = time.monotonic() + ERASE_INTERVAL.total_seconds()
            if self._hints.waiting(ERASE) == 0:
                self._hints.publish(ERASE)
        return sweep

    def serve_deliveries(self) -> Readiness:
        """See to it that webhooks that can be sent have hints on their way."""
        readiness = self._deliveries.readiness()
        if readiness.ready:
            missing, _ = self._missing_hints(DELIVER, readiness.ready)
            self._publish(DELIVER, missing)
        return readiness

    def _missing_hints(self, queue: str, ready: int) -> tuple[int, int]:
        """Tell how many hints are missing, and how many wait in the broker; a backlog never multiplies its messages."""
        waiting = self._hints.waiting(queue)
        return max(0, min(ready, HINTS_AHEAD) - waiting), waiting

    def _publish(self, queue: str, missing: int) -> None:
        if missing:
            self._hints.publish(queue, missing)

    def _pause_after(self, sweep: Sweep, readiness: Readiness) -> timedelta:
        # Webhooks that are due have their hints; it is the next one that must not wait for a whole tick.
        dues = [sweep.next_due_ms, 0 if readiness.ready else readiness.next_due_ms]
        due_in = [timedelta(milliseconds=due - time.time() * 1000) for due in dues if due]
        return max(timedelta(milliseconds=50), min(TICK, *due_in)) if due_in else TICK

    def _serve_wakes(self, pause: timedelta) -> None:
        ends = time.monotonic() + pause.total_seconds()
        while (left := ends - time.monotonic()) > 0 and not self._stopping.is_set():
            stage = self._store.await_work(timedelta(seconds=max(0.01, left)))
            if stage is None:
                return
            if self._hints.waiting(stage) < HINTS_AHEAD:
                self._hints.publish(stage)


def run_sweeper(store: SweepStore, hints: HintQueue, deliveries: DeliverySweep) -> None:
    """Run one replica until SIGTERM or SIGINT."""
    sweeper = Sweeper(store, hints, deliveries)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sweeper.stop())
    get_logger().info("sweeper started")
    sweeper.run()
    get_logger().info("sweeper stopped")
