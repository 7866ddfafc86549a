"""The service as containers: `docker compose up --scale worker=3` on a real engine, where one answers."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from api.cli.embedded_server import free_port
from tests.support.samples import CT, GATED_CT

ROOT = Path(__file__).parents[2]
"""Where docker-compose.yml is."""

START_SECONDS = 900
"""Building both images takes most of it the first time."""


def has_engine() -> bool:
    """Whether `docker compose` can be used here."""
    try:
        return subprocess.run(["docker", "compose", "ps"], cwd=ROOT, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = [
    pytest.mark.compose,
    pytest.mark.timeout(START_SECONDS + 60),
    pytest.mark.skipif(not has_engine(), reason="no Docker engine with Compose answers on this machine"),
]


class Containers:
    """One running project with a name and a port of its own."""

    def __init__(self) -> None:
        self.port = free_port("127.0.0.1")
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "COMPOSE_PROJECT_NAME": f"test{secrets.token_hex(4)}",
        }
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)

    def compose(self, *arguments: str) -> str:
        """Run a compose command and give what it prints."""
        ended = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-4000:]
        return ended.stdout


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """The whole service with three extract workers."""
    project = Containers()
    try:
        project.compose("up", "--detach", "--build", "--wait", "--scale", "worker=3")
        yield project
    finally:
        project.client.close()
        project.compose("down", "--volumes", "--timeout", "5")


def test_a_job_runs_through_the_containers(containers: Containers) -> None:
    """A gated CT sent to the published port comes back with its phase and a summary."""
    parts = [("file", (str(number), path.read_bytes())) for number, path in enumerate(GATED_CT)]
    job = containers.client.post("/dicom/summarize", files=parts, headers={"Prefer": "wait=30"}).json()
    assert (job["status"], job["result"]["studies"][0]["series"][0]["cardiac"]["phase_percent"]) == ("succeeded", 70.0)


def test_killing_a_worker_container_loses_no_job(containers: Containers) -> None:
    """Thirty jobs all end although one of three workers is killed on the way."""
    submitted = []
    for number in range(30):
        response = containers.client.post(
            "/dicom/analyze", content=CT.read_bytes(), headers={"Content-Type": "application/dicom"}
        )
        submitted.append(response.json()["links"]["self"])
        if number == 10:
            containers.compose("kill", "--signal", "KILL", "worker")
            containers.compose("up", "--detach", "--scale", "worker=3", "--no-recreate")
    ended = [containers.client.get(path, headers={"Prefer": "wait=30"}).json()["status"] for path in submitted]
    assert ended == ["succeeded"] * 30


def test_no_container_runs_as_root_or_can_write_its_root_file_system(containers: Containers) -> None:
    """Our processes have no rights they do not need, and the job store is not published."""
    identifiers = containers.compose("ps", "--quiet").split()
    ended = subprocess.run(["docker", "inspect", *identifiers], capture_output=True, text=True, check=True)
    ours = [one for one in json.loads(ended.stdout) if "redis" not in one["Name"]]
    stores = [one for one in json.loads(ended.stdout) if "redis" in one["Name"]]
    assert {(one["Config"]["User"], one["HostConfig"]["ReadonlyRootfs"]) for one in ours} == {("service", True)}
    assert [one["HostConfig"]["PortBindings"] or {} for one in stores] == [{}]
