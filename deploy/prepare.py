"""Prepare the volumes of a Compose project before anything else runs: the job store's password and who owns what.

The password is made at the first start and stays in a volume that only our containers see: nobody has to think of one,
none is the same as anybody else's, and none stands in an environment that `docker inspect` shows. ``REDIS_PASSWORD``
sets another one. Runs as the user of every other container; a new volume takes its owner from this image's folders.
"""

import os
import secrets
import sys
from pathlib import Path

ADDRESS = "redis:6379/0"
"""Where the job store listens inside the project's own network."""

PASSWORD = "redis-password"  # noqa: S105 - the name of a file
READABLE_BY_OWNER = 0o400
READABLE_AND_WRITABLE_BY_OWNER = 0o600


def prepare(folder: Path) -> None:
    """Write the password, the server's configuration and the clients' URL, unless they are there already."""
    password = os.environ.get("REDIS_PASSWORD") or _read(folder / PASSWORD) or secrets.token_urlsafe(32)
    if not all(33 <= ord(letter) < 127 and letter not in "/@:%#?\"'\\" for letter in password):
        sys.exit("REDIS_PASSWORD may hold letters, digits and punctuation that needs no quoting in a URL.")
    _write(folder / "redis.conf", f"requirepass {password}\n")
    _write(folder / "redis-url", f"redis://:{password}@{ADDRESS}\n")
    _write(folder / PASSWORD, f"{password}\n")


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _write(path: Path, content: str) -> None:
    """Replace a file as a whole, so that a start that is interrupted leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(READABLE_AND_WRITABLE_BY_OWNER, exist_ok=False)
    fresh.write_text(content)
    fresh.chmod(READABLE_BY_OWNER)
    fresh.replace(path)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
