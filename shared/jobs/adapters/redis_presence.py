"""Which processes are at work: each signs in every few seconds, so that health checks can miss one."""

import threading
from datetime import timedelta

from shared.errors import TransientError
from shared.jobs.adapters.redis_commands import Argument, Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.observability import get_logger

PRESENCE_KEY = "presence"
"""Hash of a process's name -> "role milliseconds"."""

SIGN_IN_INTERVAL = timedelta(seconds=5)
"""Time between two signs of life."""

ABSENT_AFTER = timedelta(seconds=20)
"""A process that has not signed in for so long is not counted."""

_SIGN_IN = """
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. time[1])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], ' (%d+)$')) < time[1] - 10 * ARGV[3] then redis.call('HDEL', KEYS[1], all[i]) end
end
"""


class Presence:
    """Signs one process in from a thread of its own until the process ends."""

    def __init__(self, client: Commands, role: str, name: str) -> None:
        self._redis = client
        self._script = client.register_script(_SIGN_IN)
        self._arguments: list[Argument] = [name, role, int(ABSENT_AFTER.total_seconds())]
        self._name = name
        self._leaving = threading.Event()

    def start(self) -> None:
        """Sign in now and from now on."""
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def leave(self) -> None:
        """Sign out."""
        self._leaving.set()
        with redis_errors():
            self._redis.hdel(PRESENCE_KEY, self._name)

    def _run(self) -> None:
        while not self._leaving.is_set():
            try:
                with redis_errors():
                    self._script(keys=[PRESENCE_KEY], args=self._arguments)
            except TransientError as error:
                get_logger().warning("not signed in", code=error.code)
            self._leaving.wait(SIGN_IN_INTERVAL.total_seconds())


def has_signed_in(client: Commands, host: str) -> bool:
    """Tell whether a process of a host signed in lately; False too where the store is away."""
    try:
        with redis_errors():
            signs = client.hgetall(PRESENCE_KEY)
            seconds, _ = client.time()
    except TransientError:
        return False
    oldest = seconds - ABSENT_AFTER.total_seconds()
    return any(
        name.decode().split("@")[1].split(":")[0] == host and int(sign.split(b" ")[1]) >= oldest
        for name, sign in signs.items()
    )


def build_presence(client: Commands, role: str, name: str) -> Presence:
    """Make the sign-in of one process."""
    return Presence(client, role, name)
