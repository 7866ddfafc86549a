"""Single worker processes on a real server, with a file that makes them wait as long as a test wants."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from shared.jobs.job import JobStatus
from shared.jobs.parameters import Upload
from shared.storage.adapters.filesystem import FileStore
from tests.support.engine import TENANT, Engine
from tests.support.samples import CT
from tests.support.service import NO_MODEL
from tests.support.valkey import TestServer

LEASE_SECONDS = 2
PATIENCE_SECONDS = 30


class Workbench:
    """The engine, its storage and the processes started so far."""

    def __init__(self, server: TestServer, folder: Path, **settings: str) -> None:
        self.engine = Engine(server)
        self.storage = FileStore(folder / "storage")
        self.root = folder / "storage"
        self._log = folder / "log"
        self._environment = {
            **os.environ,
            **NO_MODEL,
            "REDIS_URL": server.url,
            "STORAGE_URL": f"file://{self.root}",
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "EXTRACT_PROCESSES": "1",
            "LOG_FORMAT": "json",
            **settings,
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, role: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start a worker process."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "worker", role],
                env={**self._environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def log(self) -> str:
        """What the processes said so far."""
        return self._log.read_text()

    def store(self, content: bytes) -> Upload:
        """Store a file that a worker reads at once."""
        incoming = self.storage.receive()
        incoming.write(content)
        stored = incoming.keep()
        return Upload(0, stored.sha256, stored.bytes, stored.location, content="dicom")

    def store_waiting(self) -> tuple[Upload, Path]:
        """Store a file whose reader waits until somebody writes into it: a named pipe in the place of the bytes."""
        upload = self.store(CT.read_bytes())
        assert upload.location is not None
        place = self.root / upload.location
        place.unlink()
        os.mkfifo(place)
        return upload, place

    async def status(self, job_id: str) -> JobStatus:
        """Read a job's status."""
        return (await self.engine.jobs.read(job_id, TENANT)).status

    def freeze(self, process: subprocess.Popen[bytes]) -> None:
        """Stop a worker and its pool with SIGSTOP."""
        for one in _family(process):
            one.suspend()

    def thaw(self, process: subprocess.Popen[bytes]) -> None:
        """Let a frozen worker and its pool go on."""
        for one in _family(process):
            one.resume()

    async def close(self) -> None:
        """Kill what still runs."""
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        await self.engine.close()


def await_until(condition: Callable[[], object], what: str, *, patience: float = PATIENCE_SECONDS) -> float:
    """Wait for a condition; gives the seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"waited in vain until {what}"
        time.sleep(0.02)
    return time.monotonic() - began


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [*parent.children(recursive=True), parent]
