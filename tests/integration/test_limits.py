"""Limits of the front door: how fast, how slow, how many, how large; each with a problem document."""

import http.client
import json
import socket
import time
from collections.abc import Iterator

import pytest

from api.keys.key import Scope
from tests.support.doors import KeyedService
from tests.support.samples import CT
from tests.support.service import Service
from tests.support.workbench import await_until

pytestmark = pytest.mark.integration

RAW = {"Content-Type": "application/dicom"}


def exchange(port: int, sent: bytes, seconds: float = 10) -> tuple[int, dict[str, str], dict[str, object]]:
    """Send bytes as they are, and give status, headers and document of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, json.loads(answer.read())


@pytest.fixture(scope="module")
def strict() -> Iterator[KeyedService]:
    """A service with keys and tight limits."""
    service = KeyedService(
        TENANT_REQUESTS_PER_MINUTE="60",
        TENANT_UNFINISHED_JOBS="2",
        MIN_UPLOAD_BYTES_PER_SECOND="1000",
        UPLOAD_RATE_WINDOW="1s",
        MAX_HEADER_BYTES="4096",
        EXTRACT_PROCESSES="1",
    )
    yield service
    service.close()


def test_a_tenant_that_asks_too_often_is_told_when_to_come_back(strict: KeyedService) -> None:
    """Of twenty requests at once ten are served; the others are told to wait, and another tenant notices nothing."""
    answers = [strict.ask("GET", "/jobs", strict.reader) for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert len(refused) >= 8
    assert {(answer.json()["code"], answer.headers["retry-after"]) for answer in refused} == {
        ("tenant.too_many_requests", "1")
    }
    assert strict.ask("GET", "/jobs", strict.stranger).status_code == 200


def test_a_tenant_with_enough_unfinished_jobs_may_send_no_more_until_one_ends(strict: KeyedService) -> None:
    """The third job is refused before its body is read; when the first two are done there is room again."""
    strict.stack.suspend_workers()
    first, second, third = (strict.ask("POST", "/dicom/analyze", strict.stranger, CT.read_bytes()) for _ in range(3))
    strict.stack.resume_workers()
    assert [answer.status_code for answer in (first, second, third)] == [202, 202, 429]
    assert (third.json()["code"], third.headers["retry-after"]) == ("tenant.too_many_jobs", "10")
    for answer in (first, second):
        strict.ask("GET", answer.json()["links"]["self"], strict.stranger, Prefer="wait=20")
    assert strict.ask("POST", "/dicom/analyze", strict.stranger, CT.read_bytes()).status_code == 202


def test_a_body_that_trickles_is_refused_and_leaves_nothing(strict: KeyedService) -> None:
    """A sender of ten bytes a second is answered 408 after the window, and its temporary file is gone."""
    before = set(strict.stack.stored_files())
    key = strict.add("slow", Scope.SUBMIT)
    time.sleep(1.1)
    head = f"POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Length: 100000\r\n\r\n"
    began = time.monotonic()
    status, headers, document = exchange(strict.stack.port, head.encode() + CT.read_bytes()[:500])
    took = time.monotonic() - began
    assert (status, document["code"], headers["retry-after"]) == (408, "upload.too_slow", "5")
    assert (headers["connection"], 1 <= took < 5) == ("close", True)
    assert set(strict.stack.stored_files()) == before


@pytest.mark.parametrize(
    "head",
    [
        b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 5000 + b"\r\n\r\n",
        b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-Endless: " + b"a" * 5000,
        b"GET /jobs?q=" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /jobs HTTP/1.1\r\n" + b"".join(b"X-%d: aaaaaaaaaa\r\n" % number for number in range(500)) + b"\r\n",
    ],
    ids=["one-header", "unfinished-header", "address", "many-headers"],
)
def test_a_head_that_is_too_large_is_refused(strict: KeyedService, head: bytes) -> None:
    """Whatever makes it large, and even where it never ends."""
    status, headers, document = exchange(strict.stack.port, head)
    assert (status, document["code"]) == (431, "request.head_too_large")
    assert headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET /jobs HTTP/9.9\r\n\r\n",
        b"GET /jobs HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        b"POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["tls", "words", "version", "header", "length", "smuggling", "connect", "address"],
)
def test_what_is_not_http_is_answered_with_a_problem_document(strict: KeyedService, sent: bytes) -> None:
    """Even where there is no request there is an answer of the usual shape."""
    status, headers, document = exchange(strict.stack.port, sent)
    assert (status, document["code"], headers["connection"]) == (400, "request.malformed", "close")


def test_too_many_connections_are_told_so_and_health_still_answers() -> None:
    """Above the bound requests get 503 with when to come back; below it all is well again."""
    service = Service(MAX_CONNECTIONS="8")
    service.await_ready()
    try:
        held = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(9)]
        status, headers, document = exchange(service.port, b"GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (status, document["code"], headers["retry-after"]) == (503, "service.busy", "5")
        assert exchange(service.port, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
        for connection in held:
            connection.close()
        await_until(lambda: service.client.get("/jobs").status_code == 200, "the closed connections are forgotten")
    finally:
        service.close()
