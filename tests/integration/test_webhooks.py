"""Webhooks of the running service, from a submission to a receiver on loopback."""

import base64
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.integration.test_stack import run_stack
from tests.support.receiver import Receiver, Reply
from tests.support.samples import CT, PNG
from tests.support.service import Document, Service

pytestmark = pytest.mark.integration

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
RAW = {"Content-Type": "application/dicom"}
TERMINAL = ("delivered", "failed")


@pytest.fixture(scope="module")
def hooked() -> Iterator[Service]:
    """A service that may send to loopback, with short waits."""
    running = Service(
        WEBHOOK_SECRET=SECRET,
        WEBHOOK_ALLOW="127.0.0.0/8",
        WEBHOOK_SCHEDULE="0s, 1s, 1s",
        WEBHOOK_TIMEOUT="2s",
        PUBLIC_URL="https://dicom.example.org/",
    )
    try:
        yield running.await_ready()
    finally:
        running.close()


def submit(service: Service, url: str, **fields: str) -> Document:
    """Send a CT with a callback as form fields, held until it is done."""
    response = service.client.post(
        "/dicom/analyze",
        files=[("file", ("a", CT.read_bytes()))],
        data={"callback_url": url, **fields},
        headers={"Prefer": "wait=20"},
    )
    assert response.status_code == 200, response.text
    document: Document = response.json()
    return document


def await_ended(service: Service, **query: str) -> list[Document]:
    """Wait until the deliveries that match have ended; gives them, newest first."""
    ends = time.monotonic() + 30
    while True:
        found: list[Document] = service.client.get("/webhooks/deliveries", params=query).json()["deliveries"]
        if found and all(delivery["status"] in TERMINAL for delivery in found):
            return found
        assert time.monotonic() < ends, found
        time.sleep(0.05)


def test_a_callback_arrives_signed_and_thin(hooked: Service) -> None:
    """The reference verifier accepts it, and it holds what the contract says and no more."""
    with Receiver() as receiver:
        job = submit(hooked, receiver.url("/hook?token=7"), client_reference="ris-42")
        [received] = receiver.await_requests(1)
    document = Webhook(SECRET).verify(received.body, received.headers)
    assert received.path == "/hook?token=7"
    assert document == {
        "type": "job.succeeded",
        "timestamp": job["completed_at"],
        "data": {
            "id": job["id"],
            "kind": "analyze",
            "status": "succeeded",
            "partial": False,
            "client_reference": "ris-42",
            "result_url": f"https://dicom.example.org/jobs/{job['id']}/result",
        },
    }


def test_the_options_are_taken_from_the_query_of_a_raw_body_too(hooked: Service) -> None:
    """A sender without a form chooses its events in the address."""
    with Receiver() as receiver:
        query = {"callback_url": receiver.url(), "callback_events": "job.started,job.extracted"}
        hooked.client.post("/dicom/analyze", content=CT.read_bytes(), headers=RAW, params=query)
        requests = receiver.await_requests(2)
    assert {Webhook(SECRET).verify(one.body, one.headers)["type"] for one in requests} == {
        "job.started",
        "job.extracted",
    }


def test_the_ledger_shows_every_attempt(hooked: Service) -> None:
    """A receiver that fails twice and then takes the event leaves three lines; the message id stays the same."""
    with Receiver(lambda _, count: Reply(500 if count < 2 else 200)) as receiver:
        job = submit(hooked, receiver.url())
        [delivery] = await_ended(hooked, job_id=job["id"])
        requests = receiver.received
    assert [attempt.get("status_code") for attempt in delivery["attempts"]] == [500, 500, 200]
    assert [attempt.get("error") for attempt in delivery["attempts"]] == ["receiver_error", "receiver_error", None]
    assert {request.message_id for request in requests} == {delivery["id"]}
    assert delivery["status"] == "delivered"


def test_a_delivery_that_failed_can_be_replayed(hooked: Service) -> None:
    """After the receiver is mended the same message is sent once more at its owner's order."""
    with Receiver(lambda _, count: Reply(404 if count < 3 else 204)) as receiver:
        job = submit(hooked, receiver.url())
        [failed] = await_ended(hooked, job_id=job["id"])
        response = hooked.client.post(f"/webhooks/deliveries/{failed['id']}/replay")
        [replayed] = await_ended(hooked, job_id=job["id"])
        requests = receiver.received
    assert (failed["status"], response.status_code, replayed["status"]) == ("failed", 202, "delivered")
    assert len({request.message_id for request in requests}) == 1


