"""Idle memory and start-up time of each process, beside a bare Python that only imports the same other packages."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from msgspec import Struct

from api.cli.embedded_server import free_port
from benchmarks.measure import Finding, at_most, proportional_mb, spread
from benchmarks.peers import await_port
from tests.support.service import NO_MODEL, Service
from tests.support.valkey import Inspector, TestServer
from tests.support.workbench import await_until

COMMAND = "python -m benchmarks processes"
ROUNDS = 3
SETTLE_SECONDS = 2.0
"""Time until a process that has started is idle."""

OURS = ("api", "worker", "shared", "tests", "benchmarks", "__main__")
_IMPORTED = re.compile(r"^import time: +\d+ \| +\d+ \| *(\S+)$", re.MULTILINE)

FLOOR = """
import gc, importlib, json, os, sys, time, warnings
warnings.simplefilter("ignore")
children, absent, names = json.load(sys.stdin)
for name in absent:
    sys.modules[name] = None
for name in names:
    try:
        importlib.import_module(name)
    except ImportError:
        pass  # what a package tries to import and does without
print("ready", flush=True)
gc.collect()
gc.freeze()
for _ in range(children):
    if os.fork() == 0:
        break
time.sleep(600)
"""


class Role(Struct, frozen=True):
    """A process of the service: how it is started, how many children it has, and what it does without."""

    name: str
    command: tuple[str, ...]
    children: int = 0
    absent: tuple[str, ...] = ()


ROLES = (
    Role("api", ("api.main",)),
    Role("extract worker with two children", ("worker", "extract"), 2, ("numpy", "requests")),
    Role("network worker", ("worker", "network"), 0, ("numpy", "requests")),
    Role("deliver worker", ("worker", "deliver"), 0, ("numpy", "requests")),
    Role("sweeper", ("worker", "sweeper"), 0, ("numpy",)),
)


class Started(Struct, frozen=True):
    """Seconds until a process was ready, and its memory with its children's when it was idle, in MB."""

    seconds: float
    mb: float


def measure(_: Service) -> list[Finding]:
    """Start each process by itself."""
    server = TestServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return [_measure_role(role, server, Path(folder)) for role in ROLES]
    finally:
        server.close()


def _measure_role(role: Role, server: TestServer, folder: Path) -> Finding:
    modules = _find_imports(role, server, folder)
    rounds = [(_start_floor(role, modules), _start(role, server, folder)) for _ in range(ROUNDS)]
    over = [ours.mb - floor.mb for floor, ours in rounds]
    floor_mb, floor_seconds, mb, seconds = (
        median(getattr(one[side], key) for one in rounds) for side in (0, 1) for key in ("mb", "seconds")
    )
    return Finding(
        f"{role.name}, idle",
        f"{mb:.0f} MB (PSS), {spread(over, '+.1f')} over its floor; ready after {seconds:.2f} s",
        f"a bare Python with the {len(modules)} modules that it imports from elsewhere: {floor_mb:.0f} MB, "
        f"{floor_seconds:.2f} s",
        COMMAND,
        (at_most(median(over), 25, " MB over the floor"),),
    )


def _find_imports(role: Role, server: TestServer, folder: Path) -> list[str]:
    """List what a process imports until it is idle, late imports too, in their order."""
    log = folder / "imports"
    with log.open("wb") as told, _run(role, server, folder, stderr=told.fileno(), PYTHONPROFILEIMPORTTIME="1"):
        time.sleep(SETTLE_SECONDS)
    names = dict.fromkeys(_IMPORTED.findall(log.read_text()))
    return [name for name in names if name.split(".")[0] not in OURS]


def _start(role: Role, server: TestServer, folder: Path) -> Started:
    began = time.monotonic()
    with _run(role, server, folder, stderr=subprocess.DEVNULL) as process:
        seconds = time.monotonic() - began
        time.sleep(SETTLE_SECONDS)
        return Started(seconds, proportional_mb(process))


@contextmanager
def _run(role: Role, server: TestServer, folder: Path, *, stderr: int, **more: str) -> Iterator[psutil.Process]:
    """Run a process; the block begins when it is ready."""
    server.clear()
    port = free_port("127.0.0.1")
    settings = {"PORT": str(port), "REDIS_URL": server.url, "STORAGE_URL": f"file://{folder / 'storage'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", *role.command],
        env={**os.environ, **NO_MODEL, **settings, "EXTRACT_PROCESSES": "2", **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        if role.name == "api":
            await_port(port)
        else:
            await_until(_is_signed_in(server.client()), "the process signs in")
        yield psutil.Process(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_signed_in(redis: Inspector) -> Callable[[], bool]:
    return lambda: bool(redis.hlen("presence"))


def _start_floor(role: Role, modules: list[str]) -> Started:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", FLOOR],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin, process.stdout:
            process.stdin.write(json.dumps([role.children, role.absent, modules]).encode())
            process.stdin.close()
            assert process.stdout.readline() == b"ready\n"
            seconds = time.monotonic() - began
            time.sleep(SETTLE_SECONDS)
            return Started(seconds, proportional_mb(psutil.Process(process.pid)))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
