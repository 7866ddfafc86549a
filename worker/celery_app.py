"""The Celery application of the workers, and what happens when its processes start and stop."""

import gc
from collections.abc import Callable

from celery import Celery
from celery.signals import (
    setup_logging,
    worker_before_create_process,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from shared.jobs.adapters.celery_queue import worker_options
from shared.observability import configure_logs, get_logger
from shared.observability.metrics import forget_counts
from shared.observability.traces import configure_traces, flush_traces
from shared.settings import Settings
from worker.context import current_settings, extra_attributes, forget_context, sign_in, start_reporting
from worker.leased_task import lease_keeper

TASKS = {
    "extract": ("worker.tasks.extract", "worker.tasks.assemble", "worker.tasks.render"),
    "network": ("worker.tasks.summarize", "worker.tasks.expire"),
    "deliver": ("worker.tasks.deliver",),
}
"""Modules of the tasks of each role's queues; a worker loads no other, and so neither what they need."""


def build_celery_app(role: str) -> Celery:
    """Make the application that ``celery worker`` runs in a role."""
    settings = current_settings()
    extra_attributes(settings)  # a mistake in it ends the start, not the first job
    application = Celery("worker", broker=settings.hint_url, include=TASKS[role])
    application.conf.update(worker_options(settings.hint_url))
    worker_ready.connect(lambda **_: sign_in(role), weak=False)
    _tell_about(role, settings)
    return application


def _tell_about(role: str, settings: Settings) -> None:
    """See to it that every process of a worker reports its counts and sends its traces, until it ends."""
    ends: list[Callable[[], None]] = []

    def start_parent(**_: object) -> None:
        configure_traces(settings.otel_exporter_otlp_endpoint, role)
        ends.append(start_reporting(role))

    def start_child(**_: object) -> None:
        forget_counts()
        ends.clear()
        start_parent()

    def end(**_: object) -> None:
        for stop in ends:
            stop()
        flush_traces()

    worker_process_init.connect(start_child, weak=False)
    worker_process_shutdown.connect(end, weak=False)
    worker_ready.connect(start_parent, weak=False)
    worker_shutdown.connect(end, weak=False)


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _configure(**_: object) -> None:
    settings = current_settings()
    configure_logs(settings.log_format, settings.log_level)


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _start_child(**_: object) -> None:
    """Give a pool child connections and a keeper of its own."""
    forget_context()
    lease_keeper.cache_clear()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _report_shutdown(sig: str, how: str, **_: object) -> None:
    get_logger().info("worker stopping", signal=sig, how=how)


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _hand_back(**_: object) -> None:
    """Give back what threads of this process still hold when the soft shutdown is over."""
    if lease_keeper.cache_info().currsize:
        lease_keeper().hand_back()


@worker_before_create_process.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def freeze_memory(**_: object) -> None:
    """Move what is loaded by now out of the garbage collector's sight, so that forked children share its pages.

    Before each fork again: Celery loads more of itself while it starts.
    """
    gc.collect()
    gc.freeze()
