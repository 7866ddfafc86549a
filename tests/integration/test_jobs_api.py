"""Following, listing, canceling, retrying and erasing jobs over HTTP."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.samples import CT, GATED_CT, MR, PNG
from tests.support.service import Document, Service

pytestmark = pytest.mark.integration

RAW = {"Content-Type": "application/dicom"}


def read_events(service: Service, job_id: str, headers: dict[str, str] | None = None) -> list[tuple[int, Document]]:
    """Read a job's event stream to its end."""
    events = []
    with service.client.stream("GET", f"/jobs/{job_id}/events", headers=headers or {}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        number = 0
        for line in stream.iter_lines():
            if line.startswith("id: "):
                number = int(line.removeprefix("id: "))
            if line.startswith("data: "):
                events.append((number, json.loads(line.removeprefix("data: "))))
    return events


def test_the_event_stream_ends_with_the_terminal_state(service: Service) -> None:
    """Whoever follows a job sees it finished, in order and without its result."""
    job = service.submit(*GATED_CT, kind="summarize").json()
    events = read_events(service, job["id"])
    numbers = [number for number, _ in events]
    assert (events[-1][1]["status"], numbers == sorted(set(numbers))) == ("succeeded", True)
    assert "result" not in events[-1][1]


def test_a_reconnecting_client_is_sent_only_what_is_new(service: Service) -> None:
    """With the last event's id of a finished job there is nothing left to send."""
    job = service.finish(CT)
    [(number, _)] = read_events(service, job["id"])
    assert read_events(service, job["id"], {"Last-Event-ID": str(number)}) == []


def test_holding_a_read_ends_when_the_job_is_done(service: Service) -> None:
    """A held request is answered by the job's end, not by the clock."""
    job = service.submit(CT).json()
    began = time.monotonic()
    response = service.client.get(f"/jobs/{job['id']}", headers={"Prefer": "wait=25"})
    assert (response.json()["done"], response.headers["preference-applied"]) == (True, "wait=25")
    assert time.monotonic() - began < 20


def test_the_same_key_is_one_job_even_when_sent_at_once(service: Service) -> None:
    """Ten equal requests at the same time make one job; who came too early is told to come back."""
    content = CT.read_bytes()
    key = {"Idempotency-Key": f'"at-once-{time.time_ns()}"', **RAW}

    def send(_: int) -> tuple[int, str | None]:
        response = service.client.post("/dicom/analyze", content=content, headers=key)
        return response.status_code, response.json().get("id")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert {status for status, _ in answers} <= {202, 409}
    assert len({job for _, job in answers if job}) == 1
    again = service.client.post("/dicom/analyze", content=content, headers=key)
    assert (again.headers["idempotent-replayed"], again.json()["id"] in {job for _, job in answers}) == ("true", True)


def test_the_same_key_with_another_file_is_refused_and_leaves_nothing(service: Service) -> None:
    """A key that stands for one upload cannot stand for another."""
    key = {"Idempotency-Key": f"mismatch-{time.time_ns()}", **RAW}
    service.client.post("/dicom/analyze", content=CT.read_bytes(), headers=key)
    before = set(service.stored_files())
    response = service.client.post("/dicom/analyze", content=MR.read_bytes(), headers=key)
    assert (response.status_code, response.json()["code"]) == (422, "idempotency.mismatch")
    assert set(service.stored_files()) == before


def test_a_key_is_free_again_after_a_refused_upload(service: Service) -> None:
    """A sender who corrects the file may use the same key."""
    key = {"Idempotency-Key": f"corrected-{time.time_ns()}", **RAW}
    assert service.client.post("/dicom/analyze", content=PNG, headers=key).status_code == 422
    assert service.client.post("/dicom/analyze", content=CT.read_bytes(), headers=key).status_code == 202


def test_a_list_is_filtered_and_paged(service: Service) -> None:
    """Three jobs with one reference come in pages of two, newest first."""
    reference = f"ris-{time.time_ns()}"
    sent = [
        service.client.post(
            f"/dicom/analyze?client_reference={reference}", content=CT.read_bytes(), headers=RAW
        ).json()["id"]
        for _ in range(3)
    ]
    first = service.client.get("/jobs", params={"client_reference": reference, "limit": 2}).json()
    second = service.client.get(
        "/jobs", params={"client_reference": reference, "limit": 2, "cursor": first["next_cursor"]}
    ).json()
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == sent[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", ["status=done", "kind=x", "limit=0", "limit=abc"])
def test_a_bad_filter_is_named(service: Service, query: str) -> None:
    """A typo in a filter is not an empty list."""
    response = service.client.get(f"/jobs?{query}")
    assert (response.status_code, response.json()["code"]) == (422, "request.bad_field")


def test_the_files_of_a_job_are_paged_in_order(service: Service) -> None:
    """Every received file is listed with what became of it."""
    parts = [("file", ("n", path.read_bytes())) for path in GATED_CT] + [("file", ("x", PNG))]
    job = service.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=20"}).json()
    first = service.client.get(f"/jobs/{job['id']}/files?limit=4").json()
    second = service.client.get(f"/jobs/{job['id']}/files?limit=4&cursor={first['next_cursor']}").json()
    files = first["files"] + second["files"]
    assert [(file["index"], file["status"]) for file in files] == [
        *((number, "accepted") for number in range(5)),
        (5, "rejected"),
    ]
    assert second["next_cursor"] is None


def test_a_deleted_job_is_gone_with_its_bytes(service: Service) -> None:
    """After the deletion the job answers 410 and its file is not on the disk any more."""
    content = CT.read_bytes() + bytes(1000)
    before = set(service.stored_files())
    job = service.client.post("/dicom/analyze", content=content, headers={**RAW, "Prefer": "wait=20"}).json()
    assert service.client.delete(f"/jobs/{job['id']}").status_code == 204
    assert set(service.stored_files()) == before
    assert [service.client.get(f"/jobs/{job['id']}{path}").status_code for path in ("", "/result", "/files")] == [
        410
    ] * 3
    assert service.client.delete(f"/jobs/{job['id']}").status_code == 410


def test_two_jobs_share_the_bytes_of_one_file(service: Service) -> None:
    """The second upload of a file costs no space, and erasing one job keeps the other's file."""
    content = MR.read_bytes() + bytes(2000)
    before = set(service.stored_files())
    first, second = (
        service.client.post("/dicom/analyze", content=content, headers={**RAW, "Prefer": "wait=20"}).json()["id"]
        for _ in range(2)
    )
    assert len(set(service.stored_files()) - before) == 1
    service.client.delete(f"/jobs/{first}")
    assert len(set(service.stored_files()) - before) == 1
    service.client.delete(f"/jobs/{second}")
    assert set(service.stored_files()) == before


def test_a_finished_job_refuses_cancel_and_retry(service: Service) -> None:
    """The answer names the state that does not allow it."""
    job = service.finish(CT)
    answers = [service.client.post(f"/jobs/{job['id']}/{action}") for action in ("cancel", "retry")]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "job.not_cancelable"),
        (409, "job.not_retryable"),
    ]


