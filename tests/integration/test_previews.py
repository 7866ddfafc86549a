"""Pictures of uploaded series over HTTP, made by a real worker."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.samples import CT, GATED_CT, MR, TEST_FILES
from tests.support.service import Document, Service

pytestmark = pytest.mark.integration


def picture(service: Service, job: Document, **query: str | int) -> Image.Image:
    """Ask for a picture that must be there."""
    response = service.client.get(f"/jobs/{job['id']}/preview.png", params=query)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png"), response.text
    return Image.open(io.BytesIO(response.content))


def finish_bytes(service: Service, *contents: bytes) -> Document:
    """Send bytes as files of one job and give the finished job."""
    parts = [("file", (str(number), content)) for number, content in enumerate(contents)]
    job: Document = service.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=20"}).json()
    assert job["done"], job
    return job


def test_a_series_is_shown(service: Service) -> None:
    """A CT of 128 x 128 pixels is a gray picture of that size, twice the same."""
    job = service.finish(CT)
    assert job["links"]["preview"] == f"/jobs/{job['id']}/preview.png"
    first, second = picture(service, job), picture(service, job)
    assert (first.size, first.mode, first.tobytes() == second.tobytes()) == ((128, 128), "L", True)


def test_each_phase_is_shown(service: Service) -> None:
    """Both phases of a gated series have a picture of their own; a third there is not."""
    job = finish_bytes(service, *write_study(CardiacStudy(positions=3, phases=2, side=16)))
    assert [picture(service, job, phase=phase).size for phase in (0, 1)] == [(16, 16)] * 2
    response = service.client.get(f"/jobs/{job['id']}/preview.png", params={"phase": 2})
    assert (response.status_code, response.json()["code"]) == (404, "job.no_preview")


def test_a_series_is_chosen_by_its_uid(service: Service) -> None:
    """Of two series in one job each has its own picture; a third has none."""
    job = service.finish(CT, MR)
    series = [one["series_instance_uid"] for study in job["result"]["studies"] for one in study["series"]]
    sizes = [picture(service, job, series=uid).size for uid in series]
    assert sorted(sizes) == [(64, 64), (128, 128)]
    response = service.client.get(f"/jobs/{job['id']}/preview.png", params={"series": "1.2.3"})
    assert (response.status_code, response.json()["code"]) == (404, "job.no_preview")


def test_a_series_inside_an_archive_is_shown(service: Service) -> None:
    """The member is read in place."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in GATED_CT:
            packed.write(path, path.name)
    assert picture(service, finish_bytes(service, archive.getvalue())).size == (16, 16)


def test_each_side_of_a_comparison_is_shown(service: Service) -> None:
    """A CT of 128 x 128 pixels beside an MR of 64 x 64, chosen by side, by series and by both."""
    parts = [("baseline", ("a", CT.read_bytes())), ("followup", ("b", MR.read_bytes()))]
    job = service.client.post("/dicom/compare", files=parts, headers={"Prefer": "wait=20"}).json()
    uid = job["result"]["followup"]["studies"][0]["series"][0]["series_instance_uid"]
    sizes = [
        picture(service, job, **query).size for query in ({"side": "baseline"}, {"side": "followup"}, {"series": uid})
    ]
    assert sizes == [(128, 128), (64, 64), (64, 64)]
    response = service.client.get(f"/jobs/{job['id']}/preview.png", params={"side": "baseline", "series": uid})
    assert (response.status_code, response.json()["code"]) == (404, "job.no_preview")


def test_colour_stays_colour(service: Service) -> None:
    """An echo in YBR becomes RGB."""
    assert picture(service, service.finish(TEST_FILES / "examples_ybr_color.dcm")).mode == "RGB"


def test_what_cannot_be_decoded_is_a_placeholder_with_a_reason(service: Service) -> None:
    """Damaged pixels give a picture all the same, and a header that names the reason."""
    job = service.finish(TEST_FILES / "MR_truncated.dcm")
    response = service.client.get(f"/jobs/{job['id']}/preview.png")
    assert (response.status_code, response.headers["preview-problem"]) == (200, "preview.undecodable")
    assert Image.open(io.BytesIO(response.content)).size == (256, 256)


@pytest.mark.parametrize("name", ["test-SR.dcm", "rtplan.dcm"])
def test_an_object_without_image_has_no_preview(service: Service, name: str) -> None:
    """The job has no link, and asking for a picture says why there is none."""
    job = service.finish(TEST_FILES / name)
    response = service.client.get(f"/jobs/{job['id']}/preview.png")
    assert ("preview" in job["links"], response.status_code, response.json()["code"]) == (False, 404, "job.no_preview")


def test_a_deleted_jobs_picture_is_gone_with_its_bytes(service: Service) -> None:
    """Nothing of the job stays in the storage."""
    before = set(service.stored_files())
    job = service.finish(Path(TEST_FILES / "MR_small.dcm"))
    picture(service, job)
    service.client.delete(f"/jobs/{job['id']}")
    response = service.client.get(f"/jobs/{job['id']}/preview.png")
    assert (response.status_code, response.json()["code"]) == (410, "job.gone")
    assert set(service.stored_files()) == before
