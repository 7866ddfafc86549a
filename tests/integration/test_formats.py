"""One result in every format over HTTP, as clients ask for it."""

import csv
import io
import json

import httpx2
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.imagingstudy import ImagingStudy

from tests.support.samples import CT, GATED_CT, MR
from tests.support.service import Service

pytestmark = pytest.mark.integration


def read_result(service: Service, job_id: str, accept: str | None = None, query: str = "") -> httpx2.Response:
    """Ask for a result; without ``accept`` as a client that states no preference."""
    return service.client.get(f"/jobs/{job_id}/result{query}", headers={"Accept": accept or "*/*"})


def test_csv_has_one_row_per_instance(service: Service) -> None:
    """Five slices are five rows that a reader of CSV takes, with the heart rate's column beside them."""
    job = service.finish(*GATED_CT)
    response = read_result(service, job["id"], "text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert ([row["modality"] for row in rows], {row["gated"] for row in rows}) == (["CT"] * 5, {"true"})


def test_fhir_is_a_valid_resource(service: Service) -> None:
    """One study is an ImagingStudy without anybody's identity; the model of FHIR R4B takes it."""
    job = service.finish(*GATED_CT)
    response = read_result(service, job["id"], "application/fhir+json")
    ImagingStudy.model_validate_json(response.text)
    assert response.headers["content-type"] == "application/fhir+json; fhirVersion=4.3"
    assert (response.json()["numberOfInstances"], response.json()["subject"]["display"]) == (5, "withheld")


def test_two_studies_are_a_bundle(service: Service) -> None:
    """A job over several studies is a collection of resources."""
    job = service.finish(CT, MR)
    response = read_result(service, job["id"], query="?format=fhir")
    Bundle.model_validate_json(response.text)
    assert len(response.json()["entry"]) == 2


def test_json_is_strict_and_the_default(service: Service) -> None:
    """Without a preference the result is our own JSON, without a number that JSON does not have."""
    job = service.finish(CT)
    response = read_result(service, job["id"])
    told = json.loads(response.text, parse_constant=pytest.fail)
    assert (response.headers["content-type"], told) == ("application/json", job["result"])


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("*/*", "", "application/fhir+json"),
        ("application/json", "", "application/json"),
        ("application/fhir+json", "?format=json", "application/json"),
        ("application/json;q=0.5, application/fhir+json", "", "application/fhir+json"),
    ],
)
def test_a_fhir_job_is_fhir_unless_json_is_asked_for(service: Service, accept: str, query: str, expected: str) -> None:
    """The endpoint decides what a reader without preference gets; ``format`` wins over Accept."""
    job = service.finish(CT, kind="fhir")
    response = read_result(service, job["id"], accept, query)
    assert (job["kind"], response.headers["content-type"].split(";")[0]) == ("fhir", expected)


def test_a_format_that_there_is_none_of_is_answered_with_those_there_are(service: Service) -> None:
    """406 names every media type of this result."""
    job = service.finish(CT)
    response = read_result(service, job["id"], "image/png")
    assert (response.status_code, response.json()["code"]) == (406, "result.not_acceptable")
    assert all(name in response.json()["detail"] for name in ("application/json", "text/csv", "application/fhir+json"))
    assert (response.headers["content-type"], response.headers["vary"]) == ("application/problem+json", "Accept")


def test_an_unknown_format_is_a_bad_field(service: Service) -> None:
    """What ``format`` may say is a closed set."""
    job = service.finish(CT)
    response = read_result(service, job["id"], query="?format=xml")
    assert (response.status_code, response.json()["code"]) == (422, "request.bad_field")


def test_every_link_of_a_job_gives_its_format_under_a_neutral_name(service: Service) -> None:
    """What is saved is named by the job alone, and no cache keeps it."""
    job = service.finish(CT)
    answers = [service.client.get(job["links"][name]) for name in ("result_json", "result_csv", "result_fhir")]
    assert [answer.headers["content-disposition"] for answer in answers] == [
        f'inline; filename="{job["id"]}.{ending}"' for ending in ("json", "csv", "fhir.json")
    ]
    assert {(answer.headers["vary"], answer.headers["cache-control"]) for answer in answers} == {("Accept", "no-store")}