def test_a_failed_job_can_be_retried(service: Service) -> None:
    """A retried job runs again under its id and ends again."""
    content = CT.read_bytes()[:700]
    job = service.client.post("/dicom/analyze", content=content, headers={**RAW, "Prefer": "wait=20"}).json()
    assert job["links"]["retry"] == f"/jobs/{job['id']}/retry"
    retried = service.client.post(job["links"]["retry"])
    assert (retried.status_code, retried.json()["id"]) == (202, job["id"])
    ended = service.client.get(f"/jobs/{job['id']}", headers={"Prefer": "wait=20"}).json()
    assert (ended["status"], ended["error"]["code"]) == ("failed", "dicom.none_readable")


def test_the_feed_has_each_job_from_queued_to_succeeded(service: Service) -> None:
    """Reading on from the last number gives exactly what happened since."""
    last = service.client.get("/events?limit=1").json()["last"]
    job = service.finish(CT)
    events = service.client.get(f"/events?since={last}").json()["events"]
    assert [event["type"] for event in events if event["job_id"] == job["id"]] == [
        "job.queued",
        "job.started",
        "job.extracted",
        "job.succeeded",
    ]


def test_without_workers_jobs_queue_in_order_and_can_be_canceled() -> None:
    """While nothing works on them, jobs know their place, wait on request, and end when canceled."""
    service = Service(EXTRACT_PROCESSES="1")
    try:
        service.await_ready()
        service.suspend_workers()
        urgent = "/dicom/analyze?priority=urgent"
        first = service.client.post("/dicom/analyze", content=CT.read_bytes(), headers=RAW).json()["id"]
        second = service.client.post(urgent, content=CT.read_bytes(), headers=RAW).json()["id"]
        places = [
            service.client.get(f"/jobs/{job}").json()["stages"]["extract"]["queue_position"] for job in (first, second)
        ]
        assert places == [2, 1]
        held = service.client.get(f"/jobs/{first}", headers={"Prefer": "wait=1"}).json()
        assert held["status"] == "queued"
        canceler = threading.Timer(0.5, service.client.post, [f"/jobs/{first}/cancel"])
        canceler.start()
        ended = service.client.get(f"/jobs/{first}", headers={"Prefer": "wait=20"}).json()
        canceler.join()
        assert ended["status"] == "canceled"
        service.resume_workers()
        done = service.client.get(f"/jobs/{second}", headers={"Prefer": "wait=25"}).json()
        assert done["status"] == "succeeded"
    finally:
        service.close()


def test_a_job_that_is_late_is_canceled_on_request() -> None:
    """Cancel-After ends a job that nobody could start in time."""
    service = Service(EXTRACT_PROCESSES="1")
    try:
        service.await_ready()
        service.suspend_workers()
        job = service.client.post(
            "/dicom/analyze", content=CT.read_bytes(), headers={**RAW, "Cancel-After": "1", "Prefer": "wait=20"}
        ).json()
        assert job["status"] == "canceled"
        service.resume_workers()
    finally:
        service.close()
