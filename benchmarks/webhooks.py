"""Webhooks: 2,000 jobs told to receivers that fail, hang, redirect and are gone, while senders are killed."""

import asyncio
import base64
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from standardwebhooks import Webhook, WebhookVerificationError

from benchmarks.measure import Finding, at_most, percentile
from shared.webhooks.delivery import Delivery, DeliveryStatus
from shared.webhooks.verdict import ErrorClass
from tests.support.outbox import Outbox, make_callback
from tests.support.receiver import Received, Receiver, Reply
from tests.support.service import Service
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench, await_until

COMMAND = "python -m benchmarks webhooks"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SCHEDULE = "0s, 1s, 1s, 2s, 2s, 3s"
"""The real schedule's shape within seconds."""
ATTEMPTS = 6
SETTINGS = {
    "WEBHOOK_SECRET": SECRET,
    "WEBHOOK_ALLOW": "127.0.0.0/8",
    "WEBHOOK_SCHEDULE": SCHEDULE,
    "WEBHOOK_TIMEOUT": "1s",
    "LOG_LEVEL": "error",
}
SENDERS = 3
QUIET_JOBS = 300
JOBS_PER_SECOND = 40
KILL_EVERY_SECONDS = 4
KILLING_SECONDS = 60
PATIENCE_SECONDS = 240


class Kind(Struct, frozen=True):
    """Receivers of one behaviour: how many hosts, how many jobs for each, and whose."""

    path: str
    hosts: int
    jobs: int
    tenant: str


KINDS = (
    Kind("/healthy", 10, 100, "calm"),
    Kind("/flaky", 10, 50, "noisy"),
    Kind("/hanging", 50, 2, "noisy"),
    Kind("/redirecting", 50, 4, "noisy"),
    Kind("/gone", 10, 20, "noisy"),
)
"""2,000 jobs together."""


def measure(_: Service) -> list[Finding]:
    """Measure on a server and processes of its own."""
    return [asyncio.run(_quiet()), *asyncio.run(_chaos())]


@contextmanager
def _stage() -> Iterator[tuple[Workbench, Outbox, Receiver]]:
    server = TestServer()
    with tempfile.TemporaryDirectory() as folder, Receiver(_decide, host="0.0.0.0") as receiver:
        try:
            yield Workbench(server, Path(folder)), Outbox(server), receiver
        finally:
            server.close()


def _decide(path: str, _: int) -> Reply:
    match path:
        case "/flaky":
            return Reply(random.choice((204, 204, 204, 500, 503)))
        case "/hanging":
            return Reply(503, delay_seconds=30)  # never gets to say so
        case "/redirecting":
            return Reply(307, {"Location": "/healthy"})
        case "/gone":
            return Reply(410)
        case _:
            return Reply()


async def _quiet() -> Finding:
    with _stage() as (bench, outbox, receiver):
        bench.start("sweeper", **SETTINGS)
        bench.start("deliver", **SETTINGS)
        await asyncio.sleep(4)
        for _ in range(QUIET_JOBS):
            await outbox.finish_job(make_callback(url=receiver.url("/healthy")), now=None)
            await asyncio.sleep(0.05)
        await asyncio.to_thread(receiver.await_requests, QUIET_JOBS)
        times = [_delay_ms(received) for received in receiver.received]
        await outbox.close()
        await bench.close()
    figure = f"p50 {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms"
    return Finding(f"terminal state to a healthy receiver, {QUIET_JOBS} jobs, 20 a second", figure, "-", COMMAND)


async def _chaos() -> list[Finding]:
    with _stage() as (bench, outbox, receiver):
        bench.start("sweeper", **SETTINGS)
        senders = [bench.start("deliver", **SETTINGS) for _ in range(SENDERS)]
        await asyncio.sleep(4)
        began = time.monotonic()
        killing = asyncio.create_task(_kill(bench, senders))
        await _finish_jobs(outbox, receiver)
        kills = await killing
        ledger = await _await_ended(outbox)
        took = time.monotonic() - began
        received = list(receiver.received)
        await outbox.close()
        await bench.close()
    return _judge(received, ledger, kills, took)


async def _finish_jobs(outbox: Outbox, receiver: Receiver) -> None:
    orders = [
        (kind, f"127.{place + 1}.0.{host + 1}")
        for place, kind in enumerate(KINDS)
        for host in range(kind.hosts)
        for _ in range(kind.jobs)
    ]
    random.Random(8).shuffle(orders)
    began = time.monotonic()
    for number, (kind, host) in enumerate(orders):
        callback = make_callback(url=receiver.url(kind.path, host=host), tenant=kind.tenant)
        await outbox.finish_job(callback, tenant=kind.tenant, now=None)
        await asyncio.sleep(max(0.0, began + number / JOBS_PER_SECOND - time.monotonic()))


