"""The main job: a real DICOM file goes in, a finished job comes out."""

import pytest

from tests.support.samples import CT, GATED_CT, MR, PNG
from tests.support.service import Service

pytestmark = pytest.mark.integration


def test_a_submission_is_accepted_with_its_location(service: Service) -> None:
    """The answer says where the job can be followed."""
    response = service.submit(CT)
    job = response.json()
    assert (response.status_code, response.headers["location"]) == (202, f"/jobs/{job['id']}")
    assert response.headers["retry-after"].isdigit()


def test_a_gated_ct_yields_heart_rate_and_phase(service: Service) -> None:
    """The five slices of the gated series give 68 to 76 bpm at 70 % of R-R, as GE's private elements say."""
    job = service.finish(*GATED_CT, kind="summarize")
    cardiac = job["result"]["studies"][0]["series"][0]["cardiac"]
    assert (cardiac["gated"], cardiac["heart_rate_bpm"], cardiac["phase_percent"]) == (
        True,
        {"min": 68.0, "max": 76.0, "distinct": [68.0, 76.0]},
        70.0,
    )


def test_a_summary_names_its_source_and_the_reason(service: Service) -> None:
    """Without a key the template text stands in and the job says so."""
    job = service.finish(*GATED_CT, kind="summarize")
    detail = job["result"]["summary_detail"]
    assert (job["status"], detail["source"], detail["reason"]) == ("succeeded", "template", "model.not_configured")
    assert "model.not_configured" in {warning["code"] for warning in job["warnings"]}
    assert "mid-diastole" in job["result"]["summary"]


def test_an_analysis_has_no_summary(service: Service) -> None:
    """Who asks for metadata gets metadata."""
    job = service.finish(CT)
    assert "summary" not in job["result"]


def test_the_flat_card_holds_the_files_own_text(service: Service) -> None:
    """Values as dcmdump prints them: SliceThickness [5.000000], PixelSpacing [0.661468\\0.661468]."""
    card = service.finish(CT)["result"]["metadata"]
    assert (card["slice_thickness"], card["pixel_spacing"], card["rows"], card["modality"]) == (
        "5.000000",
        "0.661468\\0.661468",
        128,
        "CT",
    )


def test_the_patients_identifiers_stay_in_the_file(service: Service) -> None:
    """Neither the patient's id nor the name of CT_small is anywhere in the job."""
    job = str(service.finish(CT))
    assert "1CT1" not in job
    assert "CompressedSamples" not in job


@pytest.mark.parametrize("media_type", ["application/dicom", "application/octet-stream"])
def test_a_raw_body_is_taken(service: Service, media_type: str) -> None:
    """A single object may be the body itself."""
    response = service.client.post(
        "/dicom/analyze?client_reference=ris-42",
        content=MR.read_bytes(),
        headers={"Content-Type": media_type, "Prefer": "wait=20"},
    )
    job = response.json()
    assert (response.status_code, job["status"], job["client_reference"]) == (200, "succeeded", "ris-42")
    assert response.headers["preference-applied"] == "wait=20"


def test_a_file_without_preamble_is_taken(service: Service) -> None:
    """What older archives store, the bare data set after its 128 bytes and DICM, is read too."""
    response = service.client.post(
        "/dicom/analyze",
        content=CT.read_bytes()[132:],
        headers={"Content-Type": "application/dicom", "Prefer": "wait=20"},
    )
    assert response.json()["result"]["metadata"]["modality"] == "CT"


def test_a_bad_file_beside_a_good_one_makes_the_job_partial(service: Service) -> None:
    """The good file is analyzed and the bad one is named by its place."""
    parts = [("file", ("a", PNG)), ("file", ("b", CT.read_bytes()))]
    job = service.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=20"}).json()
    assert (job["status"], job["partial"], job["counts"]) == (
        "succeeded",
        True,
        {"received": 2, "accepted": 1, "duplicate": 0, "rejected": 1},
    )
    assert [(file["index"], file["status"], file["code"]) for file in job["files"]] == [
        (0, "rejected", "dicom.not_dicom")
    ]


def test_the_same_file_twice_counts_once(service: Service) -> None:
    """A duplicate is reported and does not double the slices."""
    job = service.finish(CT, CT)
    assert job["counts"] == {"received": 2, "accepted": 1, "duplicate": 1, "rejected": 0}


def test_a_file_cut_short_in_its_header_fails_the_job_with_a_reason(service: Service) -> None:
    """Nothing can be said about half a header, and the job says that."""
    response = service.client.post(
        "/dicom/analyze",
        content=CT.read_bytes()[:700],
        headers={"Content-Type": "application/dicom", "Prefer": "wait=20"},
    )
    job = response.json()
    assert (job["status"], job["error"]["code"], job["files"][0]["status"]) == (
        "failed",
        "dicom.none_readable",
        "rejected",
    )


def test_the_result_can_be_read_by_itself(service: Service) -> None:
    """The bare result equals the one inside the job."""
    job = service.finish(CT)
    response = service.client.get(job["links"]["result"])
    assert (response.json(), response.headers["cache-control"]) == (job["result"], "no-store")


def test_a_client_that_knows_the_job_is_told_nothing_changed(service: Service) -> None:
    """Polling with the ETag costs no body."""
    job = service.finish(CT)
    path = job["links"]["self"]
    tag = service.client.get(path).headers["etag"]
    assert service.client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_every_value_of_a_job_is_strict_json(service: Service) -> None:
    """No NaN and no Infinity, and all times are UTC with Z."""
    job = service.finish(*GATED_CT)
    assert all(job[name].endswith("Z") for name in ("created_at", "started_at", "completed_at", "expires_at"))


def test_health_names_every_check(service: Service) -> None:
    """Ready means store, storage and workers."""
    assert service.client.get("/health/ready").json() == {
        "status": "ok",
        "checks": {"redis": "ok", "storage": "ok", "workers": "ok"},
    }


def test_the_api_page_asks_nothing_of_the_outside(service: Service) -> None:
    """The page works in a network without internet."""
    page = service.client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
