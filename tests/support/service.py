"""The whole service as its user starts it: real processes, a real server, a port and a folder of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import httpx2
import psutil

from api.cli.embedded_server import free_port

READY_SECONDS = 60

NO_MODEL = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": ""}
"""Set unless a test asks for more, so that no run of the tests uses a key that happens to be in the environment."""

WIDE_LIMITS = dict.fromkeys(
    ("MODEL_REQUESTS_PER_MINUTE", "MODEL_INPUT_TOKENS_PER_MINUTE", "MODEL_OUTPUT_TOKENS_PER_MINUTE"), "100000000"
)
"""Limits of the model that keep nobody waiting."""

STOP_SECONDS = 40

Document = dict[str, Any]  # Any: JSON as a client reads it


class Service:
    """One running stack."""

    def __init__(self, **settings: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="service-")
        self.state = Path(self._folder.name) / "state"
        self.port = free_port("127.0.0.1")
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(self._folder.name) / "log"
        place = {"PORT": str(self.port), "STATE_DIR": str(self.state), "LOG_FORMAT": "json"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "run"],
                env={**os.environ, **NO_MODEL, **place, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.client = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)

    def await_ready(self) -> Self:
        """Wait until jobs can be accepted and finished."""
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            assert self.process.poll() is None, self.log.read_text()
            try:
                # The stack itself must have seen it too: until then it takes a child that dies for a failed start.
                if self.client.get("/health/ready").status_code == 200 and "[stack] ready" in self.log.read_text():
                    return self
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def submit(self, *files: Path, kind: str = "analyze", headers: dict[str, str] | None = None) -> httpx2.Response:
        """Send files as one job."""
        parts = [("file", (str(number), path.read_bytes())) for number, path in enumerate(files)]
        return self.client.post(f"/dicom/{kind}", files=parts, headers=headers or {})

    def finish(self, *files: Path, kind: str = "analyze") -> Document:
        """Send files as one job and give the finished job."""
        response = self.submit(*files, kind=kind, headers={"Prefer": "wait=20"})
        document: Document = response.json()
        assert document["done"], document
        return document

    def worker_processes(self, role: str) -> list[psutil.Process]:
        """The processes of a worker, its pool children first."""
        family = psutil.Process(self.process.pid).children()
        [parent] = [child for child in family if child.cmdline()[-3:] == ["-m", "worker", role]]
        return [*parent.children(recursive=True), parent]

    def suspend_workers(self) -> None:
        """Freeze the extract worker."""
        for process in self.worker_processes("extract"):
            process.suspend()

    def resume_workers(self) -> None:
        """Let the extract worker go on."""
        for process in self.worker_processes("extract"):
            process.resume()

    def stored_files(self) -> list[Path]:
        """Every file that the storage holds."""
        return [path for path in (self.state / "storage").rglob("*") if path.is_file()]

    def stop(self) -> int:
        """Press Ctrl-C and wait; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def close(self) -> None:
        """Stop the service and erase its folder."""
        self.client.close()
        self.stop()
        self._folder.cleanup()
