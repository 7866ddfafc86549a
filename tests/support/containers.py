"""The service as containers: a project of its own on a real engine."""

import json
import os
import secrets
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2

from api.cli.embedded_server import free_port

ROOT = Path(__file__).parents[2]
"""Where docker-compose.yml is."""

COMMAND_SECONDS = 900
"""Building both images takes most of it the first time."""

Document = dict[str, Any]  # Any: JSON as Docker and a client read it


def has_engine() -> bool:
    """Whether `docker compose` can be used here."""
    try:
        return subprocess.run(["docker", "compose", "ps"], cwd=ROOT, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class Containers:
    """One project with a name and a port of its own: ours, changed by further files."""

    def __init__(self, *files: str, **settings: str) -> None:
        self.port = free_port("127.0.0.1")
        self.name = f"test{secrets.token_hex(4)}"
        files = ("docker-compose.yml", *files, "tests/compose/quick-checks.yml")
        self._files = [argument for file in files for argument in ("--file", file)]
        self._environment = {**os.environ, "PORT": str(self.port), "COMPOSE_PROJECT_NAME": self.name, **settings}
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)

    def configure(self, **settings: str) -> None:
        """Change what later commands read as settings."""
        self._environment |= settings

    def compose(self, *arguments: str) -> str:
        """Run a compose command and give what it prints."""
        return self._run("docker", "compose", *self._files, *arguments)

    def docker(self, *arguments: str) -> str:
        """Run a docker command and give what it prints."""
        return self._run("docker", *arguments)

    def _run(self, *command: str) -> str:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-4000:]
        return ended.stdout

    def up(self, *arguments: str) -> None:
        """Start everything and wait until it is healthy."""
        self.compose("up", "--detach", "--wait", *arguments)

    def identifiers(self, service: str) -> list[str]:
        """Give the containers of a service."""
        return self.compose("ps", "--quiet", service).split()

    def inspected(self) -> dict[str, Document]:
        """Give what Docker knows of each running container, by its service and number."""
        found = json.loads(self.docker("inspect", *self.compose("ps", "--quiet").split()))
        return {one["Name"].removeprefix(f"/{self.name}-"): one for one in found}

    def submit(self, content: bytes, key: str) -> str:
        """Send one object as a job, again until it is accepted, and give the job's address."""
        headers = {"Content-Type": "application/dicom", "Idempotency-Key": key}
        ends = time.monotonic() + 60
        while True:
            try:
                response = self.client.post("/dicom/analyze", content=content, headers=headers)
            except httpx2.TransportError:
                pass
            else:
                if response.status_code in {200, 202}:
                    return str(response.json()["links"]["self"])
            assert time.monotonic() < ends, "the service did not come back"
            time.sleep(0.2)

    def status(self, path: str) -> str:
        """Wait for a job's end and give its status."""
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            try:
                job = self.client.get(path, headers={"Prefer": "wait=30"}).json()
            except httpx2.TransportError:
                time.sleep(0.2)
                continue
            if job.get("done"):
                return str(job["status"])
        return "unfinished"

    def close(self) -> None:
        """Stop everything and erase its volumes."""
        self.client.close()
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "5")
