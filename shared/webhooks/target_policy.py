"""Where webhooks may go. Two checks: of the URL when it is named, and of every address before it is connected to.

The second decides: a name may resolve to another address each time (DNS rebinding), so whoever connects does so to the
very addresses that were checked.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from msgspec import Struct

from shared.errors import DataError
from shared.webhooks.allow_list import AllowList
from shared.webhooks.special_networks import Address, find_special, normalize

MAX_URL = 2048
"""Characters of a URL."""

DEFAULT_PORTS = {"https": 443, "http": 80}

_URL = re.compile(r"(https?)://([^/?#\\]+)(/[!-~]*|\?[!-~]*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class Refusal(StrEnum):
    """Why a target is refused, in words for whoever named it."""

    MALFORMED = (
        "Expected an absolute URL like https://ris.example.org/hook, in ASCII, at most 2048 characters, "
        "without a fragment."
    )
    CREDENTIALS = "A URL with a user name or password is not taken; the signature tells the receiver who sends."
    HOST = "The host is neither a name nor a plain address; write the address in its usual form."
    SINGLE_LABEL = "The host has no domain; give its full name, or ask the operator to add it to WEBHOOK_ALLOW."
    NOT_HTTPS = "Only https is taken; a host inside your network can be added to WEBHOOK_ALLOW by the operator."
    PORT = "Only port 443 is taken; a host inside your network can be added to WEBHOOK_ALLOW by the operator."
    ADDRESS = "The host's address is not public; the operator can add it, or its network, to WEBHOOK_ALLOW."


class TargetRefused(DataError):
    """Nothing is sent to this target."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__("webhook.target_refused", reason)
        self.reason = reason


class Target(Struct, frozen=True):
    """A URL taken apart; ``host`` is in lower case, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int
    request_target: str
    """Path and query as they were written."""

    @property
    def address(self) -> Address | None:
        """The address where the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """The Host header: without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Who answers: scheme, host and port."""
        return f"{self.scheme}://{self.authority}"


def parse_target(url: str) -> Target:
    """Take a URL apart; raises TargetRefused where it is not one or has parts that we do not send."""
    found = _URL.fullmatch(url) if len(url) <= MAX_URL and "#" not in url else None
    if found is None:
        raise TargetRefused(Refusal.MALFORMED)
    scheme, authority, request_target = found[1].lower(), found[2], found[3] or "/"
    if "@" in authority:
        raise TargetRefused(Refusal.CREDENTIALS)
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise TargetRefused(Refusal.MALFORMED)
    port = int(parts[2] or DEFAULT_PORTS[scheme])
    if not 1 <= port <= 65535:
        raise TargetRefused(Refusal.MALFORMED)
    if request_target.startswith("?"):
        request_target = f"/{request_target}"
    return Target(scheme, _host(parts[1].lower()), port, request_target)


def _host(text: str) -> str:
    """Check a host: an address in its usual form or a name; other writings of addresses are refused."""
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except ValueError as error:
            raise TargetRefused(Refusal.HOST) from error
    labels = text.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # what resolvers take for an address: 2130706433, 0x7f.1, 0177.0.0.1
        try:
            return str(IPv4Address(text))
        except ValueError as error:
            raise TargetRefused(Refusal.HOST) from error
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetRefused(Refusal.HOST)
    return text


class TargetPolicy(Struct, frozen=True):
    """The rules of this installation."""

    allowed: AllowList = AllowList()

    def check_url(self, url: str) -> Target:
        """Check what can be known without asking a name server; raises TargetRefused."""
        target = parse_target(url)
        address = target.address
        if address is not None:
            self.check_addresses(target, [address])
        elif not self.allowed.has_host(target.host):
            if "." not in target.host and not self.allowed.networks:
                raise TargetRefused(Refusal.SINGLE_LABEL)
            if not self.allowed.networks:  # else the address may turn out to lie in one of them
                _require_public_form(target)
        return target

    def check_addresses(self, target: Target, addresses: Sequence[Address]) -> tuple[Address, ...]:
        """Check the addresses of a target's host; gives those to connect to, IPv4-mapped ones as IPv4.

        Raises
        ------
        TargetRefused
            Where one of them may not be connected to: an answer that mixes public and other addresses is an attack
            or a mistake.
        """
        for address in addresses:
            if not self.allowed.has_address(address):
                self._require_public(target, address)
        return tuple(normalize(address) for address in addresses)

    def _require_public(self, target: Target, address: Address) -> None:
        special = find_special(address)
        if self.allowed.has_host(target.host):
            # A trusted name may lead to the hospital's own hosts, never to metadata services or to everybody.
            if special is not None and not special.is_local:
                raise TargetRefused(Refusal.ADDRESS)
            return
        if special is not None:
            raise TargetRefused(Refusal.ADDRESS)
        _require_public_form(target)


def _require_public_form(target: Target) -> None:
    if target.scheme != "https":
        raise TargetRefused(Refusal.NOT_HTTPS)
    if target.port != DEFAULT_PORTS["https"]:
        raise TargetRefused(Refusal.PORT)
