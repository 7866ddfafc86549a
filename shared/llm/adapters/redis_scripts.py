"""What the adapters of this room need of Redis: a few commands, the Lua files, and its errors as ours."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Protocol

from redis.exceptions import RedisError

from shared.errors import TransientError

Argument = str | bytes | int | float
"""What a command or a script takes."""

Answer = Any  # Any: a script answers what its Lua returns; each caller knows the shape from the script's head


class Script(Protocol):
    """A registered script."""

    def __call__(self, keys: Sequence[Argument] = ..., args: Sequence[Argument] = ...) -> Answer:
        """Run it, loading it where the server does not know it yet."""


class Commands(Protocol):
    """The commands that are used, as a blocking connection that answers bytes has them."""

    def register_script(self, script: str) -> Script:
        """Prepare a script."""

    def get(self, name: str) -> bytes | None:
        """Read a value."""

    def set(self, name: str, value: Argument, *, px: int, nx: bool = ...) -> Answer:
        """Write a value that expires."""

    def delete(self, *names: str) -> int:
        """Drop values."""

    def hgetall(self, name: str) -> dict[bytes, bytes]:
        """Read a hash."""

    def time(self) -> tuple[int, int]:
        """Read the server's clock: seconds and microseconds."""


def read_script(name: str) -> str:
    """Give the Lua text of a script with the library before it."""
    folder = files(__package__) / "scripts"
    return (folder / "library.lua").read_text() + (folder / f"{name}.lua").read_text()


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turn Redis's errors into ours, without their text.

    Raises
    ------
    TransientError
        ``store.unavailable``.
    """
    try:
        yield
    except RedisError as error:
        raise TransientError("store.unavailable", "The store does not answer; try again later.") from error