async def _kill(bench: Workbench, senders: list[subprocess.Popen[bytes]]) -> int:
    """Kill one sender after another with -9 and start it again; gives how often."""
    kills, ends = 0, time.monotonic() + KILLING_SECONDS
    while time.monotonic() < ends:
        await asyncio.sleep(KILL_EVERY_SECONDS)
        place = kills % len(senders)
        os.killpg(senders[place].pid, signal.SIGKILL)
        senders[place].wait()
        senders[place] = bench.start("deliver", **SETTINGS)
        kills += 1
    return kills


async def _await_ended(outbox: Outbox) -> list[Delivery]:
    await asyncio.to_thread(await_until, lambda: not outbox.due(), "all have ended", patience=PATIENCE_SECONDS)
    return [delivery for tenant in ("calm", "noisy") for delivery in await _read_ledger(outbox, tenant)]


async def _read_ledger(outbox: Outbox, tenant: str) -> list[Delivery]:
    found: list[Delivery] = []
    cursor = None
    while True:
        page = await outbox.webhooks.list_deliveries(tenant, job_id=None, status=None, limit=500, cursor=cursor)
        found += page.deliveries
        cursor = page.next_cursor
        if cursor is None:
            return found


def _judge(received: list[Received], ledger: list[Delivery], kills: int, took: float) -> list[Finding]:
    accepted = Counter(one.message_id for one in received if one.status < 300)
    unaccounted = [one for one in ledger if not accepted[one.id] and not _is_failed_by_rule(one)]
    expected = sum(kind.hosts * kind.jobs for kind in KINDS)
    wrongly = sum(not _verifies(one) for one in received)
    duplicates = sum(count - 1 for count in accepted.values())
    statuses = Counter(one.status for one in ledger)
    lost = sum(attempt.error is ErrorClass.WORKER_LOST for one in ledger for attempt in one.attempts)
    outcome = (
        f"{len(ledger)} of {expected} events in the ledger, {statuses[DeliveryStatus.DELIVERED]} delivered, "
        f"{statuses[DeliveryStatus.FAILED]} failed by the rules, {len(unaccounted)} unaccounted for; {wrongly} of "
        f"{len(received)} requests signed wrongly; {lost} requests lost with their "
        f"sender; {duplicates} duplicates ({100 * duplicates / len(accepted):.2f} %); "
        f"over after {took:.0f} s"
    )
    name = f"{expected} jobs, receivers healthy, flaky, hanging, redirecting and gone; kill -9 of {SENDERS} senders"
    return [
        Finding(
            f"{name}, {kills} times",
            outcome,
            "-",
            COMMAND,
            (
                at_most(len(unaccounted), 0, " unaccounted for"),
                at_most(wrongly, 0, " signed wrongly"),
                at_most(100 * duplicates / len(accepted), 1, " % duplicates"),
            ),
        ),
        Finding(
            "terminal state to a healthy receiver meanwhile, 1000 jobs of another tenant",
            _describe_delays(received, "/healthy"),
            "a killed sender's deliveries wait for their lease, 16 s",
            COMMAND,
        ),
        Finding(
            "terminal state to the first attempt at a flaky receiver meanwhile, 500 jobs of the hanging ones' tenant",
            _describe_delays(received, "/flaky"),
            "after a failure such a receiver has one request at a time, and rests after five",
            COMMAND,
        ),
    ]


def _describe_delays(received: list[Received], path: str) -> str:
    first: dict[str, float] = {}
    for one in received:
        if one.path == path:
            first.setdefault(one.message_id, _delay_ms(one))
    times = list(first.values())
    shares = ", ".join(f"p{100 * share:g} {percentile(times, share):.0f} ms" for share in (0.5, 0.9, 0.99))
    return f"{shares}, worst {max(times) / 1000:.1f} s"


def _is_failed_by_rule(delivery: Delivery) -> bool:
    """Whether the ledger gives the schedule's every attempt, or the one 410, of a delivery that failed."""
    tried = len(delivery.attempts)
    answered_gone = urlsplit(delivery.url).path == "/gone" and delivery.attempts[-1].status_code == 410
    return delivery.status is DeliveryStatus.FAILED and (tried == ATTEMPTS or answered_gone)


def _verifies(received: Received) -> bool:
    try:
        Webhook(SECRET).verify(received.body, received.headers)
    except WebhookVerificationError:
        return False
    return True


def _delay_ms(received: Received) -> float:
    """Give how long after its event a request came in; both clocks are this machine's."""
    event = Webhook(SECRET).verify(received.body, received.headers)
    return (received.at - datetime.fromisoformat(event["timestamp"]).timestamp()) * 1000
