"""What requests cost a server: its processor time for each, which other work on the machine hardly changes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from msgspec import Struct

from benchmarks.load import put_load
from benchmarks.lone_api import lone_api
from benchmarks.peers import Server, bare_api
from tests.support.valkey import TestServer

ROUNDS = 3
SECONDS = 1.0


class Pair(Struct, frozen=True):
    """Our api and bare FastAPI, each alone in its process."""

    ours: Server
    bare: Server


@contextmanager
def running_pair(server: TestServer, folder: Path) -> Iterator[Pair]:
    """Run both while the block runs."""
    (folder / "bare").mkdir()
    with bare_api(folder / "bare") as bare, lone_api(server, folder / "ours") as ours:
        yield Pair(ours, bare)


def cost_ratio(pair: Pair, ours: Sequence[bytes], bare: Sequence[bytes], *, clients: int) -> float:
    """Give our processor time for a request over bare FastAPI's, both loaded in turns: the median of the rounds."""
    return median(_cost(pair.ours, ours, clients) / _cost(pair.bare, bare, clients) for _ in range(ROUNDS))


def _cost(api: Server, requests: Sequence[bytes], clients: int) -> float:
    before = api.process.cpu_times()
    load = put_load(api.port, requests, connections=clients, seconds=SECONDS)
    after = api.process.cpu_times()
    assert set(load.statuses) <= {"200", "202"}, load
    return (after.user + after.system - before.user - before.system) / load.sent
