"""The whole service on one machine: job store, api, workers and sweeper as child processes of one command."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from api.cli.embedded_server import await_server, free_port, server_command
from api.cli.processes import Child, Command, StackError, say
from shared.settings import Settings

READY_SECONDS = 60.0
"""How long the stack may take until it is ready."""

FAKE_MODEL = "tests.support.messages_server"
"""Module that is run, never imported, for MODEL=fake; docs/decisions say why it lives with the tests."""

__all__ = ["Stack", "StackError", "free_port", "run_stack", "running_stack"]


class Stack:
    """The running children; the job store first."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.url = f"http://{_for_url(settings.host)}:{port}"
        self._children: list[Child] = []
        self._settings = settings
        self._port = port
        self._lock = _lock_state(settings)

    def start(self) -> None:
        """Start everything and wait until jobs can be accepted and finished."""
        environment = {
            "PORT": str(self._port),
            "STATE_DIR": str(self._settings.state_dir.resolve()),
            "API_KEYS_FILE": str(self._settings.api_keys_file or ""),
        }
        if self._settings.redis_url is None:
            store_port = free_port("127.0.0.1")
            folder = self._settings.state_dir.resolve() / "store"
            self._children.append(Child(server_command(folder, store_port, self._lock)))
            await_server(store_port)
            environment["REDIS_URL"] = f"redis://127.0.0.1:{store_port}/0"
        model = self._start_fake_model() if self._settings.model == "fake" else {}
        for name, module, more in (
            ("sweeper", ["worker", "sweeper"], {}),
            ("extract worker", ["worker", "extract"], {}),
            ("network worker", ["worker", "network"], model),
            ("deliver worker", ["worker", "deliver"], {}),
            ("api", ["api.main"], {}),
        ):
            self._children.append(Child(Command(name, [sys.executable, "-m", *module], {**environment, **more})))
        self._await_ready()

    def _start_fake_model(self) -> dict[str, str]:
        """Start the tests' stand-in for the model, and give the settings that point a worker at it."""
        if not Path(FAKE_MODEL.replace(".", "/")).with_suffix(".py").is_file():
            raise StackError("MODEL=fake needs the folder tests/; run it from a checkout of the repository")
        port = free_port("127.0.0.1")
        self._children.append(Child(Command("fake model", [sys.executable, "-m", FAKE_MODEL, str(port)], {})))
        say("summaries are worded by a local stand-in for the model; nothing leaves this machine")
        return {"ANTHROPIC_API_KEY": "fake", "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}

    def watch(self) -> None:
        """Start again what died."""
        for child in self._children:
            child.revive()

    def stop(self) -> None:
        """Stop everything: first what takes work, last what keeps it."""
        store = self._children[:1] if self._settings.redis_url is None else []
        others = self._children[len(store) :]
        for group in (others, store):
            for child in reversed(group):
                child.stop()
            for child in reversed(group):
                child.reap()
        os.close(self._lock)

    def _await_ready(self) -> None:
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            for child in self._children:
                child.require_alive()
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise StackError(f"not ready within {READY_SECONDS:.0f} seconds; see the messages above")


def _for_url(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _lock_state(settings: Settings) -> int:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(settings.state_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise StackError(
            f"another stack uses the state folder {settings.state_dir}; stop it or set STATE_DIR to another folder"
        ) from None
    return lock


def _require_free_port(settings: Settings, port: int) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, port))
        except OSError as error:
            raise StackError(
                f"cannot listen on {settings.host}:{port} ({error.strerror}); "
                "stop what listens there or set PORT to a free port"
            ) from error


@contextmanager
def running_stack(settings: Settings, port: int) -> Iterator[Stack]:
    """Run the service while the block runs."""
    _require_free_port(settings, port)
    stack = Stack(settings, port)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def run_stack(settings: Settings) -> int:
    """Run the service until Ctrl-C or SIGTERM."""

    def interrupt(*_: int | FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    port = settings.port or free_port(settings.host)
    try:
        with running_stack(settings, port) as stack:
            say(f"ready: {stack.url} (API page at {stack.url}/docs); Ctrl-C stops everything")
            while True:
                time.sleep(0.5)
                stack.watch()
    except KeyboardInterrupt:
        say("stopped")
    return 0
