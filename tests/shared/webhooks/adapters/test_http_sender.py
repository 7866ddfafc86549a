"""One request over real sockets: pinned, bounded in time and size, and never to where it must not go."""

import ssl
import time
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from shared.webhooks.adapters.http_sender import MAX_RESPONSE_BYTES, HttpSender
from shared.webhooks.adapters.resolver import resolve
from shared.webhooks.allow_list import parse_allow_list
from shared.webhooks.sender import Answer, SendFailed
from shared.webhooks.special_networks import Address
from shared.webhooks.target_policy import TargetPolicy
from shared.webhooks.verdict import ErrorClass
from tests.support.receiver import Receiver, Reply, Trap, make_certificate

pytestmark = pytest.mark.integration

LOOPBACK = TargetPolicy(parse_allow_list("127.0.0.0/8"))
TIMEOUT = timedelta(seconds=1)


class Names:
    """A name server of our own: scripted answers, one after another, the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = [tuple(map(ip_address, answer)) for answer in answers]
        self.asked: list[str] = []

    def __call__(self, host: str, timeout_seconds: float) -> Sequence[Address]:
        """Give the next answer."""
        del timeout_seconds
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def send(sender: HttpSender, url: str, timeout: timedelta = TIMEOUT) -> Answer:
    """Post a small body."""
    return sender.send(url, {"webhook-id": "msg_1"}, b'{"a":1}', timeout)


def fail(sender: HttpSender, url: str, timeout: timedelta = TIMEOUT) -> ErrorClass:
    """Post what must not succeed; gives the class of the error."""
    with pytest.raises(SendFailed) as failed:
        send(sender, url, timeout)
    return failed.value.error


class TestExchange:
    """A receiver that is allowed."""

    def test_a_request_arrives_as_it_was_given(self) -> None:
        """Method, path, query, headers and the exact bytes reach the receiver, and its status comes back."""
        with Receiver(lambda *_: Reply(200, {"Retry-After": "7"}, b"thanks")) as receiver:
            answer = send(HttpSender(LOOPBACK), receiver.url("/hook?a=1"))
            [received] = receiver.received
        assert answer == Answer(200, retry_after="7")
        assert (received.path, received.body, received.headers["host"], received.headers["webhook-id"]) == (
            "/hook?a=1",
            b'{"a":1}',
            f"127.0.0.1:{receiver.port}",
            "msg_1",
        )
        assert received.headers["content-type"] == "application/json"

    def test_the_host_header_keeps_the_name_that_was_resolved(self) -> None:
        """The connection goes to the address, the request to the name."""
        policy, names = TargetPolicy(parse_allow_list("ris.hospital.lan")), Names(["127.0.0.1"])
        with Receiver() as receiver:
            send(HttpSender(policy, resolver=names), receiver.url(host="ris.hospital.lan"))
        assert receiver.received[0].headers["host"] == f"ris.hospital.lan:{receiver.port}"

    def test_a_redirect_is_an_answer_and_is_not_followed(self) -> None:
        """The address in Location is never connected to."""
        with (
            Trap("127.0.0.1") as trap,
            Receiver(lambda *_: Reply(307, {"Location": f"http://127.0.0.1:{trap.port}/"})) as receiver,
        ):
            answer = send(HttpSender(LOOPBACK), receiver.url())
            assert (answer.status, trap.hits()) == (307, 0)

    def test_a_second_address_is_tried_where_the_first_does_not_answer(self) -> None:
        """A name with two addresses works while one of its hosts is down."""
        with Receiver() as receiver:
            names = Names(["127.0.0.9", "127.0.0.1"])
            answer = send(HttpSender(LOOPBACK, resolver=names), receiver.url(host="ris.lan"))
        assert answer.status == 204

    def test_the_proxies_of_the_environment_are_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy would connect to what nobody checked."""
        with Trap("127.0.0.1") as proxy, Receiver() as receiver:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            answer = send(HttpSender(LOOPBACK), receiver.url())
            assert (answer.status, proxy.hits()) == (204, 0)


