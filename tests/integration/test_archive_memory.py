"""Memory does not grow with what is sent: the short form of ``python -m benchmarks archives``."""

from collections.abc import Callable, Iterator

import pytest

from benchmarks.archives import archive_of_slices, parts_of_slices, run_job, watched
from tests.support.service import Service

pytestmark = pytest.mark.integration

SLICES = 400
"""Of half a megabyte: 210 MB."""


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/zip", archive_of_slices), ("multipart/form-data; boundary=b", parts_of_slices)],
    ids=["archive", "parts"],
)
def test_memory_does_not_grow_with_an_upload(
    service: Service, kind: str, body: Callable[[int], Iterator[bytes]]
) -> None:
    """The api stays within 64 MB of its idle memory and each worker process within 300 MB."""
    with watched(service) as peak:
        job, _, _ = run_job(service, kind, body(SLICES))
    assert job["counts"] == {"received": SLICES, "accepted": SLICES, "duplicate": 0, "rejected": 0}
    assert peak.api < 64
    assert peak.worker < 300
    service.client.delete(f"/jobs/{job['id']}")
