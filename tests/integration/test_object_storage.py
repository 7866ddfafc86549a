"""The whole service on an object store instead of a folder: a real S3 protocol server, real workers."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image

from benchmarks.archives import archive_of_slices, run_job, watched
from tests.support.object_server import ObjectServer, environment
from tests.support.samples import CT, GATED_CT
from tests.support.service import Service
from tests.support.workbench import await_until

pytestmark = pytest.mark.integration

SLICES = 200
"""Of half a megabyte: 105 MB in one archive."""

SETTINGS = {"NO_PROXY": "127.0.0.1", "RESULT_INLINE_BYTES": "2000"}
"""Results above 2 KB go to the bucket as well."""


@pytest.fixture(scope="module")
def clinic(object_server: ObjectServer) -> Iterator[Service]:
    """A running service whose bytes are in a bucket."""
    object_server.clear()
    running = Service(**SETTINGS, **environment(object_server.address))
    try:
        yield running.await_ready()
    finally:
        running.close()


def test_a_job_is_done_from_the_bucket_and_leaves_nothing_in_it(clinic: Service, object_server: ObjectServer) -> None:
    """Upload, extraction, summary, picture and erasure all go through objects; no folder of uploads is used."""
    job = clinic.finish(*GATED_CT, kind="summarize")
    picture = clinic.client.get(f"/jobs/{job['id']}/preview.png")
    assert (job["status"], Image.open(io.BytesIO(picture.content)).size) == ("succeeded", (16, 16))
    assert job["result"]["studies"][0]["series"][0]["cardiac"]["phase_percent"] == 70.0
    assert clinic.client.delete(f"/jobs/{job['id']}").status_code == 204
    # What the summary and the assembly replaced is erased by a worker of its own.
    await_until(lambda: not any("uploads/" in key for key in object_server.object_keys()), "nothing is left")
    assert not (clinic.state / "storage").exists()


def test_an_archive_in_the_bucket_is_read_in_place(clinic: Service) -> None:
    """Members are found from the archive's end and read by ranges."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, path in enumerate((CT, *GATED_CT)):
            packed.write(path, str(number))
    parts = [("file", ("a", archive.getvalue()))]
    job = clinic.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=20"}).json()
    assert (job["status"], job["counts"]["accepted"]) == ("succeeded", 1 + len(GATED_CT))


def test_memory_does_not_grow_with_an_upload_to_the_bucket(clinic: Service) -> None:
    """105 MB in one file keep the api within 64 MB of its idle memory: a few parts at a time."""
    with watched(clinic) as peak:
        job, _, _ = run_job(clinic, "application/zip", archive_of_slices(SLICES))
    assert job["counts"]["accepted"] == SLICES
    assert peak.api < 64
    clinic.client.delete(f"/jobs/{job['id']}")


def test_an_outage_of_the_bucket_is_waited_out(clinic: Service, object_server: ObjectServer) -> None:
    """Without the bucket a submission is refused with what to do, and readiness says why."""
    object_server.kill()
    try:
        refused = clinic.submit(CT)
        ready = clinic.client.get("/health/ready").json()
    finally:
        object_server.start()
    assert (refused.status_code, refused.json()["code"]) == (503, "storage.unavailable")
    assert ready["checks"]["storage"] == "storage.unavailable"
    assert clinic.finish(CT)["status"] == "succeeded"