class TestTls:
    """A receiver that speaks https."""

    def test_a_certificate_is_checked_against_the_name_and_not_the_address(self, tmp_path: Path) -> None:
        """TLS names the host of the URL, whatever address was pinned."""
        server, client = make_certificate(tmp_path, "ris.hospital.lan")
        sender = HttpSender(LOOPBACK, resolver=Names(["127.0.0.1"]), tls=client)
        with Receiver(tls=server) as receiver:
            answer = send(sender, receiver.url(scheme="https", host="ris.hospital.lan"))
        assert answer.status == 204

    def test_a_certificate_of_another_host_is_refused(self, tmp_path: Path) -> None:
        """Who answers at the address must prove to be the host that was named."""
        server, client = make_certificate(tmp_path, "ris.hospital.lan")
        sender = HttpSender(LOOPBACK, resolver=Names(["127.0.0.1"]), tls=client)
        with Receiver(tls=server) as receiver:
            error = fail(sender, receiver.url(scheme="https", host="other.hospital.lan"))
        assert (error, receiver.received) == (ErrorClass.TLS_FAILED, [])

    def test_a_certificate_nobody_vouches_for_is_refused(self, tmp_path: Path) -> None:
        """With the system's own certificates a self-signed one does not pass."""
        server, _ = make_certificate(tmp_path, "ris.hospital.lan")
        sender = HttpSender(LOOPBACK, resolver=Names(["127.0.0.1"]), tls=ssl.create_default_context())
        with Receiver(tls=server) as receiver:
            error = fail(sender, receiver.url(scheme="https", host="ris.hospital.lan"))
        assert error is ErrorClass.TLS_FAILED


class TestBounds:
    """Receivers that are slow, broken or greedy."""

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(delay_seconds=30),
            Reply(raw=b"HTTP/1.1 200 OK\r\nx-a: 1\r\n" * 99, drip_seconds=0.05),
            Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 999, drip_seconds=0.01),
        ],
        ids=["silent", "drips its head", "says wait for ever"],
    )
    def test_a_slow_receiver_ends_with_the_time_allowed(self, reply: Reply) -> None:
        """The limit holds for the whole exchange, however many bytes come in between."""
        with Receiver(lambda *_: reply) as receiver:
            began = time.monotonic()
            error = fail(HttpSender(LOOPBACK), receiver.url())
        assert error is ErrorClass.TIMED_OUT
        assert time.monotonic() - began < 2

    def test_a_handshake_that_never_ends_is_bounded_too(self) -> None:
        """A listener that takes the connection and says nothing to TLS holds nobody."""
        with Receiver(lambda *_: Reply()) as receiver:
            error = fail(
                HttpSender(LOOPBACK, resolver=Names(["127.0.0.1"])), receiver.url(scheme="https", host="a.lan")
            )
        assert error in {ErrorClass.TIMED_OUT, ErrorClass.TLS_FAILED}

    def test_a_success_with_a_body_that_drips_is_a_success_soon(self) -> None:
        """The status is known; the body is of no interest and is not waited for."""
        raw = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + b"x" * 9999
        with Receiver(lambda *_: Reply(raw=raw, drip_seconds=0.002)) as receiver:
            began = time.monotonic()
            answer = send(HttpSender(LOOPBACK), receiver.url(), timedelta(seconds=5))
        assert (answer.status, time.monotonic() - began < 3) == (200, True)

    @pytest.mark.parametrize(
        "raw",
        [
            b"HTTP/1.1 200 OK\r\n" + b"x-a: %s\r\n" % (b"a" * MAX_RESPONSE_BYTES),
            b"SSH-2.0-OpenSSH_9.7\r\n",
            b"HTTP/1.1 999999 ?\r\n\r\n",
            b"",
        ],
        ids=["a head without end", "not HTTP", "a wrong status", "nothing"],
    )
    def test_an_answer_that_is_none_is_a_bad_response(self, raw: bytes) -> None:
        """What cannot be read, or is too long, is no success."""
        with Receiver(lambda *_: Reply(raw=raw)) as receiver:
            assert fail(HttpSender(LOOPBACK), receiver.url()) is ErrorClass.BAD_RESPONSE

    def test_no_more_of_a_body_is_read_than_allowed(self) -> None:
        """A receiver that answers a gigabyte is hung up on."""
        endless = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(50_000_000)
        with Receiver(lambda *_: Reply(raw=endless)) as receiver:
            began = time.monotonic()
            assert send(HttpSender(LOOPBACK), receiver.url()).status == 200
        assert time.monotonic() - began < 1

    def test_a_closed_port_is_a_failed_connection(self) -> None:
        """Nobody listening is said as such."""
        with Trap("127.0.0.1") as trap:
            port = trap.port
        assert fail(HttpSender(LOOPBACK), f"http://127.0.0.1:{port}/") is ErrorClass.CONNECTION_FAILED