def test_an_endpoint_lives_from_its_registration_to_its_removal(hooked: Service) -> None:
    """It is told of jobs with its own secret, both secrets sign after a rotation, and its removal ends it."""
    with Receiver() as receiver:
        order = {"url": receiver.url(), "events": ["job.succeeded"]}
        created = hooked.client.post("/webhooks/endpoints", json=order)
        endpoint = created.json()
        new = hooked.client.post(f"/webhooks/endpoints/{endpoint['id']}/rotate").json()["secret"]
        hooked.finish(CT)
        [received] = receiver.await_requests(1)
        [listed] = hooked.client.get("/webhooks/endpoints").json()["endpoints"]
        removed = hooked.client.delete(f"/webhooks/endpoints/{endpoint['id']}")
        hooked.finish(CT)
    for secret in (endpoint["secret"], new):
        Webhook(secret).verify(received.body, received.headers)
    assert (created.status_code, removed.status_code, "secret" in listed) == (201, 204, False)
    assert hooked.client.get("/webhooks/endpoints").json() == {"endpoints": []}
    assert len(receiver.received) == 1


def test_an_endpoint_that_answers_410_is_disabled(hooked: Service) -> None:
    """The list says why; enabled again, it is told again."""
    with Receiver(lambda _, count: Reply(410 if count == 0 else 204)) as receiver:
        endpoint = hooked.client.post("/webhooks/endpoints", json={"url": receiver.url()}).json()
        job = hooked.finish(CT)
        [delivery] = await_ended(hooked, job_id=job["id"])
        [listed] = hooked.client.get("/webhooks/endpoints").json()["endpoints"]
        enabled = hooked.client.post(f"/webhooks/endpoints/{endpoint['id']}/enable").json()
        hooked.finish(CT)
        receiver.await_requests(2)
        hooked.client.delete(f"/webhooks/endpoints/{endpoint['id']}")
    assert (delivery["error"], listed["status"], listed["reason"], enabled["status"]) == (
        "gone",
        "disabled",
        "gone",
        "active",
    )


def test_a_test_event_shows_that_the_way_is_open(hooked: Service) -> None:
    """An address can be tried before any job names it."""
    with Receiver() as receiver:
        ordered = hooked.client.post("/webhooks/test", json={"url": receiver.url()})
        [received] = receiver.await_requests(1)
        path = f"/webhooks/deliveries/{ordered.json()['id']}"
        await_ended(hooked, status="delivered")
    assert Webhook(SECRET).verify(received.body, received.headers)["type"] == "webhook.test"
    assert (ordered.status_code, hooked.client.get(path).status_code) == (202, 200)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://ris.example.org/", "Only https"),
        ("https://10.0.0.1/", "not public"),
        ("https://user:pw@ris.example.org/", "user name or password"),
        ("pacs.example.net", "absolute URL"),
    ],
)
def test_an_address_that_is_not_allowed_is_refused_at_submission(service: Service, url: str, hint: str) -> None:
    """The problem document names the field, says what is wrong and does not repeat the address."""
    query = {"callback_url": url}
    response = service.client.post("/dicom/analyze", content=CT.read_bytes(), headers=RAW, params=query)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "request.bad_field")
    assert (problem["errors"][0]["field"], hint in problem["errors"][0]["detail"]) == ("callback_url", True)
    assert url not in response.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"callback_events": "job.failed"}, "callback_events"),
        ({"callback_url": "https://ris.example.org/", "callback_events": "job.done"}, "callback_events"),
    ],
)
def test_events_that_make_no_sense_are_refused(service: Service, query: dict[str, str], field: str) -> None:
    """An unknown event, or events without an address."""
    response = service.client.post("/dicom/analyze", content=CT.read_bytes(), headers=RAW, params=query)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)


def test_a_callback_that_nothing_could_sign_is_refused(service: Service) -> None:
    """Without WEBHOOK_SECRET and without a secret of its own, a tenant is told how to get one; nothing is stored."""
    stored = set(service.stored_files())
    query = {"callback_url": "https://ris.example.org/"}
    content = CT.read_bytes() + b"unsigned"
    response = service.client.post("/dicom/analyze", content=content, headers=RAW, params=query)
    assert (response.status_code, response.json()["code"]) == (409, "webhook.no_secret")
    assert set(service.stored_files()) == stored


