"""Wake-up hints as Celery messages.

Celery is only the carrier: a message holds a task's name and no argument. What is lost on the way is sent again by
the sweeper, so publishing is best effort and quick to give up.
"""

import queue
import threading
import uuid
from collections import Counter
from contextlib import suppress
from typing import Any

from celery import Celery
from kombu import Connection, Producer
from kombu.exceptions import ChannelError, KombuError

from shared.errors import TransientError
from shared.jobs.job import Stage
from shared.observability import get_logger

BROKER_OPTIONS: dict[str, object] = {
    "visibility_timeout": 3600,  # far above any task's time limit: redelivery is not how work is recovered here
    "socket_timeout": 5,  # without it a half-open connection hangs a consumer for ever
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
"""Transport options of publishers and workers on Redis; reasons are measured in the reliability notes."""

AMQP_OPTIONS: dict[str, object] = {"confirm_publish": True}
"""The same on RabbitMQ: a message counts as sent once a quorum of its nodes has it."""

DISCONNECT_SECONDS = 1
"""Longest time for taking leave of a broker that may be gone."""

CONFIRM_SECONDS = 5
"""Longest wait for RabbitMQ to confirm a message; the sweeper sends what it did not."""

MAX_BATCH = 500
"""Hints sent in one go."""


def broker_options(url: str) -> dict[str, object]:
    """Give the transport options for the broker that a URL names."""
    return AMQP_OPTIONS if _is_amqp(url) else BROKER_OPTIONS


def _is_amqp(url: str) -> bool:
    return url.startswith(("amqp", "pyamqp"))


class CeleryHintQueue:
    """``HintQueue`` on a Celery broker; for one thread."""

    def __init__(self, app: Celery, url: str) -> None:
        self._amqp = app.amqp
        self._connection = Connection(url, transport_options=broker_options(url), connect_timeout=2)
        self._producer: Producer | None = None

    def publish(self, queue: Stage | str, count: int = 1) -> None:
        """Send hints; see the port."""
        try:
            producer = self._connected_producer()
            with producer.batch(MAX_BATCH):
                for _ in range(count):
                    self._send(producer, str(queue))
        except (KombuError, OSError, *self._connection.connection_errors) as error:
            self._disconnect()
            raise TransientError("queue.unavailable", "The broker does not take messages.") from error

    def waiting(self, queue: Stage | str) -> int:
        """Count the hints that no worker has taken yet; see the port."""
        try:
            channel = self._connected_producer().channel
            return int(channel.queue_declare(str(queue), passive=True).message_count)
        except ChannelError:  # a queue that is empty (Redis), or that no worker declared so far
            self._producer = None  # RabbitMQ closes the channel along with its answer
            return 0
        except (KombuError, OSError, *self._connection.connection_errors) as error:
            self._disconnect()
            raise TransientError("queue.unavailable", "The broker does not answer.") from error

    def close(self) -> None:
        """Take leave of the broker."""
        self._producer = None
        with suppress(KombuError, OSError, *self._connection.connection_errors):
            self._connection.release()

    def _send(self, producer: Producer, queue: str) -> None:
        message = self._amqp.as_task_v2(str(uuid.uuid4()), queue, ignore_result=True)
        # The nameless exchange takes the queue's own name: no binding to look up, the same on Redis and RabbitMQ.
        producer.publish(
            message.body,
            exchange="",
            routing_key=queue,
            headers=message.headers,
            serializer="json",
            delivery_mode=2,
            retry=False,
            confirm_timeout=CONFIRM_SECONDS,
            **message.properties,
        )

    def _connected_producer(self) -> Producer:
        if self._producer is None:
            self._connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0.1, timeout=2)
            self._producer = Producer(self._connection.channel(), auto_declare=False)
        return self._producer

    def _disconnect(self) -> None:
        self._producer = None
        with suppress(KombuError, OSError, *self._connection.connection_errors):
            self._connection.collect(DISCONNECT_SECONDS)  # drops the sockets; the next call connects afresh


class ThreadedHintSender:
    """``HintSender`` with one thread that publishes whatever has gathered meanwhile in one batch."""

    def __init__(self, hints: CeleryHintQueue) -> None:
        self._hints = hints
        self._pending: queue.SimpleQueue[Stage | str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hint-sender", daemon=True)
        self._thread.start()

    def send(self, queue: Stage | str, count: int = 1) -> None:
        """Hand hints over; see the port."""
        for _ in range(count):
            self._pending.put(queue)

    def close(self) -> None:
        """Publish what is pending, then end the thread."""
        self._pending.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            batch = [self._pending.get()]
            with suppress(queue.Empty):
                while len(batch) < MAX_BATCH:
                    batch.append(self._pending.get_nowait())
            for stage, count in Counter(stage for stage in batch if stage is not None).items():
                try:
                    self._hints.publish(stage, count)
                except TransientError:
                    get_logger().warning("hints not published", stage=stage, count=count)
            if None in batch:
                self._hints.close()
                return


def build_hint_queue(url: str) -> CeleryHintQueue:
    """Make a publisher of hints."""
    app = Celery("hints", set_as_current=False)
    app.conf.update(task_serializer="json")
    return CeleryHintQueue(app, url)


def build_hint_sender(url: str) -> ThreadedHintSender:
    """Make the api's publisher of hints."""
    return ThreadedHintSender(build_hint_queue(url))


def worker_options(url: str) -> dict[str, Any]:  # Any: Celery's settings have no types
    """Give the Celery settings of every worker; each undoes a measured way of losing or doubling work.

    On RabbitMQ queues are quorum queues: they survive a node, and Celery learns from them how to ask for messages.
    """
    return {
        "broker_transport_options": broker_options(url),
        "task_default_queue_type": "quorum" if _is_amqp(url) else "classic",
        "task_create_missing_queue_type": "quorum" if _is_amqp(url) else "classic",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_channel_error_retry": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "result_backend": None,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "worker_soft_shutdown_timeout": 5,
        "task_soft_time_limit": 840,
        "task_time_limit": 900,
    }
