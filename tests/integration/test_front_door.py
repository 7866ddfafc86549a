"""Keys, tenants and scopes, on the running service."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from os import environ

import msgspec
import pydicom
import pytest

from api.keys.key import Scope
from api.keys.key_file import write_keys
from tests.support.doors import PEPPER, KeyedService
from tests.support.samples import CT, GATED_CT

pytestmark = pytest.mark.integration

MEGABYTE = 10**6


@pytest.fixture(scope="module")
def door() -> Iterator[KeyedService]:
    """A service with two tenants."""
    service = KeyedService()
    yield service
    service.close()


def finished(door: KeyedService, key: str) -> str:
    """Submit a gated CT with a key, and give the finished job's id."""
    parts = [("file", (str(number), path.read_bytes())) for number, path in enumerate(GATED_CT)]
    headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=20"}
    job = door.stack.client.post("/dicom/summarize", files=parts, headers=headers).json()
    assert job["done"], job
    return str(job["id"])


@pytest.mark.parametrize(
    ("headers", "code", "challenge"),
    [
        ({}, "access.key_missing", 'Bearer realm="dicom-analysis"'),
        ({"Authorization": "Bearer key_0.x"}, "access.key_invalid", 'error="invalid_token"'),
        ({"Authorization": "Basic a2V5OnB3"}, "access.key_invalid", 'error="invalid_token"'),
        ({"X-API-Key": "key_0.x"}, "access.key_invalid", 'error="invalid_token"'),
    ],
    ids=["none", "bearer", "basic", "header"],
)
def test_without_a_good_key_there_is_401(
    door: KeyedService, headers: dict[str, str], code: str, challenge: str
) -> None:
    """The answer says what is missing and, by RFC 9110 section 11.6.1, how to ask."""
    response = door.stack.client.get("/jobs", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, code)
    assert challenge in response.headers["www-authenticate"]


def test_two_different_keys_are_none(door: KeyedService) -> None:
    """A request that carries two keys is not served as either."""
    headers = {"Authorization": f"Bearer {door.reader}", "X-API-Key": door.stranger}
    assert door.stack.client.get("/jobs", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_a_key_is_taken_in_either_header(door: KeyedService, header: str) -> None:
    """Both ways of the contract work."""
    value = f"Bearer {door.reader}" if header == "Authorization" else door.reader
    assert door.stack.client.get("/jobs", headers={header: value}).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/docs", "/openapi.json"])
def test_health_and_the_api_page_are_open(door: KeyedService, path: str) -> None:
    """Whoever watches the service or reads its description needs no key."""
    assert door.ask("GET", path).status_code == 200


def test_a_key_without_the_scope_is_told_which(door: KeyedService) -> None:
    """403 names the missing scope in words and for machines (RFC 6750 section 3.1)."""
    response = door.ask("POST", "/dicom/analyze", door.reader, CT.read_bytes())
    assert (response.status_code, response.json()["code"]) == (403, "access.scope_missing")
    assert 'error="insufficient_scope", scope="submit"' in response.headers["www-authenticate"]
    assert door.ask("GET", "/jobs", door.sender).status_code == 403
    assert door.ask("GET", "/audit", door.reader).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nothing", 404, "request.not_found"), ("PUT", "/jobs", 405, "request.method_not_allowed")],
)
def test_what_is_not_served_is_said_only_to_those_with_a_key(
    door: KeyedService, method: str, path: str, status: int, code: str
) -> None:
    """Without a key nothing is learned about the paths there are."""
    response = door.ask(method, path, door.reader)
    assert (door.ask(method, path).status_code, response.status_code, response.json()["code"]) == (401, status, code)