def test_a_tenant_can_make_a_secret_of_its_own(hooked: Service) -> None:
    """For a day the installation's secret signs beside it."""
    own = hooked.client.post("/webhooks/secret/rotate").json()["secret"]
    with Receiver() as receiver:
        submit(hooked, receiver.url())
        [received] = receiver.await_requests(1)
    for secret in (own, SECRET):
        Webhook(secret).verify(received.body, received.headers)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("DELETE", "/webhooks/endpoints/ep_0", "webhook.endpoint_unknown"),
        ("POST", "/webhooks/endpoints/ep_0/rotate", "webhook.endpoint_unknown"),
        ("GET", "/webhooks/deliveries/msg_0", "webhook.delivery_unknown"),
        ("POST", "/webhooks/deliveries/msg_0/replay", "webhook.delivery_unknown"),
    ],
)
def test_what_is_not_there_is_unknown(service: Service, method: str, path: str, code: str) -> None:
    """A problem document with a code of its own."""
    response = service.client.request(method, path)
    assert (response.status_code, response.json()["code"]) == (404, code)


@pytest.mark.parametrize(
    "order",
    [
        {"url": "https://127.0.0.1/"},
        {"url": "https://ris.example.org/", "events": ["job.done"]},
        {"url": "https://ris.example.org/", "secret": "mine"},
        {},
    ],
)
def test_an_endpoint_that_cannot_be_used_is_not_registered(service: Service, order: Document) -> None:
    """A forbidden address, an unknown event, an unknown field, no address."""
    response = service.client.post("/webhooks/endpoints", json=order)
    assert (response.status_code, response.json()["code"]) == (422, "request.bad_field")
    assert service.client.get("/webhooks/endpoints").json() == {"endpoints": []}


def test_a_hanging_receiver_does_not_delay_another(hooked: Service) -> None:
    """While one receiver lets every request hang, another one has its event within a second."""
    with Receiver(lambda *_: Reply(delay_seconds=30)) as hanging, Receiver() as healthy:
        for _ in range(5):
            submit(hooked, hanging.url())
        hanging.await_requests(1)
        job = submit(hooked, healthy.url())
        [received] = healthy.await_requests(1)
    assert received.at - datetime.fromisoformat(job["completed_at"]).timestamp() < 1


def test_nothing_of_a_file_is_in_any_webhook(hooked: Service) -> None:
    """No name, no UID and no value of the file is sent or shown in the ledger; PNG is not told of at all."""
    with Receiver() as receiver:
        job = submit(hooked, receiver.url(), callback_events="job.started,job.extracted,job.succeeded")
        requests = receiver.await_requests(3)
        query = {"callback_url": receiver.url()}
        refused = hooked.client.post("/dicom/analyze", content=PNG, headers=RAW, params=query)
        ledger = hooked.client.get("/webhooks/deliveries", params={"job_id": job["id"]}).text
    texts = [*(request.body.decode() for request in requests), ledger]
    values = ("CompressedSamples", "1CT1", "1.3.6.1.4.1.5962", "JFK IMAGING", "19971030")
    assert [value for value in values for text in texts if value in text] == []
    assert (refused.status_code, len(receiver.received)) == (422, 3)


@pytest.mark.parametrize(
    ("setting", "value", "hint"),
    [
        ("WEBHOOK_SECRET", "hunter2-hunter2", "WEBHOOK_SECRET must be whsec_"),
        ("WEBHOOK_ALLOW", "10.0.0.0/8, http://ris.lan", "Entry 2 of WEBHOOK_ALLOW"),
        ("WEBHOOK_SCHEDULE", "now, later", "WEBHOOK_SCHEDULE"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(tmp_path: Path, setting: str, value: str, hint: str) -> None:
    """The message names the setting, and a secret is not repeated."""
    ended = run_stack(tmp_path, PORT="0", **{setting: value})
    # A traceback of ours would name the module; Celery has one of its own where it is stopped while it starts.
    assert (ended.returncode > 0, hint in ended.stderr, "api/main.py" in ended.stderr) == (True, True, False)
    assert "hunter2-hunter2" not in ended.stderr
