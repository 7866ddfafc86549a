"""A stack whose every process can be killed or frozen at will; what dies is started again at once."""

import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import httpx2
import psutil

from api.cli import processes
from api.cli.embedded_server import await_server, free_port, server_command
from api.cli.processes import Child, Command
from tests.support.proxy import StallingProxy
from tests.support.service import NO_MODEL
from tests.support.valkey import Inspector, TestServer

LEASE_SECONDS = 3
READY_SECONDS = 60

processes.RESTARTS_ALLOWED = 10**6  # dying is what these processes are here for


class FaultStack:
    """Job store, broker on a server of its own, api, two extract workers, a network worker and two sweepers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._folder = tempfile.TemporaryDirectory(prefix="faults-")
        root = Path(self._folder.name)
        self.storage = root / "storage"
        self._store_port = free_port("127.0.0.1")
        lock = os.open(root / "lock", os.O_CREAT | os.O_RDWR)
        self._store = Child(server_command(root / "store", self._store_port, lock))
        os.close(lock)
        await_server(self._store_port)
        self._broker = TestServer()
        self._proxy = StallingProxy(self._store_port)
        self.store_url = f"redis://127.0.0.1:{self._store_port}/0"
        self.port = free_port("127.0.0.1")
        environment = {
            **NO_MODEL,
            "PORT": str(self.port),
            "REDIS_URL": f"redis://127.0.0.1:{self._proxy.port}/0",
            "BROKER_URL": self._broker.url,
            "STORAGE_URL": f"file://{self.storage}",
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "MAX_ATTEMPTS": "1000",
            "EXTRACT_PROCESSES": "2",
            "LOG_LEVEL": "error",
            "LOG_FORMAT": "json",
        }
        roles = {
            "api": ["api.main"],
            "extract 1": ["worker", "extract"],
            "extract 2": ["worker", "extract"],
            "network": ["worker", "network"],
            "deliver": ["worker", "deliver"],
            "sweeper 1": ["worker", "sweeper"],
            "sweeper 2": ["worker", "sweeper"],
        }
        self._children = {
            name: Child(Command(name, [sys.executable, "-m", *module], environment)) for name, module in roles.items()
        }
        self._children["store"] = self._store
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False)

    def _supervise(self) -> None:
        while not self._stopping.wait(0.05):
            for child in self._children.values():
                child.revive()

    def await_ready(self) -> Self:
        """Wait until jobs can be accepted and finished."""
        ends = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends:
            try:
                if self.client.get("/health/ready").status_code == 200:
                    return self
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError("the stack did not become ready")

    def inspect(self) -> Inspector:
        """Give a client for looking into the job store, past the proxy."""
        return TestServer.inspector(self.store_url)

    def pool_children(self, name: str) -> list[psutil.Process]:
        """The pool processes of a worker."""
        try:
            return psutil.Process(self._children[name].process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self, name: str) -> None:
        """Kill one process with -9; its pool children see their parent go."""
        self._children[name].process.kill()

    def kill_pool_child(self, name: str) -> None:
        """Kill one pool process of a worker with -9."""
        for child in self.pool_children(name)[:1]:
            child.kill()

    def freeze(self, name: str, seconds: float) -> None:
        """Stop a worker and its pool with SIGSTOP and let them go on later."""
        frozen = [psutil.Process(self._children[name].process.pid), *self.pool_children(name)]
        for process in frozen:
            _signal(process, signal.SIGSTOP)
        time.sleep(seconds)
        for process in frozen:
            _signal(process, signal.SIGCONT)

    def stall_store(self, seconds: float) -> None:
        """Let every connection to the job store hang."""
        self._proxy.stall()
        time.sleep(seconds)
        self._proxy.flow()

    def drop_messages(self) -> None:
        """Lose every wake-up hint that waits in the broker."""
        self._broker.client().delete("extract", "assemble", "summarize", "erase", "deliver")

    def faults(self) -> dict[str, Callable[[], None]]:
        """Give the injectable faults by name."""
        worker = self.random.choice(["extract 1", "extract 2"])
        return {
            "kill worker": lambda: self.kill(worker),
            "kill pool child": lambda: self.kill_pool_child(worker),
            "kill network worker": lambda: self.kill("network"),
            "kill api": lambda: self.kill("api"),
            "kill sweeper": lambda: self.kill(self.random.choice(["sweeper 1", "sweeper 2"])),
            "kill store": lambda: self.kill("store"),
            "freeze worker": lambda: self.freeze(worker, self.random.uniform(1, LEASE_SECONDS + 2)),
            "stall store": lambda: self.stall_store(self.random.uniform(0.5, 4)),
            "drop messages": self.drop_messages,
        }

    def close(self) -> None:
        """Stop everything and erase the folder."""
        self._stopping.set()
        self._supervisor.join()
        self.client.close()
        for child in self._children.values():
            child.stop()
        for child in self._children.values():
            child.reap()
        self._proxy.close()
        self._broker.close()
        self._folder.cleanup()


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:  # killed by another fault meanwhile
        return
