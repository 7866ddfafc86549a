"""Addresses that are not a public host: the special-purpose registries of IANA as a table.

``ipaddress.is_global`` is not used: Python before 3.11.10 and 3.12.4 has an outdated table (CVE-2024-4032).

References
----------
IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), IANA IPv6 address space (RFC 4291 section 2.4).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from msgspec import Struct

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class SpecialNetwork(Struct, frozen=True):
    """One entry; ``is_local`` marks what a hospital's own hosts may have."""

    network: Network
    purpose: str
    source: str
    is_local: bool = False


def _entry(network: str, purpose: str, source: str, *, is_local: bool = False) -> SpecialNetwork:
    return SpecialNetwork(ip_network(network), purpose, source, is_local)


SPECIAL_NETWORKS = (
    _entry("0.0.0.0/8", "this network", "RFC 791 section 3.2"),
    _entry("10.0.0.0/8", "private use", "RFC 1918", is_local=True),
    _entry("100.64.0.0/10", "shared address space", "RFC 6598", is_local=True),
    _entry("127.0.0.0/8", "loopback", "RFC 1122 section 3.2.1.3", is_local=True),
    _entry("168.63.129.16/32", "cloud platform service", "Azure: what is IP address 168.63.129.16"),
    _entry("169.254.0.0/16", "link local, cloud metadata", "RFC 3927"),
    _entry("172.16.0.0/12", "private use", "RFC 1918", is_local=True),
    _entry("192.0.0.0/24", "protocol assignments", "RFC 6890 section 2.1"),
    _entry("192.0.2.0/24", "documentation", "RFC 5737"),
    _entry("192.31.196.0/24", "AS112 sink", "RFC 7535"),
    _entry("192.52.193.0/24", "multicast relays", "RFC 7450"),
    _entry("192.88.99.0/24", "6to4 relay, deprecated", "RFC 7526"),
    _entry("192.168.0.0/16", "private use", "RFC 1918", is_local=True),
    _entry("192.175.48.0/24", "AS112 sink", "RFC 7534"),
    _entry("198.18.0.0/15", "benchmarking", "RFC 2544"),
    _entry("198.51.100.0/24", "documentation", "RFC 5737"),
    _entry("203.0.113.0/24", "documentation", "RFC 5737"),
    _entry("224.0.0.0/4", "multicast", "RFC 5771"),
    _entry("240.0.0.0/4", "reserved, broadcast", "RFC 1112 section 4, RFC 8190"),
    _entry("::1/128", "loopback", "RFC 4291", is_local=True),
    _entry("2001::/23", "protocol assignments, Teredo, ORCHID", "RFC 2928"),
    _entry("2001:db8::/32", "documentation", "RFC 3849"),
    _entry("2002::/16", "6to4", "RFC 3056"),
    _entry("2620:4f:8000::/48", "AS112 sink", "RFC 7534"),
    _entry("3fff::/20", "documentation", "RFC 9637"),
    _entry("fc00::/7", "unique local", "RFC 4193", is_local=True),
)
"""What lies outside ``IPV6_UNICAST`` needs no entry of its own; the two local ones are here for their mark."""

IPV6_UNICAST = IPv6Network("2000::/3")
"""The only part of the IPv6 space from which public addresses are given out (RFC 4291 section 2.4)."""

TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 with the well-known prefix: the last four bytes are the IPv4 host that is reached (RFC 6052 section 2.1)."""

METADATA_IPV6 = (IPv6Network("fd00:ec2::/32"), IPv6Network("fd20:ce::/32"))
"""Metadata services of clouds inside the unique local space: never taken for a hospital's own host."""


def normalize(address: Address) -> Address:
    """Give the IPv4 address that an IPv4-mapped one stands for (RFC 4291 section 2.5.5.2), any other as it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def find_special(address: Address) -> SpecialNetwork | None:
    """Give why an address is not a public host, None where it is one."""
    address = normalize(address)
    if isinstance(address, IPv6Address):
        if address in TRANSLATED:
            return find_special(IPv4Address(address.packed[-4:]))
        for network in METADATA_IPV6:
            if address in network:
                return SpecialNetwork(network, "cloud metadata", "RFC 4193")
    for entry in SPECIAL_NETWORKS:
        if address in entry.network:
            return entry
    if isinstance(address, IPv6Address) and address not in IPV6_UNICAST:
        return SpecialNetwork(IPv6Network("::/0"), "not public unicast", "RFC 4291 section 2.4")
    return None
