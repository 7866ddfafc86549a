"""What reading one file may cost a pool process in processor time and memory, so that it costs its file and no more.

The reader has limits of its own; these hold where one of them is wrong. The time is the processor's, since a slow disk
is no fault of the file. Memory is limited where the kernel counts private memory against RLIMIT_DATA (Linux).
"""

import resource
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType

from shared.archives.limits import ArchiveLimits
from shared.dicom.limits import refuse
from shared.settings import Settings

REPEAT_SECONDS = 1.0
"""The signal comes again, in case the first one fell into a place where Python drops exceptions."""

_USED_MEMORY = Path("/proc/self/statm")
_PAGE_BYTES = resource.getpagesize()


def _raise_too_costly(signal_number: int, frame: FrameType | None) -> None:
    del signal_number, frame
    raise refuse("dicom.too_costly")


class FileLimits:
    """A block in which one file is read, in the main thread: DataError or MemoryError where it costs too much."""

    def __init__(self, seconds: float, memory_bytes: int) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._former = resource.getrlimit(resource.RLIMIT_DATA)

    def __enter__(self) -> None:
        """Begin to count."""
        used = _used_bytes()
        if used is not None:
            hard = self._former[1]
            wanted = used + self._memory_bytes
            resource.setrlimit(
                resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
            )
        signal.signal(signal.SIGPROF, _raise_too_costly)
        signal.setitimer(signal.ITIMER_PROF, self._seconds, REPEAT_SECONDS)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Lift the limits, memory first: the rest of this method may need some."""
        resource.setrlimit(resource.RLIMIT_DATA, self._former)
        signal.setitimer(signal.ITIMER_PROF, 0)


def limit_files(settings: Settings) -> Callable[[], FileLimits]:
    """Give what is put around the reading of each file."""
    return partial(FileLimits, settings.max_file_seconds, settings.max_file_memory_bytes)


def limit_archives(settings: Settings) -> ArchiveLimits:
    """Give what an archive may unfold to."""
    return ArchiveLimits(settings.max_files, settings.max_expanded_bytes, settings.max_expansion_ratio)


def _used_bytes() -> int | None:
    """Give the private memory of this process; None where the kernel does not say."""
    try:
        return int(_USED_MEMORY.read_bytes().split()[5]) * _PAGE_BYTES
    except OSError:
        return None
