"""What every answer carries: a request id, and headers that keep browsers and caches from harm."""

import re
import secrets
from collections.abc import Iterable, MutableSequence

Header = tuple[bytes, bytes]

_MINTED = re.compile(rb"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""The forms in which machines mint ids: a UUID, or 32 hex digits as of a trace. Anything else may hold a name."""

PAGE_PATHS = ("/docs",)
"""Pages for people; everything else is data, which no browser should run, frame or keep."""

_DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""The API page starts by a script and styles of its own inside it."""

_KEPT_PREFIX = "/static-"
"""Files of the API page; the only thing that caches may keep."""


def take_request_id(headers: Iterable[Header]) -> str:
    """Give the sender's X-Request-Id where it is one that machines mint, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _MINTED.fullmatch(value):
            return value.decode()
    return secrets.token_hex(16)


class Protection:
    """The headers of every answer; what a route says itself stands."""

    def __init__(self) -> None:
        self._always: tuple[Header, ...] = (
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        )

    def add_to(self, headers: MutableSequence[Header], path: str) -> None:
        """Add what is missing."""
        present = {name for name, _ in headers}
        headers.extend(self._always)
        if b"content-security-policy" not in present:
            is_page = path.startswith(PAGE_PATHS)
            headers.append((b"content-security-policy", _PAGE_POLICY if is_page else _DATA_POLICY))
        if b"cache-control" not in present and not path.startswith(_KEPT_PREFIX):
            headers.append((b"cache-control", b"no-store"))


PROTECTION = Protection()
"""The same for every answer."""
