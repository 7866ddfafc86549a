"""Comparing two uploads over HTTP, from the form to the summary."""

import json

import httpx2
import pytest

from tests.support.archives import make_zip
from tests.support.datasets import Value, make_file
from tests.support.samples import CT, MR, PNG
from tests.support.service import Document, Service

pytestmark = pytest.mark.integration

AXIAL: dict[str, Value] = {"ImageOrientationPatient": "1\\0\\0\\0\\1\\0", "Rows": 512, "Columns": 512}
BEFORE: dict[str, Value] = {**AXIAL, "KVP": "120", "SliceThickness": "2.5", "BodyPartExamined": "HEART"}
AFTER: dict[str, Value] = {**AXIAL, "KVP": "100", "SliceThickness": "0.625", "BodyPartExamined": "HEART"}


def make_ct(name: str, stated: dict[str, Value]) -> bytes:
    """An archive of a CT series of two slices."""
    slices = [
        make_file({**stated, "SOPInstanceUID": f"1.2.{name}.{place}", "ImagePositionPatient": f"0\\0\\{5 * place}"})
        for place in range(2)
    ]
    return make_zip(*((f"{place}.dcm", content) for place, content in enumerate(slices)))


def compare(service: Service, *parts: tuple[str, bytes]) -> httpx2.Response:
    """Send files under the names given and hold the request."""
    files = [(name, ("x", content)) for name, content in parts]
    return service.client.post("/dicom/compare", files=files, headers={"Prefer": "wait=20"})


def finish(service: Service, baseline: bytes, followup: bytes) -> Document:
    """Compare two uploads and give the finished job."""
    document: Document = compare(service, ("baseline", baseline), ("followup", followup)).json()
    assert document["done"], document
    return document


def test_two_series_are_told_apart_by_what_was_set(service: Service) -> None:
    """120 kV became 100 kV and 2.5 mm became 0.625 mm: both with units, change and the series they are from."""
    job = finish(service, make_ct("1", BEFORE), make_ct("2", AFTER))
    comparison = job["result"]["comparison"]
    [pair] = comparison["pairs"]
    assert (job["status"], job["kind"], pair["matched_by"]) == (
        "succeeded",
        "compare",
        ["modality", "body_part", "plane"],
    )
    assert pair["differences"] == [
        {
            "key": "acquisition.kvp_kv",
            "label": "tube voltage",
            "group": "protocol",
            "baseline": 120.0,
            "followup": 100.0,
            "unit": "kV",
            "change": -20.0,
            "change_percent": -16.666667,
        },
        {
            "key": "geometry.slice_thickness_mm",
            "label": "slice thickness",
            "group": "geometry",
            "baseline": 2.5,
            "followup": 0.625,
            "unit": "mm",
            "change": -1.875,
            "change_percent": -75.0,
        },
    ]


def test_the_summary_names_both_values(service: Service) -> None:
    """Without a model the template tells what went which way."""
    result = finish(service, make_ct("1", BEFORE), make_ct("2", AFTER))["result"]
    assert "the tube voltage (100 kV instead of 120 kV)" in result["summary"]
    assert "the slice thickness (0.625 mm instead of 2.5 mm) are lower" in result["summary"]


def test_the_order_of_the_parts_does_not_matter(service: Service) -> None:
    """A side is told by its name."""
    parts = [("followup", make_ct("2", AFTER)), ("baseline", make_ct("1", BEFORE))]
    result = compare(service, *parts).json()["result"]
    assert result["baseline"]["metadata"]["slice_thickness"] == "2.5"


def test_the_same_file_on_both_sides_differs_in_nothing(service: Service) -> None:
    """It is no duplicate, and the result says that both sides are the same."""
    job = finish(service, CT.read_bytes(), CT.read_bytes())
    assert job["counts"] == {"received": 2, "accepted": 2, "duplicate": 0, "rejected": 0}
    assert job["result"]["comparison"]["difference_count"] == 0
    assert "comparison.same_files" in [warning["code"] for warning in job["warnings"]]


def test_what_has_no_counterpart_is_listed(service: Service) -> None:
    """A CT and an MR are not compared."""
    job = finish(service, CT.read_bytes(), MR.read_bytes())
    unmatched = job["result"]["comparison"]["unmatched"]
    assert [place["modality"] for place in unmatched["baseline"] + unmatched["followup"]] == ["CT", "MR"]


def test_a_side_that_cannot_be_read_fails_the_comparison(service: Service) -> None:
    """A file that begins like DICOM and is none is found by reading; the job says which side it was."""
    cut = make_file(without=("SOPClassUID", "StudyInstanceUID"))
    job = finish(service, CT.read_bytes(), cut)
    assert (job["status"], job["error"]["code"]) == ("failed", "compare.side_unreadable")
    assert "followup" in job["error"]["detail"]


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ([("baseline", b"")], [("followup", "Missing.")]),
        ([("file", b""), ("file", b"")], [("file", "Does not say which side it is.")]),
        ([("baseline", b""), ("baseline", b"")], [("baseline", "Sent twice.")]),
        ([("baseline", b""), ("followup", b""), ("followup", b"")], [("followup", "Sent twice.")]),
    ],
    ids=["one", "unnamed", "same side", "three"],
)
def test_anything_but_one_file_for_each_side_is_refused(
    service: Service, parts: list[tuple[str, bytes]], fields: list[tuple[str, str]]
) -> None:
    """The answer says what to send, and nothing stays stored."""
    before = set(service.stored_files())
    response = compare(service, *((name, content or MR.read_bytes()[:-2]) for name, content in parts))
    answer = response.json()
    assert (response.status_code, answer["code"]) == (422, "compare.wrong_parts")
    assert [(error["field"], error["detail"]) for error in answer["errors"]] == fields
    assert set(service.stored_files()) <= before


def test_a_side_that_is_no_dicom_is_refused_at_the_door(service: Service) -> None:
    """The first bytes show it; the answer names the side."""
    response = compare(service, ("baseline", PNG), ("followup", CT.read_bytes()))
    assert (response.status_code, response.json()["code"]) == (422, "compare.side_unreadable")
    assert [error["field"] for error in response.json()["errors"]] == ["baseline"]


def test_one_body_is_no_comparison(service: Service) -> None:
    """A raw body cannot be two uploads."""
    headers = {"Content-Type": "application/dicom"}
    response = service.client.post("/dicom/compare", content=CT.read_bytes(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "request.unsupported_media_type")


def test_a_comparison_is_json_alone(service: Service) -> None:
    """Its result is strict JSON, whole on request, and nothing else."""
    job = finish(service, CT.read_bytes(), MR.read_bytes())
    whole = service.client.get(f"/jobs/{job['id']}/result?instances=true")
    assert json.loads(whole.text, parse_constant=pytest.fail)["comparison"] == job["result"]["comparison"]
    refused = service.client.get(f"/jobs/{job['id']}/result", headers={"Accept": "text/csv"})
    assert (refused.status_code, refused.json()["code"]) == (406, "result.not_acceptable")
