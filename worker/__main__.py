"""Start a worker process, ``python -m worker extract | network | deliver | sweeper``, or ``check`` that one is here."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

ROLES = ("extract", "network", "deliver", "sweeper", "check")
"""What a process of this package can be."""


def leave_numpy_out() -> None:
    """Let every import of numpy fail in this process, as if it were not installed.

    A hack: pydicom imports numpy wherever it finds it, for pixels that workers never touch. Without it a process starts
    60 ms sooner and is 18 MB smaller; it can go when pydicom imports numpy where it needs it.
    """
    sys.modules["numpy"] = None  # type: ignore[assignment]  # how importlib is told that there is no such module


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Let imports of these modules fail while the block runs, as if they were not installed.

    A hack for what others import wherever they find it; it can go when they import it where they need it. For requests
    that is pydicom's downloader of test files, 100 ms of every start, and traces need it later. For rich it is
    structlog's tracebacks with the values of variables, which are never shown here. For cffi it is billiard, which has
    each child load a parser of C to be told of its parent's death, 5 MB of each, and else does so by ctypes.
    """
    for module in modules:
        sys.modules[module] = None  # type: ignore[assignment]  # how importlib is told that there is no such module
    try:
        yield
    finally:
        for module in modules:
            del sys.modules[module]


def main(arguments: list[str]) -> int:
    """Run the named role until it is told to stop."""
    if len(arguments) != 1 or arguments[0] not in ROLES:
        sys.stderr.write(f"usage: python -m worker {' | '.join(ROLES)}\n")
        return 2
    leave_numpy_out()
    if arguments[0] == "check":
        from worker.health import is_signed_in  # noqa: PLC0415 - a check loads as little as it can

        return 0 if is_signed_in() else 1
    if arguments[0] == "sweeper":
        # The sweeper loads no Celery application.
        from worker.context import build_sweeper_parts, sign_in, start_reporting  # noqa: PLC0415
        from worker.sweeper import run_sweeper  # noqa: PLC0415

        parts = build_sweeper_parts()
        sign_in("sweeper")
        stop_reporting = start_reporting("sweeper")
        run_sweeper(*parts)
        stop_reporting()
        return 0
    if (
        arguments[0] != "deliver"
    ):  # which ends what it sends, within its timeout, and so is content with a warm shutdown
        # Read by Celery when it is imported: SIGTERM then asks for the soft shutdown that hands work back.
        os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    # Celery warns of root for fear of pickle; only JSON is accepted here, and containers run without root.
    warnings.filterwarnings("ignore", message=".*superuser privileges.*")
    with without("requests", "rich", "cffi"):
        from shared.dicom.extra import NotAllowed  # noqa: PLC0415
        from worker.celery_app import build_celery_app, freeze_memory  # noqa: PLC0415
        from worker.context import meet_store  # noqa: PLC0415
        from worker.roles import pool_options  # noqa: PLC0415

        try:
            application = build_celery_app(arguments[0])
        except NotAllowed as error:
            sys.stderr.write(f"{error}\n")
            return 2
        application.loader.import_default_modules()
    meet_store()
    freeze_memory()
    # Not by Celery's command line, which loads a shell and its colours: 190 modules that no worker needs.
    worker = application.Worker(**pool_options(arguments[0]))
    worker.start()
    return worker.exitcode or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
