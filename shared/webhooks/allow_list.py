"""Hosts and networks inside which webhooks may go although they are not public: ``WEBHOOK_ALLOW``."""

import re
from ipaddress import ip_network

from msgspec import Struct

from shared.errors import ServiceError
from shared.webhooks.special_networks import Address, Network, normalize

_HOST = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")


class BadAllowList(ServiceError):
    """An entry is neither a network nor a host."""

    def __init__(self, place: int) -> None:
        super().__init__(
            "webhook.bad_allow_list",
            f"Entry {place} of WEBHOOK_ALLOW is neither a network (10.20.0.0/16), an address nor a host "
            "(ris.hospital.lan, *.hospital.lan).",
        )


class AllowList(Struct, frozen=True):
    """What the operator trusts: any port, http as well as https, and addresses that are not public."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    """Ends of host names, with their dot."""

    def has_host(self, host: str) -> bool:
        """Tell whether a host is listed by its name; ``host`` is in lower case."""
        return host in self.hosts or host.endswith(self.domains)

    def has_address(self, address: Address) -> bool:
        """Tell whether an address lies in a listed network, written as IPv4-mapped or not."""
        same = {address, normalize(address)}
        return any(one in network for network in self.networks for one in same if one.version == network.version)


def parse_allow_list(text: str) -> AllowList:
    """Read a list separated by commas or spaces; raises BadAllowList naming the place of a bad entry, from one."""
    networks: list[Network] = []
    hosts: set[str] = set()
    domains: list[str] = []
    for place, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else (), start=1):
        try:
            networks.append(ip_network(entry))
            continue
        except ValueError:
            host = entry.lower()
        if not _HOST.fullmatch(host) or "/" in host or host.replace(".", "").isdigit():
            raise BadAllowList(place)
        if host.startswith("*."):
            domains.append(host[1:])
        else:
            hosts.add(host)
    return AllowList(tuple(networks), frozenset(hosts), tuple(domains))
