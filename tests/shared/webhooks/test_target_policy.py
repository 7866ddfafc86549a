"""Where webhooks may go; hostile forms are those of the OWASP SSRF cheat sheet and the WHATWG host parser tests."""

from ipaddress import ip_address

import pytest

from shared.webhooks.allow_list import parse_allow_list
from shared.webhooks.target_policy import Refusal, Target, TargetPolicy, TargetRefused, parse_target

PUBLIC = TargetPolicy()
HOSPITAL = TargetPolicy(parse_allow_list("10.20.0.0/16, ris.hospital.lan"))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://ris.example.org/hook?a=1", Target("https", "ris.example.org", 443, "/hook?a=1")),
        ("HTTPS://RIS.example.org", Target("https", "ris.example.org", 443, "/")),
        ("https://ris.example.org:443?a=1", Target("https", "ris.example.org", 443, "/?a=1")),
        ("https://8.8.8.8/", Target("https", "8.8.8.8", 443, "/")),
        ("https://[2606:4700:4700:0::1111]/x", Target("https", "2606:4700:4700::1111", 443, "/x")),
        ("https://xn--bcher-kva.example/", Target("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_a_public_https_address_is_taken(url: str, target: Target) -> None:
    """What a receiver on the internet has passes, taken apart into what is connected to and what is sent."""
    assert PUBLIC.check_url(url) == target


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", Refusal.MALFORMED),
        ("ftp://ris.example.org/", Refusal.MALFORMED),
        ("file:///etc/passwd", Refusal.MALFORMED),
        ("//ris.example.org/", Refusal.MALFORMED),
        ("https:ris.example.org", Refusal.MALFORMED),
        ("https://", Refusal.MALFORMED),
        ("https:///hook", Refusal.MALFORMED),
        ("https://ris.example.org/#a", Refusal.MALFORMED),
        ("https://ris.example.org/a b", Refusal.MALFORMED),
        ("https://ris.example.org/a\r\nHost: x", Refusal.MALFORMED),
        ("https://ris.example.org\\@127.0.0.1/", Refusal.MALFORMED),
        ("https://ris.example.org:0/", Refusal.MALFORMED),
        ("https://ris.example.org:65536/", Refusal.MALFORMED),
        ("https://ris.example.org:/", Refusal.MALFORMED),
        ("https://ris%2eexample.org/", Refusal.MALFORMED),
        ("https://①②⑦.0.0.1/", Refusal.MALFORMED),
        ("https://127。0。0。1/", Refusal.MALFORMED),
        ("https://[fe80::1%25eth0]/", Refusal.MALFORMED),
        (f"https://ris.example.org/{'a' * 2048}", Refusal.MALFORMED),
        ("https://user:password@ris.example.org/", Refusal.CREDENTIALS),
        ("https://ris.example.org@127.0.0.1/", Refusal.CREDENTIALS),
        ("https://2130706433/", Refusal.HOST),
        ("https://0x7f000001/", Refusal.HOST),
        ("https://0177.0.0.1/", Refusal.HOST),
        ("https://0x7f.0.0.1/", Refusal.HOST),
        ("https://0x7f.1/", Refusal.HOST),
        ("https://127.1/", Refusal.HOST),
        ("https://127.0.0.1./", Refusal.HOST),
        ("https://ris.example.org./", Refusal.HOST),
        ("https://ris..example.org/", Refusal.HOST),
        ("https://-ris.example.org/", Refusal.HOST),
        ("https://[::1/", Refusal.MALFORMED),
        ("https://[:::1]/", Refusal.HOST),
        (f"https://{'a' * 64}.example/", Refusal.HOST),
        (f"https://{'a.' * 130}example/", Refusal.HOST),
        ("https://localhost/", Refusal.SINGLE_LABEL),
        ("https://redis/", Refusal.SINGLE_LABEL),
        ("http://ris.example.org/", Refusal.NOT_HTTPS),
        ("https://ris.example.org:8443/", Refusal.PORT),
        ("https://ris.example.org:22/", Refusal.PORT),
        ("https://127.0.0.1/", Refusal.ADDRESS),
        ("https://169.254.169.254/latest/meta-data/", Refusal.ADDRESS),
        ("https://[::1]/", Refusal.ADDRESS),
        ("https://[::ffff:127.0.0.1]/", Refusal.ADDRESS),
        ("https://[64:ff9b::7f00:1]/", Refusal.ADDRESS),
        ("http://8.8.8.8/", Refusal.NOT_HTTPS),
    ],
)
def test_a_hostile_or_broken_address_is_refused_with_its_reason(url: str, reason: Refusal) -> None:
    """Other schemes, credentials, odd writings of addresses, other ports and inner addresses do not pass."""
    with pytest.raises(TargetRefused) as refused:
        PUBLIC.check_url(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        *("http://ris.hospital.lan:8080/hook", "http://10.20.1.2:9000/", "https://10.20.1.2/", "http://pacs:8080/"),
        *("http://pacs.hospital.lan/", "https://[::ffff:10.20.1.2]:8443/"),
    ],
)
def test_inside_the_hospital_http_and_other_ports_are_taken(url: str) -> None:
    """A listed host or network needs neither https nor port 443; a name may turn out to lie in a listed network."""
    assert HOSPITAL.check_url(url) == parse_target(url)


