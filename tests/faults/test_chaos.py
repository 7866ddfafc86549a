"""Jobs under injected faults: every accepted upload reaches exactly one terminal state, and nothing is left over."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from shared.jobs.adapters.redis_connection import build_redis
from shared.jobs.adapters.redis_sweep_store import build_sweep_store
from shared.storage.adapters.filesystem import FileStore
from tests.support.archives import make_zip
from tests.support.fault_stack import FaultStack
from tests.support.samples import CT, GATED_CT, MR

pytestmark = [pytest.mark.faults, pytest.mark.integration, pytest.mark.timeout(900)]

LONG = os.environ.get("FAULTS") == "long"
SEEDS = range(1, 11) if LONG else range(1, 2)
JOBS, FAULTS = (100, 12) if LONG else (30, 7)
SUBMIT_SECONDS = 120
DRAIN_SECONDS = 120
TERMINAL = {"job.succeeded", "job.failed", "job.canceled"}


@pytest.fixture(params=SEEDS)
def stack(request: pytest.FixtureRequest) -> Iterator[FaultStack]:
    """A running stack whose faults and jobs are drawn from the seed."""
    running = FaultStack(request.param)
    try:
        yield running.await_ready()
    finally:
        running.close()


def submit(stack: FaultStack, number: int) -> str:
    """Send one job again and again under its key until it is accepted; gives its id."""
    files = [CT, MR, *GATED_CT][: 1 + number % 7] * (1 + number % 4)
    named = [(str(place), path.read_bytes()) for place, path in enumerate(files)]
    if number % 4 == 1:  # with enough members for several units
        named = [("archive", make_zip(*named * 40)), *named[:1]]
    parts = [("file", one) for one in named]
    kind = "summarize" if number % 3 == 0 else "analyze"
    headers = {"Idempotency-Key": f"chaos-{number}"}
    ends = time.monotonic() + SUBMIT_SECONDS
    while time.monotonic() < ends:
        try:
            response = stack.client.post(f"/dicom/{kind}", files=parts, headers=headers)
        except httpx2.TransportError:
            time.sleep(0.2)
            continue
        if response.status_code == 202:
            return str(response.json()["id"])
        assert response.status_code in {409, 503}, response.text
        time.sleep(0.2)
    raise AssertionError("a job was not accepted in time")


def inject(stack: FaultStack, done: threading.Event, log: list[str]) -> None:
    """Draw and inject faults until enough have been injected."""
    while len(log) < FAULTS:
        done.wait(stack.random.uniform(0.1, 0.6))
        name = stack.random.choice(sorted(stack.faults()))
        log.append(name)
        stack.faults()[name]()


def await_drained(stack: FaultStack) -> float:
    """Wait until no unit is due any more; gives the seconds that took."""
    began = time.monotonic()
    store = stack.inspect()
    while time.monotonic() - began < DRAIN_SECONDS:
        if store.zcard("jobs:due") == 0:
            return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"still due: {store.zrange('jobs:due', 0, 20)}")


def test_every_accepted_job_ends_exactly_once_whatever_is_killed(stack: FaultStack) -> None:
    """Workers, api, sweepers and store are killed and frozen while jobs run; all jobs end once and leave nothing."""
    log: list[str] = []
    injecting = threading.Event()
    saboteur = threading.Thread(target=inject, args=(stack, injecting, log))
    saboteur.start()
    accepted = [submit(stack, number) for number in range(JOBS)]
    saboteur.join()
    stack.await_ready()
    drained = await_drained(stack)
    print(f"{JOBS} jobs, {len(log)} faults ({dict(Counter(log))}), drained {drained:.1f} s after the last")

    store = stack.inspect()
    ended = [store.hget(f"job:{job}", "status").decode() for job in accepted]
    assert Counter(ended) == {"succeeded": JOBS}
    feed = store.xrange("feed:default")
    ends = Counter(fields[b"job"].decode() for _, fields in feed if fields[b"type"].decode() in TERMINAL)
    assert {job: ends[job] for job in accepted} == dict.fromkeys(accepted, 1)
    assert [key for key in store.scan_iter("ready:*") if store.zcard(key)] == []
    immortal = [key for key in store.scan_iter("job:*") if store.ttl(key) < 0]
    assert immortal == []
    assert store.zcard("jobs:deadlines") == 0


def test_no_byte_is_left_without_an_owner(stack: FaultStack) -> None:
    """An api that is killed between storing and accepting leaves bytes; the search for them finds them all."""
    for number in range(6):
        killer = threading.Timer(0.02 * number, stack.kill, ["api"])
        killer.start()
        submit(stack, number)
        killer.join()
    stack.await_ready()
    await_drained(stack)
    storage = FileStore(stack.storage)
    sweeps = build_sweep_store(build_redis(stack.store_url))
    later = datetime.now(UTC) + timedelta(hours=1)
    storage.erase_abandoned(later)
    storage.erase(set(storage.old_locations(later)) - sweeps.owned_locations())
    left = {str(path.relative_to(stack.storage)) for path in stack.storage.rglob("*") if path.is_file()}
    assert left == sweeps.owned_locations()
