"""The workers' connection to the store of limits and answers: gives up soon, since a call of the model waits for it."""

from datetime import timedelta
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from shared.llm.adapters.redis_scripts import Commands

CONNECT_TIMEOUT = timedelta(seconds=1)
"""The server is near; longer means that it is away."""

ANSWER_TIMEOUT = timedelta(seconds=2)
"""Scripts answer within milliseconds; longer means that Redis hangs."""


def connect(url: str) -> Commands:
    """Make a client for any number of threads; connects at first use, and once more where a connection was closed."""
    client = redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT.total_seconds(),
        socket_timeout=ANSWER_TIMEOUT.total_seconds(),
        health_check_interval=10,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )
    return cast("Commands", client)  # answers bytes: decode_responses is off
