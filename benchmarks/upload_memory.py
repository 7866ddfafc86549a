"""Memory of the api while a file of a gigabyte comes in."""

import threading
from collections.abc import Iterator

from benchmarks.measure import Finding, api_process, resident_mb
from tests.support.samples import CT
from tests.support.service import Service

GIGABYTE = 10**9
CHUNK = bytes(1 << 20)


def measure(service: Service) -> list[Finding]:
    """Send one object of 1 GB, raw and as multipart, and watch the api's resident memory."""
    return [_measure_one(service, multipart=False), _measure_one(service, multipart=True)]


def _measure_one(service: Service, *, multipart: bool) -> Finding:
    api = api_process(service)
    idle = resident_mb(api)
    seen = [idle]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            seen.append(resident_mb(api))

    watcher = threading.Thread(target=watch)
    watcher.start()
    kind = 'multipart/form-data; boundary="b"' if multipart else "application/dicom"
    response = service.client.post("/dicom/analyze", content=_body(multipart=multipart), headers={"Content-Type": kind})
    done.set()
    watcher.join()
    assert response.status_code == 202, response.text
    assert service.client.delete(f"/jobs/{response.json()['id']}").status_code == 204
    return Finding(
        f"api memory during a 1 GB upload ({'multipart' if multipart else 'raw'})",
        f"{max(seen) - idle:+.1f} MB over idle ({idle:.0f} MB)",
        "goal: within 64 MB of idle",
        "python -m benchmarks upload_memory",
    )


def _body(*, multipart: bool) -> Iterator[bytes]:
    """A CT whose pixel data is followed by a gigabyte, as no server can tell before the end."""
    if multipart:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    yield CT.read_bytes()
    for _ in range(GIGABYTE // len(CHUNK)):
        yield CHUNK
    if multipart:
        yield b"\r\n--b--\r\n"
