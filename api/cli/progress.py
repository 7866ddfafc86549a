"""How far a command is, on standard error: one line that is rewritten on a terminal, few plain lines elsewhere.

Forty lines of our own: a library for this would be the heaviest package of the command line.
"""

import sys
import time
from typing import TextIO

REDRAW_SECONDS = 0.1
"""Time between two redraws of the line."""

PLAIN_SECONDS = 5.0
"""Time between two lines where nobody watches, as in the log of a script."""

BAR_CELLS = 24
_UNITS = ("B", "kB", "MB", "GB", "TB")


class Progress:
    """One line about what is going on."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._next = 0.0 if self._is_terminal else time.monotonic() + PLAIN_SECONDS
        self._width = 0
        self._last = ""

    def show(self, text: str, share: float | None = None, *, important: bool = False) -> None:
        """Say how far it is; what comes too soon after the last is left out unless it is important.

        Parameters
        ----------
        share
            Part that is done, from 0 to 1, for a bar; None where it is not known.
        """
        now = time.monotonic()
        if (now < self._next and not important) or text == self._last:
            return
        self._last = text
        self._next = now + (REDRAW_SECONDS if self._is_terminal else PLAIN_SECONDS)
        if self._is_terminal:
            line = text if share is None else f"{bar(share)} {text}"
            self._write(f"\r{line.ljust(self._width)}")
            self._width = len(line)
        else:
            self._write(f"{text}\n")

    def note(self, text: str) -> None:
        """Say something that stays."""
        self.clear()
        self._write(f"{text}\n")

    def clear(self) -> None:
        """Take the line away."""
        if self._is_terminal and self._width:
            self._write(f"\r{' ' * self._width}\r")
        self._width = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def bar(share: float) -> str:
    """Draw a share from 0 to 1."""
    full = round(min(max(share, 0.0), 1.0) * BAR_CELLS)
    return f"[{'#' * full}{'.' * (BAR_CELLS - full)}] {share:4.0%}"


def size(count: float) -> str:
    """Write a number of bytes for people, in powers of 1000."""
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 or count >= 99.95 else f"{count:.1f} {_UNITS[unit]}"
