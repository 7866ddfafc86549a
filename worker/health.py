"""The health check of a worker's container: a process of its own every few seconds, so it loads little."""

import socket

from shared.jobs.adapters.redis_connection import build_redis
from shared.jobs.adapters.redis_presence import has_signed_in
from shared.settings import load_settings


def is_signed_in() -> bool:
    """Tell whether a process of this host signed in lately."""
    return has_signed_in(build_redis(load_settings().store_url), socket.gethostname())
