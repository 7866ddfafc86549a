"""How a process hands its counts over: a thread that adds them to the sums in Redis every few seconds.

What a process gathered and did not hand over yet is lost when it is killed: a few seconds of counts, never of work.
Where Redis timed out, the sums may have been added all the same and are added again: counts are for graphs, not bills.
"""

import threading
import time
from datetime import timedelta
from pathlib import Path
from resource import getpagesize

from shared.errors import TransientError
from shared.jobs.adapters.redis_commands import Argument, Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.observability import get_logger
from shared.observability.metrics import current_tally, sum_name

SUMS_KEY = "metrics"
"""Hash of the name of a sum -> the sum."""

PROCESSES_KEY = "metrics:processes"
"""Hash of a process's name -> "role seconds resident_bytes"."""

REPORT_INTERVAL = timedelta(seconds=5)
"""Time between two reports of a process."""

SILENT_AFTER = timedelta(seconds=20)
"""A process that has not reported for so long is not counted, and forgotten."""

_STATM = Path("/proc/self/statm")
_PAGE_BYTES = getpagesize()

_REPORT = """
local time = redis.call('TIME')
for i = 4, #ARGV, 2 do redis.call('HINCRBYFLOAT', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. time[1] .. ' ' .. ARGV[3])
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], '^%S+ (%d+)')) < time[1] - 60 then redis.call('HDEL', KEYS[2], all[i]) end
end
"""


class Reporter:
    """Reports for one process until the process ends."""

    def __init__(self, client: Commands, role: str, name: str) -> None:
        self._script = client.register_script(_REPORT)
        self._role = role
        self._name = name
        self._counted_cpu = 0.0
        self._stopping = threading.Event()

    def start(self) -> None:
        """Report from now on."""
        threading.Thread(target=self._run, name="metrics", daemon=True).start()

    def stop(self) -> None:
        """Report a last time and no more."""
        self._stopping.set()
        self.report()

    def report(self) -> None:
        """Hand over what was counted; what cannot be handed over now is kept for the next time."""
        tally = current_tally()
        self._count_cpu()
        sums = tally.drain()
        arguments: list[Argument] = [self._name, self._role, resident_bytes()]
        for name, amount in sums.items():
            arguments += [name, repr(float(amount))]
        try:
            with redis_errors():
                self._script(keys=[SUMS_KEY, PROCESSES_KEY], args=arguments)
        except TransientError as error:
            tally.add(sums)
            get_logger().debug("counts not handed over", code=error.code)

    def _count_cpu(self) -> None:
        used = time.process_time()
        current_tally().add({sum_name("cpu_seconds", role=self._role): used - self._counted_cpu})
        self._counted_cpu = used

    def _run(self) -> None:
        while not self._stopping.wait(REPORT_INTERVAL.total_seconds()):
            self.report()


def resident_bytes() -> int:
    """Give this process's resident memory; 0 where the system does not tell."""
    try:
        return int(_STATM.read_bytes().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0


def build_reporter(client: Commands, role: str, name: str) -> Reporter:
    """Make the reporter of one process."""
    return Reporter(client, role, name)
