"""``UsageLedger`` and ``UsageReader`` on Redis; calls are entered by the limiter's settle script."""

from collections.abc import Awaitable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from shared.llm.adapters.redis_scripts import Answer, Commands, redis_errors
from shared.llm.usage import MICRO, UsageDay

_HIT = """
local day = math.floor(redis.call('TIME')[1] / 86400)
local usage = 'llm:usage:' .. string.format('%.0f', day)
redis.call('HINCRBY', usage, 'hits', 1)
return redis.call('EXPIRE', usage, 40 * 86400)
"""
_EPOCH = date(1970, 1, 1)

KEPT_DAYS = 40
"""Days that are kept, by the scripts' own expiry."""


class AsyncPipeline(Protocol):
    """Commands sent in one go."""

    def hgetall(self, name: bytes) -> object: ...

    def execute(self) -> Awaitable[Answer]: ...


class AsyncCommands(Protocol):
    """The commands that the reader uses, as an event-loop connection that answers bytes has them."""

    def pipeline(self, *, transaction: bool) -> AsyncPipeline: ...

    async def time(self) -> tuple[int, int]: ...


class RedisUsageLedger:
    """Counts what the limiter does not see: answers that were there already."""

    def __init__(self, client: Commands) -> None:
        self._hit = client.register_script(_HIT)

    def record_hit(self) -> None:
        """Count an answer that needed no call."""
        with redis_errors():
            self._hit([], [])


class RedisUsageReader:
    """Reads the account by day."""

    def __init__(self, client: AsyncCommands) -> None:
        self._redis = client

    async def read_days(self, count: int) -> tuple[UsageDay, ...]:
        """Give the last days, newest first; see the port."""
        with redis_errors():
            today = datetime.fromtimestamp((await self._redis.time())[0], UTC).date()
            days = [today - timedelta(days=back) for back in range(count)]
            pipeline = self._redis.pipeline(transaction=False)
            for day in days:
                pipeline.hgetall(b"llm:usage:%d" % (day - _EPOCH).days)
            stored = await pipeline.execute()
        return tuple(_read(day, account) for day, account in zip(days, stored, strict=True))


def _read(day: date, account: Mapping[bytes, bytes]) -> UsageDay:
    names = ("calls", "input", "output", "cached", "micro_usd", "hits")
    calls, taken, given, cached, micro, hits = (int(account.get(name.encode(), b"0")) for name in names)
    return UsageDay(day.isoformat(), calls, taken, given, cached, micro / MICRO, hits)


def build_usage_ledger(client: Commands) -> RedisUsageLedger:
    """Make the workers' side of the account."""
    return RedisUsageLedger(client)


def build_usage_reader(client: AsyncCommands) -> RedisUsageReader:
    """Make the api's side of the account."""
    return RedisUsageReader(client)
