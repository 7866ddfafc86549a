"""The profile s3: no shared volume of uploads, a bucket instead."""

from collections.abc import Iterator

import pytest

from tests.support.containers import Containers
from tests.support.samples import GATED_CT

pytestmark = pytest.mark.compose


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """The whole service on a bucket."""
    project = Containers(
        "tests/compose/object-server.yml",
        COMPOSE_PROFILES="s3",
        STORAGE_URL="s3://clinical/uploads-of-tests",
        AWS_ENDPOINT_URL="http://objects:7070",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test-secret",
        RESULT_INLINE_BYTES="500",
    )
    try:
        project.up("--build")
        yield project
    finally:
        project.close()


def test_a_job_and_its_picture_are_made_from_the_bucket(containers: Containers) -> None:
    """Upload, extraction, summary, result and preview meet in objects alone; the volume of uploads stays empty."""
    parts = [("file", (str(number), path.read_bytes())) for number, path in enumerate(GATED_CT)]
    job = containers.client.post("/dicom/summarize", files=parts, headers={"Prefer": "wait=30"}).json()
    picture = containers.client.get(f"/jobs/{job['id']}/preview.png")
    assert (job["status"], job["result"]["studies"][0]["series"][0]["cardiac"]["phase_percent"]) == ("succeeded", 70.0)
    assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")
    [worker] = containers.identifiers("worker")
    assert containers.docker("exec", worker, "ls", "-A", "/data").split() == []
