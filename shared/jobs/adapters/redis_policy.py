"""What the job store's configuration must and should be, checked before anything is accepted."""

from msgspec import Struct
from redis.exceptions import RedisError, ResponseError

from shared.errors import ServiceError
from shared.jobs.adapters.redis_commands import Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.observability import get_logger

SAFE_POLICY = "noeviction"
"""The only maxmemory-policy under which Redis never throws waiting work away."""


class UnsafeStore(ServiceError):
    """The job store is configured to lose accepted work."""

    def __init__(self, policy: str) -> None:
        super().__init__(
            "store.unsafe",
            f"Redis has maxmemory-policy {policy}, which deletes waiting jobs when memory runs short. "
            f"Set it to {SAFE_POLICY} (CONFIG SET maxmemory-policy {SAFE_POLICY}, and in redis.conf) and start again.",
        )


class Durability(Struct, frozen=True):
    """What the store does with what it is given when memory runs short, and when it dies."""

    policy: str
    kept: str
    """``append-only file``, ``snapshots only`` or ``nothing``."""


def read_durability(client: Commands) -> Durability:
    """Ask the store for its configuration; raises redis' own errors where it does not tell."""
    settings = {**client.config_get("maxmemory-policy"), **client.config_get("appendonly"), **client.config_get("save")}
    texts = {_text(name): _text(value) for name, value in settings.items()}
    without_file = "snapshots only" if texts.get("save") else "nothing"
    return Durability(
        policy=texts.get("maxmemory-policy", SAFE_POLICY),
        kept="append-only file" if texts.get("appendonly") == "yes" else without_file,
    )


def verify_policy(client: Commands) -> None:
    """Check the store's configuration.

    Raises
    ------
    UnsafeStore
        Where Redis may evict keys. What cannot be asked (store away, CONFIG forbidden) is warned of, and so is a
        store that keeps nothing on disk.
    """
    logger = get_logger()
    try:
        durability = read_durability(client)
    except ResponseError:
        logger.warning("job store configuration not readable; be sure that maxmemory-policy is noeviction")
        return
    except RedisError:
        logger.warning("job store not reachable yet; its configuration was not checked")
        return
    if durability.policy != SAFE_POLICY:
        raise UnsafeStore(durability.policy)
    if durability.kept != "append-only file":
        kept = durability.kept
        logger.warning("job store keeps no append-only file; accepted jobs are lost when it dies", kept=kept)


def describe_policy(client: Commands) -> str:
    """Say in words how safe accepted jobs are in the store.

    Raises
    ------
    ServiceError
        Where the store is away, may evict keys, or keeps no append-only file.
    """
    try:
        with redis_errors():
            durability = read_durability(client)
    except ResponseError:
        return "answers, but does not tell its configuration; be sure that maxmemory-policy is noeviction"
    if durability.policy != SAFE_POLICY:
        raise UnsafeStore(durability.policy)
    if durability.kept != "append-only file":
        raise ServiceError("store.unsafe", f"keeps {durability.kept} on disk; set appendonly to yes")
    return "answers, evicts nothing and keeps an append-only file"


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
