"""Celery by itself: tasks that do nothing, that say when they began, and that read one file each.

``celery -A benchmarks.bare_celery worker``; the broker is BARE_BROKER.
"""

import os
import time
from functools import cache
from pathlib import Path

import redis
from celery import Celery
from kombu import Connection

BROKER = os.environ.get("BARE_BROKER", "redis://127.0.0.1:1/0")
ANSWERS = "answers"
"""List of what the tasks answer."""

app = Celery("bare", broker=BROKER)
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, worker_enable_remote_control=False
)


@cache
def _answers() -> redis.Redis:
    return redis.Redis.from_url(BROKER)


@app.task(name="nothing")  # type: ignore[untyped-decorator]  # Celery ships no types
def nothing() -> None:
    """Do nothing."""


@app.task(name="stamp")  # type: ignore[untyped-decorator]  # Celery ships no types
def stamp(sent: float, sender: str) -> None:
    """Tell the sender how many seconds passed since the task was sent, by this machine's one clock."""
    passed = time.monotonic() - sent
    _answers().rpush(f"{ANSWERS}:{sender}", passed)


@app.task(name="read")  # type: ignore[untyped-decorator]  # Celery ships no types
def read(path: str) -> None:
    """Extract one file, as a service with a task per file would, and keep what it says."""
    from shared.dicom.instance import describe_instance  # noqa: PLC0415 - the other tasks need no parser
    from shared.dicom.reading import read_header  # noqa: PLC0415
    from shared.jobs.results import ExtractedFile, encode_chunk  # noqa: PLC0415

    place = Path(path)
    length = place.stat().st_size
    with place.open("rb") as source:
        facts = describe_instance(read_header(source, length=length))
    _answers().rpush(ANSWERS, encode_chunk((ExtractedFile(0, None, length, facts),)))


def publish(url: str, count: int) -> None:
    """Queue tasks that do nothing."""
    with Connection(url) as connection, connection.Producer() as producer:
        for _ in range(count):
            nothing.apply_async(producer=producer)


def publish_reads(url: str, paths: list[Path]) -> None:
    """Queue a task per file."""
    with Connection(url) as connection, connection.Producer() as producer:
        for path in paths:
            read.apply_async((str(path),), producer=producer)


def measure_starts(url: str, sender: str, count: int) -> list[float]:
    """Send one task after another; gives the seconds from each one's publishing to its start."""
    answers = redis.Redis.from_url(url)
    times = []
    with Connection(url) as connection, connection.Producer() as producer:
        for _ in range(count):
            stamp.apply_async((time.monotonic(), sender), producer=producer)
            answered = answers.blpop(f"{ANSWERS}:{sender}", timeout=20)
            assert answered is not None, "a task never began"
            times.append(float(answered[1]))
    return times


def waiting(url: str) -> int:
    """Count the tasks that no worker has taken yet."""
    return int(redis.Redis.from_url(url).llen("celery"))


def answered(url: str) -> int:
    """Count the files that were read."""
    return int(redis.Redis.from_url(url).llen(ANSWERS))
