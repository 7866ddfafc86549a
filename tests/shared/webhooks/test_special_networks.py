"""Addresses that are not a public host; expected answers are those of the IANA special-purpose registries."""

from ipaddress import ip_address, ip_network

import pytest

from shared.webhooks.special_networks import SPECIAL_NETWORKS, find_special


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1"),
        *("127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.0.9"),
        *("192.0.0.171", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
        *("203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "100:0:0:1::1"),
        *("2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1"),
        *("fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
    ],
)
def test_a_special_address_is_found(address: str) -> None:
    """Private, loopback, link-local, metadata, multicast, documentation and reserved addresses are not public."""
    assert find_special(ip_address(address)) is not None


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
        *("128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.1"),
        *("198.17.255.255", "198.20.0.0", "223.255.255.255"),
        *("2606:4700:4700::1111", "2a00:1450:4001::1", "2001:200::1", "2003::1", "64:ff9b::808:808", "::ffff:8.8.8.8"),
    ],
)
def test_a_public_address_is_not_special(address: str) -> None:
    """The neighbours of each network, and public hosts behind NAT64 or written as IPv4-mapped, are public."""
    assert find_special(ip_address(address)) is None


@pytest.mark.parametrize(
    "network",
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4"),
        *("240.0.0.0/4", "::1/128", "::/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23"),
        *("2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
        *("fec0::/10", "ff00::/8"),
    ],
)
def test_what_an_independent_list_blocks_is_special_here_too(network: str) -> None:
    """The recommended list of microsoft-antissrf 1.0.0; but for NAT64, whose IPv4 host is judged here."""
    ends = ip_network(network)
    assert find_special(ends[0]) is not None
    assert find_special(ends[-1]) is not None


@pytest.mark.parametrize("entry", SPECIAL_NETWORKS, ids=lambda entry: str(entry.network))
def test_both_ends_of_each_network_belong_to_it(entry: object) -> None:
    """No entry of the table is hidden or cut by another."""
    network = entry.network  # type: ignore[attr-defined]  # parametrized with the table's own entries
    assert find_special(network[0]) == find_special(network[-1]) == entry


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        *(("10.0.0.1", True), ("127.0.0.1", True), ("::1", True), ("fd12::1", True), ("100.64.0.1", True)),
        *(("169.254.169.254", False), ("fd00:ec2::254", False), ("224.0.0.1", False), ("fe80::1", False)),
        *(("64:ff9b::a00:1", True), ("192.0.2.1", False), ("0.0.0.0", False)),
    ],
)
def test_only_what_a_hospitals_hosts_may_have_is_local(address: str, is_local: bool) -> None:
    """Metadata services, link-local and multicast addresses are nobody's own host."""
    special = find_special(ip_address(address))
    assert special is not None
    assert special.is_local is is_local
