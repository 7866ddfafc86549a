"""A list of ten thousand jobs opens at once."""

import asyncio
import time

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.main import create_app
from shared.jobs.job import JobKind, mint_job_id
from shared.jobs.parameters import JobParameters, Upload
from shared.settings import Settings
from tests.support.engine import TENANT, Engine
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

JOBS = 10_000
LONGEST_SECONDS = 0.3
"""The product's promise for the server's side, on any machine; measured are about 5 ms."""


async def fill(engine: Engine) -> None:
    """Accept ten thousand jobs."""
    upload = Upload(0, "0" * 64, 1, "uploads/00/0.0", content="dicom")
    parameters = JobParameters(kind=JobKind.ANALYZE, tenant=TENANT)
    for _ in range(JOBS // 100):
        await asyncio.gather(*(engine.jobs.accept(mint_job_id(), parameters, [upload]) for _ in range(100)))


@pytest.mark.parametrize("query", ["", "?status=queued"], ids=["all", "a state"])
async def test_the_list_of_ten_thousand_jobs_opens_at_once(server: TestServer, query: str) -> None:
    """The first page is shown within 300 ms, narrowed to a state or not."""
    engine = Engine(server)
    await fill(engine)
    await engine.close()
    app = create_app(Settings(redis_url=SecretStr(server.url)))
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        client.get("/")
        began = time.perf_counter()
        answer = await asyncio.to_thread(client.get, f"/{query}")
        assert time.perf_counter() - began < LONGEST_SECONDS
    assert answer.status_code == 200
