"""``WEBHOOK_ALLOW``: what the operator trusts beside the public internet."""

from ipaddress import ip_address

import pytest

from shared.webhooks.allow_list import AllowList, BadAllowList, parse_allow_list

LIST = parse_allow_list("10.20.0.0/16, RIS.hospital.lan *.lab.lan,127.0.0.1, fd12::/64")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("ris.hospital.lan", True),
        ("pacs.hospital.lan", False),
        ("a.lab.lan", True),
        ("a.b.lab.lan", True),
        ("lab.lan", False),
        ("evil-lab.lan", False),
        ("ris.hospital.lan.evil.example", False),
    ],
)
def test_hosts_are_listed_whole_or_by_domain(host: str, expected: bool) -> None:
    """A star stands for whatever stands before the dot, and never for part of a name."""
    assert LIST.has_host(host) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.20.3.4", True),
        ("10.21.0.1", False),
        ("127.0.0.1", True),
        ("127.0.0.2", False),
        ("::ffff:10.20.3.4", True),
        ("fd12::9", True),
        ("fd13::9", False),
    ],
)
def test_networks_are_listed_by_address(address: str, expected: bool) -> None:
    """An address is listed whichever way it is written."""
    assert LIST.has_address(ip_address(address)) is expected


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_list_trusts_nothing(text: str) -> None:
    """Without the setting only the public internet is there."""
    assert parse_allow_list(text) == AllowList()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *(("10.20.0.1/16", 1), ("ris.lan, 10.0.0.0/33", 2), ("a, b, http://ris.lan", 3), ("10.20.0", 1), ("-", 1)),
        *(("ris.lan:8080", 1), ("*", 1), ("[::1]", 1), ("ris.lan/hook", 1)),
    ],
)
def test_a_bad_entry_is_named_by_its_place(text: str, place: int) -> None:
    """A typo stops the start and is found at once."""
    with pytest.raises(BadAllowList, match=f"Entry {place} of WEBHOOK_ALLOW"):
        parse_allow_list(text)
