"""A release rolled out while work goes on: two builds of our images side by side."""

from collections.abc import Iterator

import pytest

from tests.support.containers import Containers
from tests.support.samples import CT

pytestmark = pytest.mark.compose

JOBS_OF_A_STEP = 40


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """This release at work, with images of the next one at hand."""
    project = Containers("tests/compose/next.yml")
    try:
        project.compose("build", "api", "worker")
        for image in ("dicom-analysis-api", "dicom-analysis-worker"):
            arguments = ("--build-arg", f"IMAGE={image}:0.1.0", "--tag", f"{image}:next")
            project.docker("build", *arguments, "--file", "tests/compose/next.Dockerfile", "tests/compose")
        project.up("--no-build", "--scale", "next-worker=0")
        yield project
    finally:
        project.close()


def test_every_job_of_a_rolling_upgrade_is_done(containers: Containers) -> None:
    """Workers first, then the sweeper, then the api: jobs of both releases succeed, whoever wrote or did them."""
    content = CT.read_bytes()
    jobs = _submit(containers, content, "old")
    containers.up("--no-build", "--no-recreate", "--scale", "next-worker=1")
    jobs += _submit(containers, content, "side-by-side")
    containers.configure(IMAGE_TAG="next")
    containers.up("--no-build", "--no-deps", "network-worker", "deliver-worker", "sweeper")
    jobs += _submit(containers, content, "new-workers")
    containers.up("--no-build", "--no-deps", "api")
    jobs += _submit(containers, content, "new-api")
    containers.compose("stop", "worker")
    jobs += _submit(containers, content, "new")
    assert [containers.status(path) for path in jobs] == ["succeeded"] * 5 * JOBS_OF_A_STEP


def test_an_old_worker_leaves_a_newer_record_to_a_newer_worker(containers: Containers) -> None:
    """Alone with jobs of the next release it does nothing to them; they are done once a newer worker is there."""
    containers.compose("stop", "next-worker")
    containers.configure(IMAGE_TAG="0.1.0")
    containers.up("--no-build", "--no-deps", "worker")
    jobs = _submit(containers, CT.read_bytes(), "newer")
    waiting = [containers.client.get(path, headers={"Prefer": "wait=1"}).json() for path in jobs[:2]]
    containers.compose("start", "next-worker")
    assert [(job["status"], job["stages"]["extract"]["status"]) for job in waiting] == [("queued", "queued")] * 2
    assert [containers.status(path) for path in jobs] == ["succeeded"] * JOBS_OF_A_STEP


def _submit(containers: Containers, content: bytes, step: str) -> list[str]:
    return [containers.submit(content, f"{step}-{number}") for number in range(JOBS_OF_A_STEP)]