def test_another_tenants_job_is_unknown(door: KeyedService) -> None:
    """Every way to a job answers 404 to another tenant, as for a job that never was."""
    job = finished(door, door.everything)
    ways = [
        ("GET", ""),
        ("GET", "?x=1"),
        ("GET", "/result"),
        ("GET", "/files"),
        ("GET", "/events"),
        ("POST", "/cancel"),
        ("POST", "/retry"),
        ("DELETE", ""),
    ]
    codes = {door.ask(method, f"/jobs/{job}{way}", door.stranger).json()["code"] for method, way in ways}
    assert codes == {"job.unknown"}
    assert door.ask("GET", f"/jobs/{job}", door.everything).status_code == 200


def test_lists_and_feeds_hold_the_own_tenants_jobs_alone(door: KeyedService) -> None:
    """What one tenant did appears nowhere in another's answers."""
    job = finished(door, door.everything)
    seen = [door.ask("GET", path, door.stranger).text for path in ("/jobs", "/events?limit=500", "/audit?limit=500")]
    assert [job in text for text in seen] == [False, False, False]


def test_the_same_idempotency_key_of_two_tenants_is_two_jobs(door: KeyedService) -> None:
    """A key that another tenant used already is free."""
    sent = {"Idempotency_Key": f"shared-{time.time_ns()}"}
    first = door.ask("POST", "/dicom/analyze", door.everything, CT.read_bytes(), **sent).json()["id"]
    second = door.ask("POST", "/dicom/analyze", door.stranger, CT.read_bytes(), **sent).json()["id"]
    assert first != second


def test_a_new_key_opens_and_a_revoked_one_closes_without_a_restart(door: KeyedService) -> None:
    """Within two seconds the running service knows the changed file."""
    text = door.add("clinic", Scope.READ)
    time.sleep(1.1)
    assert door.ask("GET", "/jobs", text).status_code == 200
    revoked = msgspec.structs.replace(door.kept[-1], revoked_at=datetime.now(UTC))
    door.kept[-1] = revoked
    write_keys(door.path, door.kept)
    time.sleep(1.1)
    assert door.ask("GET", "/jobs", text).status_code == 401


