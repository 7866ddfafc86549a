"""The leases that this process holds, and the one thread that prolongs them all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from shared.errors import TransientError
from shared.jobs.claim import Claim
from shared.jobs.store import WorkStore
from shared.observability import get_logger


class LeaseLost(Exception):
    """Another worker may own the unit by now, or its job has ended: stop, and commit nothing."""


class Lease:
    """One held claim."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.is_lost = False
        self.outcome = "finished"
        """How the attempt ends, for logs, metrics and traces; whoever knows better says so."""

    def check(self) -> None:
        """Raise LeaseLost where the claim no longer holds."""
        if self.is_lost:
            raise LeaseLost


class LeaseKeeper:
    """Beats for every lease of this process, three times per lease length."""

    def __init__(self, store: WorkStore, length: timedelta) -> None:
        self._store = store
        self._interval = length.total_seconds() / 3
        self._held: set[Lease] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def hold(self, claim: Claim) -> Iterator[Lease]:
        """Keep a claim alive while the block runs."""
        lease = Lease(claim)
        with self._lock:
            self._held.add(lease)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
                self._thread.start()
        try:
            yield lease
        finally:
            with self._lock:
                self._held.discard(lease)

    def hand_back(self) -> int:
        """Give every held unit back at once, for a process that must stop; gives their number."""
        held = list(self._held)  # no lock: a signal handler may have interrupted its holder
        handed = 0
        for lease in held:
            lease.is_lost = True
            try:
                handed += self._store.defer(lease.claim, timedelta(0), "handed_back")
            except TransientError:  # the lease will run out by itself
                break
        return handed

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._interval):
            with self._lock:
                leases = list(self._held)
            if leases:
                try:
                    self.beat(leases)
                except MemoryError:  # a file that is being read has used up its share; the next beat is early enough
                    get_logger().warning("leases not prolonged", code="memory", count=len(leases))

    def beat(self, leases: list[Lease]) -> None:
        """Prolong these leases and mark those that no longer hold."""
        try:
            answers = self._store.beat([lease.claim for lease in leases])
        except TransientError as error:
            get_logger().warning("leases not prolonged", code=error.code, count=len(leases))
            return
        for lease, holds in zip(leases, answers, strict=True):
            lease.is_lost = lease.is_lost or not holds
