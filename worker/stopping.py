"""Whether this process was told to stop; its threads then begin nothing more.

Celery tells the process that it runs as, not the children of a pool: these learn it when their task is over.
"""

import threading

from celery.signals import worker_shutting_down

_told = threading.Event()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def stop(**_: object) -> None:
    """Begin nothing more: what is under way has its time to end."""
    _told.set()


def is_stopping() -> bool:
    """Tell whether to begin nothing more."""
    return _told.is_set()