def test_200_megabytes_without_a_key_are_refused_before_one_was_read(door: KeyedService) -> None:
    """The sender is answered 401 and can push no more than what fits into buffers, far below a megabyte."""
    sent, chunk, answer = 0, bytes(65536), b""
    with socket.create_connection(("127.0.0.1", door.stack.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        head = "POST /dicom/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: application/dicom\r\n"
        connection.sendall(f"{head}Content-Length: {200 * MEGABYTE}\r\n\r\n".encode())
        answer = connection.recv(4096)
        try:
            while sent < 200 * MEGABYTE:
                sent += connection.send(chunk)
        except OSError:
            pass
    assert answer.startswith(b"HTTP/1.1 401")
    assert sent < MEGABYTE


def test_a_reader_without_the_scope_sees_no_text_of_the_file(door: KeyedService) -> None:
    """Description, institution and date are withheld by every way, and named; with the scope they are there."""
    dataset = pydicom.dcmread(GATED_CT[0])
    secrets = [str(dataset[name].value) for name in ("SeriesDescription", "StudyDate")]
    job = finished(door, door.everything)
    ways = [f"/jobs/{job}", f"/jobs/{job}?x=1", f"/jobs/{job}/result", f"/jobs/{job}/result?instances=true"]
    for way in ways:
        whole, shown = door.ask("GET", way, door.everything).text, door.ask("GET", way, door.reader).text
        assert [secret in whole for secret in secrets] == [True, True]
        assert [secret in shown for secret in secrets] == [False, False]
        assert '"withheld":["metadata.study_date"' in shown
        assert json.loads(shown).get("result", json.loads(shown))["metadata"]["modality"] == "CT"


def test_the_sender_without_the_scope_is_shown_no_more_than_a_reader(door: KeyedService) -> None:
    """The answer of a held submission is a result like any other."""
    response = door.ask("POST", "/dicom/analyze", door.sender, CT.read_bytes(), Prefer="wait=20")
    assert "study_date" not in response.json()["result"]["metadata"]


def test_the_trail_says_who_did_what_to_which_job(door: KeyedService) -> None:
    """Submitting, reading, refusing and erasing are entered with key, job and status, and with nothing else."""
    job = finished(door, door.everything)
    door.ask("GET", f"/jobs/{job}", door.reader)
    door.ask("GET", f"/jobs/{job}", door.reader)
    door.ask("DELETE", f"/jobs/{job}", door.reader)
    door.ask("DELETE", f"/jobs/{job}", door.everything)
    lines = door.ask("GET", "/audit", door.everything, Accept="application/x-ndjson").text.splitlines()
    entries = [entry for line in lines if (entry := json.loads(line)).get("job_id") == job]
    all_scopes, reader = door.kept[0].id, door.kept[1].id
    assert [(entry["action"], entry["key_id"], entry["status"]) for entry in entries] == [
        ("job.submit", all_scopes, 200),
        ("job.read", reader, 200),
        ("job.delete", reader, 403),
        ("job.delete", all_scopes, 204),
    ]
    assert {tuple(sorted(entry)) for entry in entries} == {
        ("action", "job_id", "key_id", "request_id", "seq", "status", "timestamp")
    }


def test_a_submission_that_nobody_waits_for_is_entered_once(door: KeyedService) -> None:
    """With its key, its job, its request and the answer that it had."""
    response = door.ask("POST", "/dicom/analyze", door.sender, CT.read_bytes())
    lines = door.ask("GET", "/audit", door.everything, Accept="application/x-ndjson").text.splitlines()
    [entry] = [one for line in lines if (one := json.loads(line)).get("job_id") == response.json()["id"]]
    assert (entry["action"], entry["status"]) == ("job.submit", response.status_code)
    assert entry["request_id"] == response.headers["x-request-id"]
    assert entry["key_id"] == door.kept[2].id


def test_the_trail_is_paged(door: KeyedService) -> None:
    """Page after page gives the whole trail, in order."""
    for _ in range(3):
        finished(door, door.stranger)
    first = door.ask("GET", "/audit?limit=2", door.stranger).json()
    second = door.ask("GET", f"/audit?limit=2&cursor={first['next_cursor']}", door.stranger).json()
    numbers = [entry["seq"] for entry in first["entries"] + second["entries"]]
    assert (len(set(numbers)), numbers) == (4, sorted(numbers))


def test_an_id_that_was_never_minted_does_not_enter_the_trail(door: KeyedService) -> None:
    """A name typed in place of an id would otherwise stand in the trail for good."""
    door.ask("GET", "/jobs/Mustermann-Erika/result", door.everything)
    assert "Mustermann" not in door.ask("GET", "/audit?limit=500", door.everything).text


def test_no_key_reaches_the_log(door: KeyedService) -> None:
    """Neither good nor bad keys are logged."""
    door.ask("GET", "/jobs", "key_abcdefabcdef.wrong-secret-of-a-sender")
    log = door.stack.log.read_text()
    assert [text for text in (door.everything, door.reader, "wrong-secret-of-a-sender") if text in log] == []


def test_the_command_line_makes_lists_and_revokes_keys(door: KeyedService) -> None:
    """What create prints opens the running service; after revoke it does not."""
    environment = {**environ, "API_KEYS_FILE": str(door.path), "API_KEYS_PEPPER": PEPPER}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "api.cli", "keys", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()

    text = run("create", "--tenant", "clinic", "--scope", "read")
    time.sleep(1.1)
    assert door.ask("GET", "/jobs", text).status_code == 200
    key_id = text.partition(".")[0]
    assert re.search(rf"^{key_id}  clinic  read  .*usable$", run("list"), re.MULTILINE)
    run("revoke", key_id)
    time.sleep(1.1)
    assert door.ask("GET", "/jobs", text).status_code == 401
