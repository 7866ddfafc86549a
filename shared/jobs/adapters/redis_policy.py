"""What the job store's configuration must and should be, checked before anything is accepted."""

from redis.exceptions import RedisError, ResponseError

from shared.errors import ServiceError
from shared.jobs.adapters.redis_commands import Commands
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
        settings = {**client.config_get("maxmemory-policy"), **client.config_get("appendonly")}
        snapshots = client.config_get("save")
    except ResponseError:
        logger.warning("job store configuration not readable; be sure that maxmemory-policy is noeviction")
        return
    except RedisError:
        logger.warning("job store not reachable yet; its configuration was not checked")
        return
    texts = {_text(name): _text(value) for name, value in {**settings, **snapshots}.items()}
    if texts.get("maxmemory-policy", SAFE_POLICY) != SAFE_POLICY:
        raise UnsafeStore(texts["maxmemory-policy"])
    if texts.get("appendonly") != "yes":
        kept = "snapshots only" if texts.get("save") else "nothing"
        logger.warning("job store keeps no append-only file; accepted jobs are lost when it dies", kept=kept)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
