"""Summaries by a model that all workers share: limits, waits, concurrency, crashes, and what is never asked twice."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from benchmarks.measure import Finding, at_least, at_most, proportional_mb
from shared.jobs.job import JobStatus
from tests.support.datasets import make_file
from tests.support.messages_server import MessagesServer, Received, rate_limited
from tests.support.model_bench import BUCKET, ModelBench, now
from tests.support.service import WIDE_LIMITS, Service
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

COMMAND = "python -m benchmarks model"
MINUTE = 60
REQUESTS, TOKENS = 1200, 1_000_000
MODEL_SECONDS = 2.0
WAVES = 8
"""Calls that each thread of a network worker makes, one after another."""

EQUAL = 200
SLICES = 3000
KILLS = 12


def measure(_: Service) -> list[Finding]:
    """Measure on servers and processes of its own."""
    return [
        asyncio.run(_limit("requests", "MODEL_REQUESTS_PER_MINUTE", REQUESTS)),
        asyncio.run(_limit("input tokens", "MODEL_INPUT_TOKENS_PER_MINUTE", TOKENS)),
        asyncio.run(_long_wait()),
        asyncio.run(_concurrency(64, 0.95)),
        asyncio.run(_concurrency(200, 0.9)),
        asyncio.run(_kills()),
        asyncio.run(_equal_questions()),
        _large_study(),
    ]


@asynccontextmanager
async def _bench(seconds: float) -> AsyncIterator[tuple[ModelBench, MessagesServer]]:
    server = TestServer()
    with tempfile.TemporaryDirectory() as folder, MessagesServer(seconds=seconds) as model:
        bench = ModelBench(server, Path(folder), model)
        try:
            yield bench, model
        finally:
            await bench.close()
            server.close()


async def _limit(what: str, setting: str, limit: int) -> Finding:
    async with _bench(0.3) as (bench, model):
        model.limit(**{"requests_per_minute" if what == "requests" else "tokens_per_minute": limit})
        await bench.add(range(1, 2200))
        bench.start_workers(8, NETWORK_THREADS="4", **{setting: str(limit)})
        await_until(lambda: len(model.received) > REQUESTS * 0.06, "the burst is used up", patience=60)
        begin = now()
        await asyncio.sleep(MINUTE)
        received = list(model.received)
    admitted = [one for one in received if one.admitted]
    amounts = [(one.at, _amount(one, what)) for one in admitted]
    most = max(_within(amounts, at) for at, _ in amounts)
    figure = (
        f"{_within(amounts, begin) / limit:.1%} of the limit used in a minute; most in any minute {most / limit:.1%}; "
        f"{len(received) - len(admitted)} refused by the model's own limit"
    )
    return Finding(
        f"8 worker processes, limit of {limit} {what} per minute",
        figure,
        "-",
        COMMAND,
        (
            at_least(100 * _within(amounts, begin) / limit, 95, " % used"),
            at_most(100 * most / limit, 101, " % in any minute"),
        ),
    )


def _amount(one: Received, what: str) -> int:
    return 1 if what == "requests" else one.tokens


def _within(amounts: list[tuple[float, int]], begin: float) -> int:
    return sum(amount for at, amount in amounts if begin <= at < begin + MINUTE)


async def _long_wait() -> Finding:
    async with _bench(0.0) as (bench, model):
        model.then(rate_limited("120"))
        bench.start_workers(1)
        [first] = await bench.add([1])
        await_until(lambda: model.received, "the model was asked", patience=60)
        freed = await_until(lambda: _is_waiting(bench, first), "the unit was given back")
        bench.start_workers(7)
        jobs = [first, *await bench.add(range(2, 101))]
        await_until(lambda: all(_is_waiting(bench, job) for job in jobs), "everybody waits")
        calls = len(model.received)
        paused = (float(bench.engine.redis.hget(BUCKET, "pause_until")) / 1000) - bench.engine.redis.time()[0]
        bench.let_time_pass(132)
        bench.await_done()
        worded = [(await bench.detail(job))["source"] for job in jobs].count("claude")
    figure = (
        f"slot free after {freed:.2f} s, {calls} call, 8 workers paused for {paused:.0f} s, "
        f"then {worded} of 100 summaries worded"
    )
    goals = (at_most(freed, 3, " s"), at_most(calls, 1, " call"), at_least(worded, 100, " worded"))
    return Finding("429 with retry-after 120 (the two minutes are skipped)", figure, "-", COMMAND, goals)


def _is_waiting(bench: ModelBench, job: str) -> bool:
    unit = bench.engine.redis.hget(f"job:{job}", "u:summarize")
    return unit is not None and unit.startswith(b"waiting")


async def _concurrency(threads: int, share: float) -> Finding:
    """Keep a worker's threads busy; the figure is how many wait for the model while there is something to ask.

    That is from the first question to the last: when none is left, threads are idle one after the other.
    """
    calls = WAVES * threads
    async with _bench(MODEL_SECONDS) as (bench, model):
        await bench.add(range(1, calls + 1))
        [worker] = bench.start_workers(1, NETWORK_THREADS=str(threads))
        await_until(lambda: len(model.received) >= calls // 2, "half is asked", patience=120)
        memory = proportional_mb(psutil.Process(worker.pid))
        bench.await_done(120)
        asked = [one.at for one in model.received]
    assert len(asked) == calls, "every question is asked once"
    first, last = min(asked), max(asked)
    in_flight = sum(min(at + MODEL_SECONDS, last) - at for at in asked) / (last - first)
    took, ideal = last + MODEL_SECONDS - first, WAVES * MODEL_SECONDS
    goals = (at_least(in_flight / threads, share),)
    return Finding(
        f"{calls} calls to a model of {MODEL_SECONDS:g} s, one network worker of {threads} threads",
        f"{in_flight / threads:.2f} of the possible calls in flight from the first question to the last; all answered "
        f"after {took:.1f} s; {memory / threads:.2f} MB for each thread, {memory:.0f} MB in all",
        f"{threads} always in flight, and {ideal:.0f} s; memory is that of the whole process",
        COMMAND,
        (*goals, at_most(memory / threads, 2.5, " MB for each")) if threads == 64 else goals,
    )


async def _kills() -> Finding:
    calls, ended = [], []
    for kill in range(KILLS):
        async with _bench(0.4) as (bench, model):
            [victim] = bench.start_workers(1)
            [job] = await bench.add([1])
            await_until(lambda: model.received, "the model was asked", patience=60)
            await asyncio.sleep(0.5 * kill / KILLS)
            bench.kill(victim)
            bench.start_workers(1)
            bench.await_done()
            calls.append(len(model.received))
            ended.append((await bench.read(job)).status)
    figure = f"{ended.count(JobStatus.SUCCEEDED)} finished; {sum(calls)} calls, at most {max(calls)} for one"
    return Finding(
        f"kill -9 at {KILLS} instants of a summary",
        figure,
        "one call for each",
        COMMAND,
        (
            at_least(ended.count(JobStatus.SUCCEEDED), KILLS, " finished"),
            at_most(max(calls), 2, " calls for a summary"),
        ),
    )


async def _equal_questions() -> Finding:
    async with _bench(1.0) as (bench, model):
        await bench.add([1] * EQUAL)
        bench.start_workers(2)
        bench.await_done()
        calls = len(model.received)
    goal = at_most(calls, 1, " call")
    return Finding(f"{EQUAL} jobs with the same facts at once", f"{calls} call", "-", COMMAND, (goal,))


def _large_study() -> Finding:
    with MessagesServer() as model:
        service = Service(ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=model.url, **WIDE_LIMITS)
        try:
            service.await_ready()
            parts = [("file", ("name", _slice(number))) for number in range(SLICES)]
            job = service.client.post("/dicom/summarize", files=parts, headers={"Prefer": "wait=30"}).json()
            source = job["result"]["summary_detail"]["source"]
        finally:
            service.close()
    return Finding(
        f"a study of {SLICES} slices, summary by {source}",
        f"{len(model.received)} call",
        "-",
        COMMAND,
        (at_most(len(model.received), 1, " call"),),
    )


def _slice(number: int) -> bytes:
    return make_file(
        {
            "SOPInstanceUID": f"1.2.3.{number + 1}",
            "ImagePositionPatient": f"0\\0\\{number}",
            "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
        }
    )
