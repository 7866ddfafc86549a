"""The local stack: starts, survives a dying child, says what is in its way, stops cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.service import Service

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


def run_stack(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start a stack that is expected to end by itself."""
    environment = {**os.environ, "STATE_DIR": str(tmp_path / "state"), **settings}
    command = [sys.executable, "-m", "api.cli", "run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_one_ctrl_c_stops_every_process() -> None:
    """After Ctrl-C nothing of the stack is left running and the exit code is 0."""
    service = Service()
    try:
        service.await_ready()
        family = psutil.Process(service.process.pid).children(recursive=True)
        assert service.stop() == 0
        assert [child.pid for child in family if child.is_running()] == []
    finally:
        service.close()


def test_a_process_that_dies_is_started_again() -> None:
    """A killed api is reported and comes back by itself."""
    service = Service()
    try:
        service.await_ready()
        [api] = [child for child in psutil.Process(service.process.pid).children() if "api.main" in child.cmdline()]
        os.kill(api.pid, signal.SIGKILL)
        api.wait(10)
        service.await_ready()
        assert "api died (exit code -9); starting it again" in service.log.read_text()
    finally:
        service.close()


def test_no_process_outlives_a_killed_stack() -> None:
    """Even kill -9 on the stack leaves no process behind."""
    service = Service()
    try:
        service.await_ready()
        family = psutil.Process(service.process.pid).children(recursive=True)
        service.process.kill()
        _, alive = psutil.wait_procs(family, timeout=30)
        assert alive == []
    finally:
        service.close()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """The message says which port is taken and what to set."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run_stack(tmp_path, PORT=str(port))
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "set PORT" in ended.stderr


def test_a_state_folder_in_use_is_named() -> None:
    """Two stacks never share one folder by accident."""
    service = Service()
    try:
        service.await_ready()
        ended = run_stack(service.state.parent, PORT="0")
        assert ended.returncode == 1
        assert "another stack uses the state folder" in ended.stderr
    finally:
        service.close()


def test_a_wrong_setting_is_named_without_a_traceback(tmp_path: Path) -> None:
    """A typo in a setting is answered with the setting's name."""
    ended = run_stack(tmp_path, LEASE_SECONDS="soon")
    assert ended.returncode == 2
    assert "LEASE_SECONDS" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_fake_model_needs_a_checkout(tmp_path: Path) -> None:
    """Where the folder of the tests is missing, the stack says so instead of starting without a model."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STATE_DIR": str(tmp_path), "PORT": "0", "MODEL": "fake"}
    command = [sys.executable, "-m", "api.cli", "run"]
    ended = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, "run it from a checkout" in ended.stderr) == (1, True)


def test_jobs_are_refused_at_once_while_the_store_is_away() -> None:
    """With Redis gone an upload is answered 503 within three seconds, and accepted again when it is back."""
    service = Service()
    try:
        service.await_ready()
        [store] = [child for child in psutil.Process(service.process.pid).children() if "valkey" in child.name()]
        store.suspend()
        began = time.monotonic()
        response = service.client.post("/dicom/analyze", content=b"x", headers={"Content-Type": "application/dicom"})
        took = time.monotonic() - began
        store.resume()
        assert (response.status_code, response.json()["code"], took < 3) == (503, "store.unavailable", True)
        assert response.headers["retry-after"].isdigit()
    finally:
        service.close()
