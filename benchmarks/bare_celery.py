"""Celery tasks that do nothing: what the engine's overhead is compared with."""

import os

from celery import Celery
from kombu import Connection

app = Celery("bare", broker=os.environ.get("BARE_BROKER", "redis://127.0.0.1:1/0"))
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, worker_enable_remote_control=False
)


@app.task(name="nothing")  # type: ignore[untyped-decorator]  # Celery ships no types
def nothing() -> None:
    """Do nothing."""


def publish(url: str, count: int) -> None:
    """Queue tasks."""
    with Connection(url) as connection, connection.Producer() as producer:
        for _ in range(count):
            nothing.apply_async(producer=producer)


def waiting(url: str) -> int:
    """Count the tasks that no worker has taken yet."""
    with Connection(url) as connection:
        return int(connection.default_channel.client.llen("celery"))
