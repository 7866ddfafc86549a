"""Connections to Redis that fail fast, and the mapping of its errors to ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError
from redis.retry import Retry

from shared.errors import TransientError

CONNECT_TIMEOUT = timedelta(seconds=1)
"""With one retry and the answer's timeout this keeps a request under 3 s when Redis is away."""

ANSWER_TIMEOUT = timedelta(seconds=2)
"""Scripts answer within milliseconds; longer means that Redis hangs."""


def _retry_policy() -> Retry:
    # Only a connection that the server closed meanwhile is worth a second try; a time-out may have been carried out.
    return Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))


def build_redis(url: str, *, answer_timeout: timedelta = ANSWER_TIMEOUT) -> "redis.Redis":
    """Make the blocking client of workers and the sweeper; connects at first use."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=answer_timeout.total_seconds(),
        health_check_interval=10,
        retry=_retry_policy(),
    )


def build_async_redis(url: str, *, answer_timeout: timedelta | None = ANSWER_TIMEOUT) -> "redis.asyncio.Redis":
    """Make the event-loop client of the api; None waits for an answer without end, for subscriptions."""
    return redis.asyncio.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=None if answer_timeout is None else answer_timeout.total_seconds(),
        health_check_interval=10,
        retry=redis.asyncio.retry.Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turn Redis's errors into ours, without their text.

    Raises
    ------
    TransientError
        ``store.full`` where Redis refuses writes for lack of memory, else ``store.unavailable``.
    """
    try:
        yield
    except OutOfMemoryError as error:
        raise TransientError("store.full", "The job store has no memory left; try again later.") from error
    except ResponseError as error:
        if "OOM" in str(error):  # a script reports the refusal of one of its commands as its own error
            raise TransientError("store.full", "The job store has no memory left; try again later.") from error
        raise
    except RedisError as error:
        raise TransientError("store.unavailable", "The job store does not answer; try again later.") from error
