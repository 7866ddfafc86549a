"""Connections to Redis that fail fast, and the mapping of its errors to ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError
from redis.retry import Retry

from shared.errors import TransientError
from shared.jobs.adapters.redis_commands import AsyncCommands, Commands

CONNECT_TIMEOUT = timedelta(seconds=1)
"""With one retry and the answer's timeout this keeps a request under 3 s when Redis is away."""

ANSWER_TIMEOUT = timedelta(seconds=2)
"""Scripts answer within milliseconds; longer means that Redis hangs."""


MAX_CONNECTIONS = 64
"""Connections of one api process; further requests wait for one instead of storming the server."""

_WORTH_RETRYING = (RedisConnectionError,)
"""Only a connection that the server closed meanwhile; what timed out may have been carried out."""


def build_redis(url: str) -> Commands:
    """Make the blocking client of workers and the sweeper; connects at first use."""
    client = redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=ANSWER_TIMEOUT.total_seconds(),
        health_check_interval=10,
        retry=Retry(NoBackoff(), 1, supported_errors=_WORTH_RETRYING),
    )
    return cast("Commands", client)  # answers bytes: decode_responses is off


def build_async_redis(url: str) -> AsyncCommands:
    """Make the event-loop client of the api; connects at first use."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=ANSWER_TIMEOUT.total_seconds(),
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=ANSWER_TIMEOUT.total_seconds(),
        health_check_interval=10,
        retry=AsyncRetry(NoBackoff(), 1, supported_errors=_WORTH_RETRYING),
    )
    client = redis.asyncio.Redis.from_pool(pool)
    return cast("AsyncCommands", client)  # answers bytes: decode_responses is off


def build_subscriber(url: str) -> redis.asyncio.Redis:
    """Make the event-loop client of a subscription, which waits for an answer without end."""
    return redis.asyncio.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=None,
        health_check_interval=10,
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
