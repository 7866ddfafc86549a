"""``AnswerStore`` on Redis."""

import uuid
from datetime import timedelta

from shared.llm.adapters.redis_scripts import Answer, Commands, redis_errors

_BEGIN = """
local answer = redis.call('GET', KEYS[2])
if answer then return answer end
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^(%S+)') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1
"""
_KEEP = """
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisAnswerStore:
    """Answers under their question's digest; they hold the model's words about facts, nothing about a person."""

    def __init__(self, client: Commands, *, kept: timedelta) -> None:
        self._redis = client
        self._kept_ms = round(kept.total_seconds() * 1000)
        self._begin = client.register_script(_BEGIN)
        self._keep = client.register_script(_KEEP)
        self._release = client.register_script(_RELEASE)

    def read(self, digest: str) -> bytes | None:
        """Give a stored answer."""
        with redis_errors():
            return self._redis.get(f"llm:answer:{digest}")

    def keep(self, digest: str, body: bytes, token: str) -> None:
        """Store an answer and end its claim; see the port."""
        with redis_errors():
            self._keep([f"llm:asking:{digest}", f"llm:answer:{digest}"], [token, body, self._kept_ms])

    def forget(self, digest: str) -> None:
        """Drop an answer that turned out to be none."""
        with redis_errors():
            self._redis.delete(f"llm:answer:{digest}")

    def begin(self, digest: str, asker: str, lasting: timedelta) -> bytes | str | None:
        """Give a stored answer or claim its question; see the port."""
        nonce = uuid.uuid4().hex
        keys = [f"llm:asking:{digest}", f"llm:answer:{digest}"]
        with redis_errors():
            begun: Answer = self._begin(keys, [asker, nonce, round(lasting.total_seconds() * 1000)])
        if isinstance(begun, bytes):
            return begun
        return f"{asker} {nonce}" if begun else None

    def abandon(self, digest: str, token: str) -> None:
        """Give up a claim; another's later claim stays."""
        with redis_errors():
            self._release([f"llm:asking:{digest}"], [token])


def build_answer_store(client: Commands, *, kept: timedelta) -> RedisAnswerStore:
    """Make the store of answers."""
    return RedisAnswerStore(client, kept=kept)
