"""``AnswerStore`` and ``UsageLedger`` on Redis."""

import uuid
from datetime import UTC, date, datetime, timedelta

from shared.llm.adapters.redis_scripts import Commands, redis_errors
from shared.llm.budget import MICRO
from shared.llm.limits import UsageDay

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
_HIT = """
local day = math.floor(redis.call('TIME')[1] / 86400)
local usage = 'llm:usage:' .. string.format('%.0f', day)
redis.call('HINCRBY', usage, 'hits', 1)
return redis.call('EXPIRE', usage, 40 * 86400)
"""
_EPOCH = date(1970, 1, 1)


class RedisAnswerStore:
    """Answers under their question's digest; they hold the model's words about facts, nothing about a person."""

    def __init__(self, client: Commands, *, kept: timedelta) -> None:
        self._redis = client
        self._kept_ms = round(kept.total_seconds() * 1000)
        self._release = client.register_script(_RELEASE)

    def read(self, digest: str) -> bytes | None:
        """Give a stored answer."""
        with redis_errors():
            return self._redis.get(f"llm:answer:{digest}")

    def keep(self, digest: str, body: bytes) -> None:
        """Store an answer."""
        with redis_errors():
            self._redis.set(f"llm:answer:{digest}", body, px=self._kept_ms)

    def forget(self, digest: str) -> None:
        """Drop an answer that turned out to be none."""
        with redis_errors():
            self._redis.delete(f"llm:answer:{digest}")

    def begin(self, digest: str, lasting: timedelta) -> str | None:
        """Claim a question; gives a token, or None where somebody else is asking it now."""
        token = uuid.uuid4().hex
        with redis_errors():
            claimed = self._redis.set(f"llm:asking:{digest}", token, px=round(lasting.total_seconds() * 1000), nx=True)
        return token if claimed else None

    def abandon(self, digest: str, token: str) -> None:
        """Give up a claim; another's later claim stays."""
        with redis_errors():
            self._release([f"llm:asking:{digest}"], [token])


class RedisUsageLedger:
    """The account that the limiter's settle script writes, read by day."""

    def __init__(self, client: Commands) -> None:
        self._redis = client
        self._hit = client.register_script(_HIT)

    def record_hit(self) -> None:
        """Count a summary that needed no call."""
        with redis_errors():
            self._hit([], [])

    def read_days(self, count: int) -> tuple[UsageDay, ...]:
        """Give the last days, newest first."""
        with redis_errors():
            today = datetime.fromtimestamp(self._redis.time()[0], UTC).date()
            return tuple(self._read(today - timedelta(days=back)) for back in range(count))

    def _read(self, day: date) -> UsageDay:
        stored = self._redis.hgetall(f"llm:usage:{(day - _EPOCH).days}")
        names = ("calls", "input", "output", "cached", "micro_usd", "hits")
        calls, taken, given, cached, micro, hits = (int(stored.get(name.encode(), b"0")) for name in names)
        return UsageDay(day.isoformat(), calls, taken, given, cached, micro / MICRO, hits)


def build_answer_store(client: Commands, *, kept: timedelta) -> RedisAnswerStore:
    """Make the store of answers."""
    return RedisAnswerStore(client, kept=kept)


def build_usage_ledger(client: Commands) -> RedisUsageLedger:
    """Make the account of what was used."""
    return RedisUsageLedger(client)
