"""Summaries by real network workers: limits they share, waits they give back, calls they never pay for twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.jobs.adapters.redis_connection import build_async_redis
from shared.jobs.job import Job, JobStatus, Stage, StageProgress
from shared.llm.adapters.redis_usage import build_usage_reader
from shared.llm.usage import UsageDay
from tests.support.messages_server import MessagesServer, failure, rate_limited
from tests.support.model_bench import ModelBench, calls_between, now
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def model() -> Iterator[MessagesServer]:
    """A fake model without a script."""
    with MessagesServer() as running:
        yield running


@pytest.fixture
async def bench(server: TestServer, tmp_path: Path, model: MessagesServer) -> AsyncIterator[ModelBench]:
    """Workers that ask the fake model."""
    running = ModelBench(server, tmp_path, model)
    yield running
    await running.close()


def summarizing(job: Job) -> StageProgress:
    """The stage that words the summary."""
    return next(stage for stage in job.stages if stage.stage is Stage.SUMMARIZE)


def is_waiting(bench: ModelBench, job_id: str) -> bool:
    """Tell whether a summary was given back to wait."""
    unit = bench.engine.redis.hget(f"job:{job_id}", "u:summarize")
    return unit is not None and unit.startswith(b"waiting")


async def usage_today(bench: ModelBench) -> UsageDay:
    """The account of this day."""
    client = build_async_redis(bench.engine.url)
    [today] = await build_usage_reader(client).read_days(1)
    await client.aclose()
    return today


@pytest.mark.parametrize(
    ("setting", "enforced", "limit", "counted"),
    [
        ("MODEL_REQUESTS_PER_MINUTE", "requests_per_minute", 900, 0),
        ("MODEL_INPUT_TOKENS_PER_MINUTE", "tokens_per_minute", 800_000, 1),
    ],
)
async def test_eight_workers_share_one_limit_and_use_it(
    bench: ModelBench, model: MessagesServer, setting: str, enforced: str, limit: int, counted: int
) -> None:
    """In ten seconds eight processes use 95 % of the limit, and the model, which enforces it, refuses nobody."""
    model.seconds = 0.2
    model.limit(**{enforced: limit})
    await bench.add(range(1, 700))
    bench.start_workers(8, NETWORK_THREADS="4", **{setting: str(limit)})
    await_until(lambda: len(model.received) > 60, "the bucket's burst is used up", patience=60)
    await asyncio.sleep(1)
    begin = now()
    await asyncio.sleep(10)  # a flow is measured over time
    used = calls_between(model, begin, begin + 10)[counted]
    assert 0.95 * limit / 6 <= used <= limit * (0.03 + 0.975 / 6)
    assert [one for one in model.received if not one.admitted] == []


async def test_a_long_wait_frees_the_slot_and_pauses_everybody(bench: ModelBench, model: MessagesServer) -> None:
    """One 429 with two minutes to wait: the slot is free within three seconds, nobody else calls, all jobs finish."""
    model.then(rate_limited("120"))
    bench.start_workers(1)
    [first] = await bench.add([1])
    await_until(lambda: model.received, "the model was asked", patience=60)
    took = await_until(lambda: is_waiting(bench, first), "the unit was given back")
    bench.start_workers(2)
    others = await bench.add(range(2, 30))
    await_until(lambda: all(is_waiting(bench, job) for job in others), "everybody waits")
    stage = summarizing(await bench.read(first))
    assert (took < 3, len(model.received), stage.reason) == (True, 1, "rate_limited")
    assert stage.retry_at is not None
    bench.let_time_pass(132)
    bench.await_done()
    details = [await bench.detail(job) for job in [first, *others]]
    assert [detail["source"] for detail in details] == ["claude"] * 29
    assert len(model.received) == 30
    assert (await bench.read(first)).attempt == 1


async def test_threads_reach_the_configured_concurrency(bench: ModelBench, model: MessagesServer) -> None:
    """With a model that takes two seconds, sixteen threads need 1.15 of the time that sixteen places allow, at most."""
    model.seconds = 2.0
    await bench.add(range(1, 97))
    bench.start_workers(1, NETWORK_THREADS="16")
    await_until(lambda: model.received, "the model was asked", patience=60)
    assert bench.await_done() <= 96 / 16 * 2 * 1.15


@pytest.mark.parametrize("after_seconds", [0.0, 0.45, 0.52, 0.6])
async def test_a_killed_worker_costs_one_call_at_most(
    bench: ModelBench, model: MessagesServer, after_seconds: float
) -> None:
    """Killed while the model answers, when the answer comes, or afterwards: the summary is finished by another."""
    model.seconds = 0.5
    [victim] = bench.start_workers(1)
    [job] = await bench.add([1])
    await_until(lambda: model.received, "the model was asked", patience=60)
    await asyncio.sleep(after_seconds)  # the instant at which the worker dies
    bench.kill(victim)
    bench.start_workers(1)
    bench.await_done()
    assert ((await bench.read(job)).status, (await bench.detail(job))["source"]) == (JobStatus.SUCCEEDED, "claude")
    assert len(model.received) <= 2


async def test_a_killed_workers_places_are_free_again(bench: ModelBench, model: MessagesServer) -> None:
    """Where all places for calls were held by the dead worker, its units do not wait for the places to time out."""
    model.seconds = 0.5
    [victim] = bench.start_workers(1, MODEL_CONCURRENCY="2")
    jobs = await bench.add([1, 2])
    await_until(lambda: len(model.received) == 2, "both are being asked", patience=60)
    bench.kill(victim)
    bench.start_workers(1, MODEL_CONCURRENCY="2")
    bench.await_done()
    assert [(await bench.detail(job))["source"] for job in jobs] == ["claude", "claude"]
    assert len(model.received) <= 4


async def test_an_answer_that_was_stored_is_not_paid_for_again(bench: ModelBench, model: MessagesServer) -> None:
    """A worker that dies between the answer and the job's end has paid for the next one's answer."""
    model.seconds = 0.5
    [victim] = bench.start_workers(1)
    [job] = await bench.add([1])
    await_until(lambda: bench.engine.redis.keys("llm:answer:*"), "the answer is stored", patience=60)
    bench.kill(victim)
    bench.start_workers(1)
    bench.await_done()
    assert (await bench.read(job)).status is JobStatus.SUCCEEDED
    assert len(model.received) == 1


async def test_equal_questions_make_one_call(bench: ModelBench, model: MessagesServer) -> None:
    """Forty jobs with the same facts at the same time cost one call; the others have its answer."""
    model.seconds = 1.0
    jobs = await bench.add([7] * 40)
    bench.start_workers(2)
    bench.await_done()
    details = [await bench.detail(job) for job in jobs]
    assert len(model.received) == 1
    assert sorted(detail["cached"] for detail in details) == [False] + [True] * 39
    today = await usage_today(bench)
    assert (today.calls, today.cache_hits, today.cost_usd > 0) == (1, 39, True)


@pytest.mark.parametrize(
    ("settings", "reply", "reason", "told"),
    [
        ({"ANTHROPIC_API_KEY": ""}, None, "model.not_configured", "Set ANTHROPIC_API_KEY"),
        ({"MODEL_EGRESS": "off"}, None, "model.egress_off", "MODEL_EGRESS is off"),
        ({}, failure(401), "model.bad_key", "set ANTHROPIC_API_KEY to a valid one"),
        ({}, failure(404), "model.unknown", "set ANTHROPIC_MODEL"),
        ({}, failure(400), "model.bad_request", "see the log"),
        (
            {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1", "MODEL_MAX_WAIT": "2s"},
            None,
            "model.outage",
            "Check the network and ANTHROPIC_BASE_URL",
        ),
        ({"MODEL_BUDGET_USD_PER_DAY": "0"}, None, "model.budget_spent", "Raise MODEL_BUDGET_USD_PER_DAY"),
    ],
)
async def test_without_the_model_the_job_succeeds_and_says_what_to_fix(
    bench: ModelBench,
    model: MessagesServer,
    settings: dict[str, str],
    reply: object,
    reason: str,
    told: str,
) -> None:
    """No key, a bad key, an unknown model, no network: template text, and a warning with advice."""
    model.script.extend([reply] if reply else [])  # type: ignore[list-item]  # None is no reply
    bench.start_workers(1, **settings)
    [job] = await bench.add([1])
    bench.await_done()
    read, detail = await bench.read(job), await bench.detail(job)
    assert (read.status, detail["source"], detail["reason"]) == (JobStatus.SUCCEEDED, "template", reason)
    assert told in read.warnings.decode()


async def test_a_job_is_never_lost_to_its_deadline_for_a_summary(bench: ModelBench, model: MessagesServer) -> None:
    """Where the model must be waited for beyond the job's deadline, the template comes in time."""
    model.then(rate_limited("120"))
    bench.start_workers(1)
    [job] = await bench.add([1])
    bench.engine.redis.zadd("jobs:deadlines", {job: (time.time() + 12) * 1000})
    bench.await_done()
    assert ((await bench.read(job)).status, (await bench.detail(job))["reason"]) == (
        JobStatus.SUCCEEDED,
        "model.rate_limited",
    )
    assert len(model.received) == 1


async def test_a_canceled_job_sends_nothing(bench: ModelBench, model: MessagesServer) -> None:
    """A job that ends while its worker waits for leave to ask is not asked about any more."""
    model.seconds = 1.0
    bench.start_workers(1, NETWORK_THREADS="2", MODEL_CONCURRENCY="1")
    first, second = await bench.add([1, 2])
    await_until(lambda: model.received, "the model was asked", patience=60)
    sent = {job for job in (first, second) if (await bench.read(job)).has_model_input}
    [unsent] = {first, second} - sent
    await bench.engine.jobs.cancel(unsent, "default")
    bench.await_done()
    await asyncio.sleep(1.5)  # the time in which it would have been asked
    assert len(model.received) == 1
    assert await bench.engine.jobs.read_model_input(unsent) is None
