"""Wake-up hints over RabbitMQ, by nothing but BROKER_URL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kombu import Connection, Queue
from kombu.exceptions import ChannelError

from shared.jobs.adapters.celery_queue import build_hint_queue
from shared.jobs.job import JobStatus, Stage
from tests.support.rabbit import SERVER, RabbitServer
from tests.support.samples import CT
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench, await_until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not SERVER.exists(), reason="no RabbitMQ server is installed (apt-get install rabbitmq-server)"),
]


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitServer]:
    """A running node."""
    server = RabbitServer()
    yield server
    server.close()


@pytest.fixture
async def bench(server: TestServer, rabbit: RabbitServer, tmp_path: Path) -> AsyncIterator[Workbench]:
    """An engine with a worker and a sweeper, whose hints go through RabbitMQ."""
    workbench = Workbench(server, tmp_path, BROKER_URL=rabbit.url)
    workbench.start("extract")
    workbench.start("sweeper")
    yield workbench
    await workbench.close()


async def test_jobs_are_done_with_hints_from_rabbit(bench: Workbench) -> None:
    """The job store is one server, the broker another, and the engine needs no change."""
    upload = bench.store(CT.read_bytes())
    jobs = [await bench.engine.accept((upload,), now=None) for _ in range(10)]
    await_until(lambda: not bench.engine.due(), "all jobs have ended")
    assert {await bench.status(job) for job in jobs} == {JobStatus.SUCCEEDED}


async def test_queues_are_quorum_queues(bench: Workbench, rabbit: RabbitServer) -> None:
    """RabbitMQ itself says so: declaring one of them as a classic queue is refused as a contradiction."""
    job = await bench.engine.accept((bench.store(CT.read_bytes()),), now=None)
    await_until(lambda: not bench.engine.due(), "the worker has declared its queues and done a job")
    assert await bench.status(job) is JobStatus.SUCCEEDED
    classic = Queue(str(Stage.EXTRACT), durable=True, queue_arguments={"x-queue-type": "classic"})
    with Connection(rabbit.url) as connection, pytest.raises(ChannelError, match="PRECONDITION_FAILED"):
        classic.bind(connection.channel()).queue_declare()


async def test_a_killed_broker_delays_jobs_and_loses_none(bench: Workbench, rabbit: RabbitServer) -> None:
    """Jobs accepted while RabbitMQ is away are done when it is back."""
    upload = bench.store(CT.read_bytes())
    first = await bench.engine.accept((upload,), now=None)
    await_until(lambda: not bench.engine.due(), "the first job has ended")
    rabbit.kill()
    second = await bench.engine.accept((upload,), now=None)
    rabbit.start()
    await_until(lambda: not bench.engine.due(), "the second job has ended", patience=90)
    assert [await bench.status(job) for job in (first, second)] == [JobStatus.SUCCEEDED] * 2


def test_hints_that_wait_are_counted(rabbit: RabbitServer) -> None:
    """A queue that nobody declared has none; asking does not spoil the connection for what follows."""
    with closing(build_hint_queue(rabbit.url)) as hints:
        assert hints.waiting("nobody") == 0
        with Connection(rabbit.url) as connection:
            quorum = Queue("counted", durable=True, queue_arguments={"x-queue-type": "quorum"})
            quorum.bind(connection.channel()).queue_declare()
        hints.publish("counted", 3)
        await_until(lambda: hints.waiting("counted") == 3, "all three are counted")
        assert hints.waiting("nobody") == 0
