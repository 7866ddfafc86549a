"""The Celery application of the workers, and what happens when its processes start and stop."""

import gc

from celery import Celery
from celery.signals import celeryd_init, worker_process_init, worker_ready, worker_shutdown, worker_shutting_down

from shared.jobs.adapters.celery_queue import worker_options
from shared.observability import configure_logs, get_logger
from shared.settings import load_settings
from worker.context import extra_attributes, forget_context, sign_in
from worker.leased_task import lease_keeper

TASKS = tuple(f"worker.tasks.{name}" for name in ("extract", "assemble", "summarize", "render", "expire"))
"""Modules whose tasks the workers of jobs know; which queues one serves is said when it starts."""

DELIVER_TASKS = ("worker.tasks.deliver",)
"""The module of the deliver worker, which loads no parser."""


def build_celery_app(role: str) -> Celery:
    """Make the application that ``celery worker`` runs in a role."""
    settings = load_settings()
    extra_attributes(settings)  # a mistake in it ends the start, not the first job
    application = Celery("worker", broker=settings.hint_url, include=DELIVER_TASKS if role == "deliver" else TASKS)
    application.conf.update(worker_options())
    worker_ready.connect(lambda **_: sign_in(role), weak=False)
    return application


@celeryd_init.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _configure(**_: object) -> None:
    settings = load_settings()
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


def freeze_memory() -> None:
    """Move what is loaded by now out of the garbage collector's sight, so that forked children share its pages."""
    gc.collect()
    gc.freeze()
