"""Deliver workers that are killed, and receivers that hang, with real processes and sockets."""

import base64
import os
import signal
import time

import pytest
from standardwebhooks import Webhook

from tests.support.outbox import Outbox, make_callback
from tests.support.receiver import Receiver, Reply
from tests.support.workbench import Workbench, await_until

pytestmark = pytest.mark.integration

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
SETTINGS = {"WEBHOOK_SECRET": SECRET, "WEBHOOK_ALLOW": "127.0.0.0/8", "WEBHOOK_TIMEOUT": "2s"}


async def finish_jobs(outbox: Outbox, count: int, url: str) -> None:
    """Bring jobs with a callback to success, now."""
    for _ in range(count):
        await outbox.finish_job(make_callback(url=url), now=None)


def is_sending(outbox: Outbox) -> bool:
    """Whether a delivery is on its way."""
    return bool(outbox.redis.keys("webhooks:flying:cb_*"))


async def test_a_delivery_of_a_killed_worker_arrives_from_another(bench: Workbench, outbox: Outbox) -> None:
    """After kill -9 in the middle of a request the lease runs out and the same message is sent again."""
    victim = bench.start("deliver", **SETTINGS)
    bench.start("sweeper", **SETTINGS)
    with Receiver(lambda _, count: Reply(delay_seconds=5 if count == 0 else 0)) as receiver:
        await finish_jobs(outbox, 1, receiver.url())
        receiver.await_requests(1)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        bench.start("deliver", **SETTINGS)
        requests = receiver.await_requests(2, seconds=30)
        await_until(lambda: not outbox.due(), "the delivery has ended")
    assert requests[0].message_id == requests[1].message_id
    Webhook(SECRET).verify(requests[1].body, requests[1].headers)
    [delivery] = await outbox.ledger()
    assert [attempt.error for attempt in delivery.attempts] == ["worker_lost", None]


async def test_a_stopped_worker_ends_what_it_sends_and_begins_nothing_more(bench: Workbench, outbox: Outbox) -> None:
    """After SIGTERM the request under way is finished and noted; what waits is left for others."""
    worker = bench.start("deliver", **SETTINGS)
    bench.start("sweeper", **SETTINGS)
    with Receiver(lambda *_: Reply(delay_seconds=1)) as receiver:
        await finish_jobs(outbox, 5, receiver.url())
        receiver.await_requests(1)
        worker.send_signal(signal.SIGTERM)
        await_until(lambda: worker.poll() is not None, "the worker has ended")
    statuses = sorted(delivery.status for delivery in await outbox.ledger())
    assert statuses == ["delivered", "waiting", "waiting", "waiting", "waiting"]
    assert not is_sending(outbox)


async def test_hanging_receivers_of_one_tenant_delay_nobody_else(bench: Workbench, outbox: Outbox) -> None:
    """With more hanging receivers than threads, another tenant's events arrive within a second and a half."""
    bench.start("deliver", DELIVER_THREADS="8", **SETTINGS)
    bench.start("sweeper", DELIVER_THREADS="8", **SETTINGS)
    with Receiver(lambda *_: Reply(delay_seconds=30), host="0.0.0.0") as hanging, Receiver() as healthy:
        for number in range(20):
            await finish_jobs(outbox, 1, hanging.url(host=f"127.0.1.{number + 1}"))
        hanging.await_requests(6)
        for _ in range(10):
            await outbox.finish_job(make_callback(url=healthy.url(), tenant="b"), tenant="b", now=None)
        began = time.time()
        requests = healthy.await_requests(10, seconds=10)
    assert max(request.at for request in requests) - began < 1.5