def test_a_name_that_does_not_exist_is_said_as_such() -> None:
    """The system's resolver is asked and its refusal has a class; .invalid never exists (RFC 2606)."""
    with pytest.raises(SendFailed) as failed:
        resolve("nowhere.invalid", 10)
    assert failed.value.error in {ErrorClass.NAME_NOT_RESOLVED, ErrorClass.TIMED_OUT}


def test_the_system_resolver_gives_addresses() -> None:
    """localhost is known everywhere (RFC 6761)."""
    assert ip_address("127.0.0.1") in resolve("localhost", 10)


HOSTILE = [
    *("http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://127.0.0.2:{port}/", "http://127.1:{port}/"),
    *("http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://0x7f.1:{port}/"),
    *("http://0:{port}/", "http://0.0.0.0:{port}/", "http://127.0.0.1.:{port}/", "http://[::1]:{port}/"),
    *("http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/"),
    *("http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/"),
    *("http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://a@127.0.0.1:{port}/"),
    *("http://ris.example@127.0.0.1:{port}/", "http://ris.example\\@127.0.0.1:{port}/", "http://127。0。0。1:{port}/"),
    *("http://①②⑦.0.0.1:{port}/", "http://%31%32%37.0.0.1:{port}/", "http://ris.example:{port}/"),
    *("https://ris.example:{port}/", "https://ris.example/", "http://ris.example/", "http://169.254.169.254/"),
    *("https://[fe80::1]/", "https://100.64.0.1/", "https://192.0.0.8/", "https://224.0.0.1/", "https://10.0.0.1/"),
]
"""Ways to ask for an address of this machine or its surroundings."""


@pytest.mark.parametrize("url", HOSTILE)
@pytest.mark.parametrize(
    "answers",
    [
        [["127.0.0.1"]],
        [["::1"]],
        [["8.8.8.8", "127.0.0.1"]],
        [["::ffff:127.0.0.1"]],
        [["0.0.0.0"]],
        [["64:ff9b::7f00:1"]],
    ],
    ids=["loopback", "loopback 6", "mixed", "mapped", "this network", "nat64"],
)
def test_no_hostile_url_reaches_a_listener(url: str, answers: list[list[str]]) -> None:
    """However an inner address is written, resolved or mixed with a public one, the listener there sees nobody."""
    with Trap("127.0.0.1", "127.0.0.2", "::1") as trap:
        error = fail(HttpSender(TargetPolicy(), resolver=Names(*answers)), url.format(port=trap.port))
        assert (error, trap.hits()) == (ErrorClass.TARGET_REFUSED, 0)


def test_the_trap_of_the_hostile_urls_works() -> None:
    """The same listener is hit where the same address is allowed: the matrix above could fail."""
    with Trap("127.0.0.1") as trap:
        fail(HttpSender(LOOPBACK), f"http://127.0.0.1:{trap.port}/")
        assert trap.hits() == 1


def test_a_name_that_changes_between_check_and_connection_is_asked_once() -> None:
    """DNS rebinding has nothing to rebind: the address that was checked is the one that is connected to."""
    names = Names(["127.0.0.3"], ["127.0.0.1"])
    policy = TargetPolicy(parse_allow_list("127.0.0.3"))
    with Trap("127.0.0.1") as forbidden:
        error = fail(HttpSender(policy, resolver=names), f"http://rebind.example:{forbidden.port}/")
        assert (error, forbidden.hits(), names.asked) == (ErrorClass.CONNECTION_FAILED, 0, ["rebind.example"])