@pytest.mark.parametrize(
    ("url", "answers", "reason"),
    [
        ("https://evil.example/", ["127.0.0.1"], Refusal.ADDRESS),
        ("https://evil.example/", ["8.8.8.8", "127.0.0.1"], Refusal.ADDRESS),
        ("https://evil.example/", ["8.8.8.8", "::ffff:10.20.1.2", "10.21.0.1"], Refusal.ADDRESS),
        ("https://evil.example/", ["64:ff9b::a9fe:a9fe"], Refusal.ADDRESS),
        ("https://ris.hospital.lan/", ["169.254.169.254"], Refusal.ADDRESS),
        ("https://ris.hospital.lan/", ["224.0.0.1"], Refusal.ADDRESS),
        ("http://evil.example/", ["8.8.8.8"], Refusal.NOT_HTTPS),
        ("https://evil.example:8443/", ["8.8.8.8"], Refusal.PORT),
        ("http://evil.example/", ["10.20.1.2", "8.8.8.8"], Refusal.NOT_HTTPS),
    ],
)
def test_the_addresses_of_a_name_are_checked_one_by_one(url: str, answers: list[str], reason: Refusal) -> None:
    """One address that is not allowed refuses the whole answer, and a trusted name never leads to metadata services."""
    with pytest.raises(TargetRefused) as refused:
        HOSPITAL.check_addresses(parse_target(url), [ip_address(answer) for answer in answers])
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("url", "answers", "connected"),
    [
        ("https://ris.example.org/", ["8.8.8.8", "2606:4700::1"], ["8.8.8.8", "2606:4700::1"]),
        ("https://ris.example.org/", ["::ffff:8.8.8.8"], ["8.8.8.8"]),
        ("http://ris.hospital.lan:8080/", ["192.168.7.7"], ["192.168.7.7"]),
        ("http://pacs.hospital.lan/", ["10.20.0.9"], ["10.20.0.9"]),
        ("http://ris.hospital.lan/", ["8.8.8.8"], ["8.8.8.8"]),
    ],
)
def test_allowed_addresses_are_given_as_they_are_connected_to(
    url: str, answers: list[str], connected: list[str]
) -> None:
    """What was checked is what is connected to; an IPv4-mapped address becomes the IPv4 address it stands for."""
    checked = HOSPITAL.check_addresses(parse_target(url), [ip_address(answer) for answer in answers])
    assert [str(address) for address in checked] == connected


@pytest.mark.parametrize(
    ("url", "authority", "origin"),
    [
        ("https://ris.example.org/a", "ris.example.org", "https://ris.example.org"),
        ("http://ris.example.org:8080/", "ris.example.org:8080", "http://ris.example.org:8080"),
        ("https://[2606::1]:444/", "[2606::1]:444", "https://[2606::1]:444"),
    ],
)
def test_the_host_header_leaves_out_the_schemes_own_port(url: str, authority: str, origin: str) -> None:
    """The Host header and the origin are those of RFC 9110 section 7.2 and RFC 6454 section 6.1."""
    target = parse_target(url)
    assert (target.authority, target.origin) == (authority, origin)
