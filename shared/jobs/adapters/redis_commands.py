"""The Redis commands that the engine uses, with the types of a connection that answers bytes.

redis-py types every answer as text or bytes, whichever the connection was made for; ours always answer bytes.
"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol

Argument = str | bytes | int | float
"""What a command or a script takes."""

Answer = Any  # Any: a script answers what its Lua returns; each caller knows the shape from the script's head


class Script(Protocol):
    """A script that a worker or the sweeper calls."""

    def __call__(self, keys: Sequence[Argument] = ..., args: Sequence[Argument] = ...) -> Answer:
        """Run it, loading it where the server does not know it yet."""


class AsyncScript(Protocol):
    """A script that the api calls."""

    def __call__(self, keys: Sequence[Argument] = ..., args: Sequence[Argument] = ...) -> Awaitable[Answer]:
        """Run it, loading it where the server does not know it yet."""


class Commands(Protocol):
    """The blocking commands of workers and the sweeper."""

    def register_script(self, script: str) -> Script: ...

    def hgetall(self, name: str) -> dict[bytes, bytes]: ...

    def hget(self, name: str, key: str) -> bytes | None: ...

    def hdel(self, name: str, *keys: str) -> int: ...

    def hvals(self, name: str) -> list[bytes]: ...

    def get(self, name: str) -> bytes | None: ...

    def lrange(self, name: str, start: int, end: int) -> list[bytes]: ...

    def zrem(self, name: str, *values: str) -> int: ...

    def time(self) -> tuple[int, int]: ...

    def blpop(self, keys: list[str], timeout: float) -> tuple[bytes, bytes] | None: ...


class AsyncPipeline(Protocol):
    """Commands sent in one go."""

    def hgetall(self, name: bytes) -> object: ...

    def zcard(self, name: str) -> object: ...

    def info(self, section: str) -> object: ...

    def execute(self) -> Awaitable[Answer]: ...


class AsyncCommands(Protocol):
    """The commands of the api."""

    def register_script(self, script: str) -> AsyncScript: ...

    def pipeline(self, *, transaction: bool) -> AsyncPipeline: ...

    async def hgetall(self, name: str) -> Mapping[bytes, bytes]: ...

    async def hvals(self, name: str) -> list[bytes]: ...

    async def get(self, name: str) -> bytes | None: ...

    async def set(self, name: str, value: str, *, nx: bool, px: int) -> bool | None: ...

    async def delete(self, name: str) -> int: ...

    async def lrange(self, name: str, start: int, end: int) -> list[bytes]: ...

    async def zrank(self, name: str, value: str) -> int | None: ...

    async def zrevrangebylex(self, name: str, max: bytes, min: bytes, start: int, num: int) -> list[bytes]: ...

    async def xrange(self, name: str, *, min: str, max: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]: ...

    async def time(self) -> tuple[int, int]: ...

    async def ping(self) -> bool: ...

    async def aclose(self) -> None: ...
