"""Bad input: a problem document with a stable code, and nothing stored."""

import http.client
import socket

import pytest

from tests.support.samples import CT, PNG
from tests.support.service import Service

pytestmark = pytest.mark.integration

MULTIPART = "multipart/form-data; boundary=xyz"


def post(service: Service, content: bytes, content_type: str, path: str = "/dicom/analyze") -> tuple[int, str]:
    """Post a body and give status and code."""
    response = service.client.post(path, content=content, headers={"Content-Type": content_type})
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b"", "application/dicom", (422, "upload.empty")),
        (PNG, "application/dicom", (422, "dicom.not_dicom")),
        (b"just some text, long enough to hide nothing" * 10, "application/octet-stream", (422, "dicom.not_dicom")),
        (b"short", "application/octet-stream", (422, "dicom.not_dicom")),
        (b"PK\x03\x04" + bytes(200), "application/zip", (422, "upload.archive_damaged")),
        (b"{}", "application/json", (415, "request.unsupported_media_type")),
        (b"--xyz--\r\n", MULTIPART, (422, "upload.empty")),
        (b"no boundary here", MULTIPART, (400, "request.malformed")),
        (b'--xyz\r\nContent-Disposition: form-data; name="file"\r\n\r\nDICM', MULTIPART, (400, "request.malformed")),
        (b"x", "multipart/form-data", (400, "request.malformed")),
        (
            b'--xyz\r\nContent-Disposition: form-data; name="other"; filename="x"\r\n\r\nx\r\n--xyz--\r\n',
            MULTIPART,
            (422, "request.bad_field"),
        ),
    ],
    ids=["empty", "png", "text", "short", "zip", "json", "no-part", "garbage", "cut", "no-boundary", "unknown-part"],
)
def test_an_unusable_body_is_refused_and_leaves_nothing(
    service: Service, content: bytes, content_type: str, expected: tuple[int, str]
) -> None:
    """The sender learns what was wrong, and no byte of it is kept."""
    before = set(service.stored_files())
    assert post(service, content, content_type) == expected
    assert set(service.stored_files()) == before


@pytest.mark.parametrize(
    ("query", "headers", "field"),
    [
        ("?priority=asap", {}, "priority"),
        (f"?client_reference={'x' * 129}", {}, "client_reference"),
        ("?client_reference=a%0Ab", {}, "client_reference"),
        ("", {"Cancel-After": "soon"}, "Cancel-After"),
        ("", {"Cancel-After": "0"}, "Cancel-After"),
        ("", {"Idempotency-Key": '""'}, "Idempotency-Key"),
        ("", {"Idempotency-Key": "x" * 256}, "Idempotency-Key"),
    ],
)
def test_a_bad_option_is_named(service: Service, query: str, headers: dict[str, str], field: str) -> None:
    """The problem document names the field and the rule."""
    before = set(service.stored_files())
    response = service.client.post(
        f"/dicom/analyze{query}", content=CT.read_bytes(), headers={"Content-Type": "application/dicom", **headers}
    )
    problem = response.json()
    assert (response.status_code, problem["code"], problem["errors"][0]["field"]) == (422, "request.bad_field", field)
    assert set(service.stored_files()) == before


def test_a_bad_option_inside_the_form_erases_what_was_received(service: Service) -> None:
    """A field that comes after the file is found wrong only then; the file goes again."""
    before = set(service.stored_files())
    response = service.client.post(
        "/dicom/analyze", files=[("file", ("a", CT.read_bytes()))], data={"priority": "asap"}
    )
    assert response.status_code == 422
    assert set(service.stored_files()) == before


def test_several_files_of_which_none_is_dicom_are_each_named(service: Service) -> None:
    """The sender sees which files were at fault."""
    parts = [("file", ("a.dcm", PNG)), ("file", ("b.dcm", b""))]
    problem = service.client.post("/dicom/analyze", files=parts).json()
    assert (problem["code"], [error["field"] for error in problem["errors"]]) == (
        "dicom.none_readable",
        ["file[0]", "file[1]"],
    )


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/jobs/none", (404, "job.unknown")),
        ("GET", "/jobs/none/result", (404, "job.unknown")),
        ("GET", "/nothing/here", (404, "request.not_found")),
        ("PUT", "/dicom/analyze", (405, "request.method_not_allowed")),
    ],
)
def test_an_unknown_place_is_a_problem_document(
    service: Service, method: str, path: str, expected: tuple[int, str]
) -> None:
    """Every error of the service has the same shape."""
    response = service.client.request(method, path)
    assert (response.status_code, response.json()["code"]) == expected


def test_a_client_that_hangs_up_leaves_nothing(service: Service) -> None:
    """An upload that breaks off halfway is forgotten."""
    before = set(service.stored_files())
    content = CT.read_bytes()
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        head = f"POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: application/dicom\r\nContent-Length: {10**6}"
        connection.sendall(head.encode() + b"\r\n\r\n" + content)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)
    assert service.client.get("/health/live").status_code == 200
    assert set(service.stored_files()) == before


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    """413 comes after the announcement alone, and also when a body without an announcement grows too long."""
    service = Service(MAX_UPLOAD_BYTES="100000")
    try:
        service.await_ready()
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
        connection.putrequest("POST", "/dicom/analyze")
        connection.putheader("Content-Type", "application/dicom")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()
        response = service.client.post(
            "/dicom/analyze",
            content=(CT.read_bytes() for _ in range(10)),
            headers={"Content-Type": "application/dicom"},
        )
        assert (response.status_code, response.json()["code"]) == (413, "upload.too_large")
        assert service.stored_files() == []
    finally:
        service.close()
