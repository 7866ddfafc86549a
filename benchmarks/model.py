"""Summaries by a model that all workers share: limits, waits, concurrency, crashes, and what is never asked twice."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.measure import Finding
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
SUMMARIES, THREADS, MODEL_SECONDS = 500, 64, 2.0
EQUAL = 200
SLICES = 3000
KILLS = 12


def measure(_: Service) -> list[Finding]:
    """Measure on servers and processes of its own."""
    return [
        asyncio.run(_limit("requests", "MODEL_REQUESTS_PER_MINUTE", REQUESTS)),
        asyncio.run(_limit("input tokens", "MODEL_INPUT_TOKENS_PER_MINUTE", TOKENS)),
        asyncio.run(_long_wait()),
        asyncio.run(_concurrency()),
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
        f"8 worker processes, limit of {limit} {what} per minute", figure, "goal: at least 95 %, at most 101 %", COMMAND
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
    return Finding("429 with retry-after 120 (the two minutes are skipped)", figure, "goal: 3 s, 1 call, all", COMMAND)


def _is_waiting(bench: ModelBench, job: str) -> bool:
    unit = bench.engine.redis.hget(f"job:{job}", "u:summarize")
    return unit is not None and unit.startswith(b"waiting")


async def _concurrency() -> Finding:
    async with _bench(MODEL_SECONDS) as (bench, model):
        await bench.add(range(1, SUMMARIES + 1))
        bench.start_workers(1, NETWORK_THREADS=str(THREADS))
        await_until(lambda: model.received, "the model was asked", patience=60)
        took = bench.await_done(120)
    ideal = SUMMARIES * MODEL_SECONDS / THREADS
    return Finding(
        f"{SUMMARIES} summaries, model of {MODEL_SECONDS:g} s, one network worker of {THREADS} threads",
        f"{took:.1f} s ({took / ideal:.2f} of {ideal:.1f} s)",
        "goal: 1.15",
        COMMAND,
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
        f"kill -9 at {KILLS} instants of a summary", figure, "goal: all; at most one call more per summary", COMMAND
    )


async def _equal_questions() -> Finding:
    async with _bench(1.0) as (bench, model):
        await bench.add([1] * EQUAL)
        bench.start_workers(2)
        bench.await_done()
        calls = len(model.received)
    return Finding(f"{EQUAL} jobs with the same facts at once", f"{calls} call", "goal: 1 call", COMMAND)


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
        f"a study of {SLICES} slices, summary by {source}", f"{len(model.received)} call", "goal: 1 call", COMMAND
    )


def _slice(number: int) -> bytes:
    return make_file(
        {
            "SOPInstanceUID": f"1.2.3.{number + 1}",
            "ImagePositionPatient": f"0\\0\\{number}",
            "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
        }
    )
