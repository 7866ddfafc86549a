"""A stored object as a seekable file that is fetched no further than it is read."""

import io
from collections.abc import Callable

FIRST_WINDOW_BYTES = 64 * 1024
"""Bytes of the first request, and of the first one after a jump: nearly every header, and no more than a round trip."""

LARGEST_WINDOW_BYTES = 4 * 1024**2
"""Bytes of one request when all of an object is read: windows double up to here while reading goes straight on."""

Fetch = Callable[[int, int], bytes]
"""Gives the bytes from a first to before a last position; raises our own errors."""


class ObjectReader(io.RawIOBase):
    """Bytes of an object by ranges; wrapped in a buffered reader by whoever opens it."""

    name = ""  # parsers ask a buffered reader for the name of its file; an object has none that anybody may know

    def __init__(self, fetch: Fetch, size: int, first: bytes) -> None:
        super().__init__()
        self._fetch = fetch
        self._size = size
        self._window = first
        self._window_at = 0
        self._position = 0

    def readable(self) -> bool:
        """Say that bytes can be read."""
        return True

    def seekable(self) -> bool:
        """Say that any position can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; costs nothing until something is read there."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower: io passes a memoryview
        """Read on from the position, as far as the window reaches."""
        if self._position >= self._size or not buffer:
            return 0
        if not self._window_at <= self._position < self._window_at + len(self._window):
            self._move_window()
        at = self._position - self._window_at
        content = self._window[at : at + len(buffer)]
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _move_window(self) -> None:
        goes_on = self._position == self._window_at + len(self._window)
        doubled = 2 * len(self._window) if goes_on else 0
        # Near the end a doubled window of a few bytes would creep; no request is smaller than the first.
        size = min(max(doubled, FIRST_WINDOW_BYTES), LARGEST_WINDOW_BYTES)
        last = min(self._position + size, self._size)
        self._window = self._fetch(self._position, last)
        self._window_at = self._position
