"""Refusing work that could not be served, before its bytes are read."""

import http.client

import pytest

from tests.support.samples import CT
from tests.support.service import Service
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration


def announce(service: Service) -> tuple[int, bytes, str | None]:
    """Announce an upload of a gigabyte without sending it, and give the answer's status, body and Retry-After."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    connection.putrequest("POST", "/dicom/analyze")
    connection.putheader("Content-Type", "application/dicom")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, answer.headers["retry-after"]


def test_too_much_waiting_work_is_refused() -> None:
    """When the queue is full the sender is told when to come back, and what waits is still done."""
    service = Service(MAX_WAITING_UNITS="1", EXTRACT_PROCESSES="1")
    try:
        service.await_ready()
        service.suspend_workers()
        job = service.client.post(
            "/dicom/analyze", content=CT.read_bytes(), headers={"Content-Type": "application/dicom"}
        ).json()
        status, body, retry_after = announce(service)
        assert (status, b"queue.full" in body, retry_after) == (503, True, "5")
        service.resume_workers()
        assert service.client.get(job["links"]["self"], headers={"Prefer": "wait=20"}).json()["status"] == "succeeded"
    finally:
        service.close()


def test_a_store_that_is_nearly_full_refuses_work() -> None:
    """Accepted jobs need memory too; new ones wait outside."""
    server = TestServer("--maxmemory", "64mb", "--maxmemory-policy", "noeviction")
    service = Service(REDIS_URL=server.url, MAX_STORE_MEMORY_SHARE="0.001")
    try:
        service.await_ready()
        status, body, retry_after = announce(service)
        assert (status, b"store.full" in body, retry_after) == (503, True, "5")
    finally:
        service.close()
        server.close()


def test_a_disk_that_is_nearly_full_refuses_uploads() -> None:
    """507 comes before the disk is really full."""
    service = Service(MIN_DISK_FREE_SHARE="0.9999")
    try:
        service.await_ready()
        status, body, retry_after = announce(service)
        assert (status, b"storage.full" in body, retry_after) == (507, True, "60")
    finally:
        service.close()
