"""Child processes that are watched: a child that dies is reported and started again, and none outlives its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct

RESTARTS_ALLOWED = 5
"""Times a child may die within ``RESTART_WINDOW_SECONDS`` before the whole stack gives up."""

RESTART_WINDOW_SECONDS = 60.0

STOP_SECONDS = 15.0
"""How long a child may take to stop before it is killed."""

_PR_SET_PDEATHSIG = 1


class StackError(Exception):
    """The local stack cannot run; the message says what to do."""


class Command(Struct, frozen=True):
    """How a child is started."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    kept_descriptors: tuple[int, ...] = ()


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"[stack] {text}", file=sys.stderr, flush=True)


def _end_with_parent() -> None:
    """Have the kernel stop this child when its parent dies, kill -9 included; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One watched process."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._deaths: list[float] = []
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(self.command.arguments),
            env={**os.environ, **self.command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # messages for people and machines go to standard error
            start_new_session=True,  # Ctrl-C reaches the parent alone, which stops everybody in order
            pass_fds=self.command.kept_descriptors,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the parent has no other threads
        )

    def require_alive(self) -> None:
        """Raise StackError where the process ended, for the time in which everything starts."""
        code = self.process.poll()
        if code is not None:
            raise StackError(f"{self.command.name} ended while starting (exit code {code}); see its messages above")

    def revive(self) -> None:
        """Start the process again if it died; raises StackError where it keeps dying."""
        code = self.process.poll()
        if code is None:
            return
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < RESTART_WINDOW_SECONDS] + [now]
        if len(self._deaths) > RESTARTS_ALLOWED:
            raise StackError(f"{self.command.name} keeps dying (last exit code {code}); see its messages above")
        say(f"{self.command.name} died (exit code {code}); starting it again")
        self.process = self._start()

    def stop(self) -> None:
        """Ask the process to stop; ``reap`` waits for it."""
        if self.process.poll() is None:
            self.process.terminate()

    def reap(self) -> None:
        """Wait for the end; kill the whole session where it takes too long."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"{self.command.name} does not stop; killing it")
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
