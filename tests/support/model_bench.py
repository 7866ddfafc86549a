"""Network workers on a real server with the fake model: jobs enter directly before the stage that words a summary."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from shared.dicom.study import Study
from shared.jobs.claim import Claim
from shared.jobs.job import Job, JobKind, Stage
from shared.jobs.results import Result
from shared.llm.budget import DEFAULT_MODEL
from tests.shared.summaries.cases import GATED_CT
from tests.support.engine import TENANT, make_outcome
from tests.support.messages_server import MessagesServer
from tests.support.service import WIDE_LIMITS
from tests.support.valkey import TestServer
from tests.support.workbench import Workbench, await_until

BUCKET = f"llm:{DEFAULT_MODEL}:bucket"
"""Where the limiter keeps its levels and its pause."""

Document = dict[str, Any]  # Any: JSON as a client reads it


def result_of(image_count: int) -> bytes:
    """Build the result of a gated CT with so many images; each number has facts, and a question, of its own."""
    series = msgspec.structs.replace(GATED_CT, instance_count=image_count)
    return msgspec.json.encode(Result(metadata={}, studies=(Study("1.2.3", ("CT",), (series,)),)))


class ModelBench(Workbench):
    """A workbench whose network workers ask the fake model."""

    def __init__(self, server: TestServer, folder: Path, model: MessagesServer, **settings: str) -> None:
        access = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": model.url, "MODEL_CONCURRENCY": "1000"}
        super().__init__(server, folder, **WIDE_LIMITS, **access, **settings)
        self.model = model

    async def add(self, image_counts: Sequence[int]) -> list[str]:
        """Make jobs whose summary is all that is missing."""
        return [await self._add_one(count) for count in image_counts]

    async def _add_one(self, image_count: int) -> str:
        job = await self.engine.accept(kind=JobKind.SUMMARIZE, now=None)
        extract = self.engine.work.claim(Stage.EXTRACT)
        assert extract is not None
        assembly = self.engine.work.finish_chunk(extract, b"facts", 1)
        assert isinstance(assembly, Claim)
        assert self.engine.work.finish_assembly(assembly, make_outcome(result_of(image_count)))
        return job

    def start_workers(self, count: int, **settings: str) -> list[subprocess.Popen[bytes]]:
        """Start network workers and a sweeper."""
        self.start("sweeper")
        return [self.start("network", **settings) for _ in range(count)]

    async def read(self, job_id: str) -> Job:
        """Read a job."""
        return await self.engine.jobs.read(job_id, TENANT)

    async def detail(self, job_id: str) -> Document:
        """Read the detail of a job's summary."""
        result = await self.engine.jobs.read_result(job_id)
        assert result is not None
        detail: Document = msgspec.json.decode(result)["summary_detail"]
        return detail

    def await_done(self, seconds: float = 60) -> float:
        """Wait until nothing is due any more; gives the seconds it took."""
        return await_until(lambda: not self.engine.due(), "all jobs are done", patience=seconds)

    def let_time_pass(self, seconds: int) -> None:
        """Do as if so much time had passed for whoever waits: the limiter's pause and all units that are due later."""
        paused = self.engine.redis.hget(BUCKET, "pause_until")
        if paused is not None:
            self.engine.redis.hset(BUCKET, "pause_until", float(paused) - seconds * 1000)
        for unit in self.engine.due():
            self.engine.redis.zincrby("jobs:due", -seconds * 1000, unit)

    @staticmethod
    def kill(worker: subprocess.Popen[bytes]) -> None:
        """End a worker with kill -9."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@contextmanager
def answered_within(model: MessagesServer, calls: int, patience: float = 30) -> Iterator[None]:
    """Wait after the block until the model has received so many calls."""
    yield
    await_until(lambda: len(model.received) >= calls, "the model was asked", patience=patience)


def calls_between(model: MessagesServer, begin: float, end: float) -> tuple[int, int]:
    """Count the requests and tokens that the model admitted in a span of its clock."""
    admitted = [one for one in model.received if one.admitted and begin <= one.at < end]
    return len(admitted), sum(one.tokens for one in admitted)


def now() -> float:
    """Give the time on the fake model's clock."""
    return time.monotonic()
