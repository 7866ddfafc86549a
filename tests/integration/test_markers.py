"""No word of a header leaves the places it belongs to: the file and the result."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
import pytest
import redis

from shared.jobs.outcomes import decompress
from tests.support.marked_file import MARKER, NAME_OF_FILE, marked_elements, marked_file
from tests.support.messages_server import MessagesServer, summary_text
from tests.support.service import WIDE_LIMITS, Document, Service
from tests.support.valkey import Inspector, TestServer

pytestmark = pytest.mark.integration

RESULT_KEYS = (b":result", b":instances", b":parts")
"""Ends of the keys that hold what the file says, for its owner alone."""


class Traffic(threading.Thread):
    """Everything that clients tell a server, as MONITOR shows it."""

    def __init__(self, server: TestServer) -> None:
        super().__init__(daemon=True)
        client: Inspector = redis.Redis.from_url(server.url, socket_timeout=None)  # silence is no fault here
        self._monitor = client.monitor()
        self.commands: list[str] = []

    def run(self) -> None:
        """Listen until the server goes."""
        with suppress(redis.exceptions.ConnectionError), self._monitor as monitor:
            for command in monitor.listen():
                self.commands.append(command["command"])


class Scene(msgspec.Struct):
    """A job of the marked file, whatever it left behind, and what was said when the file was broken."""

    job: Document
    prompts: str
    log: str
    broker: str
    store: dict[bytes, str]
    store_traffic: list[str]
    api: str
    problems: str
    stored_names: str


def look_into(server: TestServer) -> dict[bytes, str]:
    """Read every key of a store as text."""
    client = server.client()
    readers: dict[bytes, Any] = {  # Any: each type has a command of its own
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
    }
    found = {key: readers[client.type(key)](key) for key in client.scan_iter("*")}
    return {key: str(decompress(value) if key.endswith(b":model_input") else value) for key, value in found.items()}


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Send the marked file whole and cut off to a service that would include identity, and look everywhere."""
    store, broker = TestServer(), TestServer()
    with MessagesServer() as model:
        service = Service(
            REDIS_URL=store.url,
            BROKER_URL=broker.url,
            ANTHROPIC_API_KEY="k",
            ANTHROPIC_BASE_URL=model.url,
            PATIENT_IDENTITY="include",
            LOG_LEVEL="debug",
            **WIDE_LIMITS,
        )
        try:
            service.await_ready()
            traffic = [Traffic(store), Traffic(broker)]
            for one in traffic:
                one.start()
            model.say(summary_text(("The scan is normal.", [])))  # so that the corrective question is asked too
            job = send(service, marked_file())
            compared = compare(service)
            cut = [send(service, marked_file(cut_at=length)) for length in (132, 400, 700, 5000, 20_011)]
            problems = [without_result(answer) for answer in (*cut, compared)]
            sent = [one["links"]["model_input"] for one in (job, compared)]
            api = [service.client.get(path).text for path in ("/events", "/usage", *sent)]
            api.append(compared["result"]["summary"])
            yield Scene(
                job=job,
                prompts=json.dumps([[one.path, one.headers, one.body] for one in model.received]),
                log=service.log.read_text(),
                broker=unpacked(str(look_into(broker)) + str(traffic[1].commands)),
                store=look_into(store),
                store_traffic=traffic[0].commands,
                api=str(api),
                problems=json.dumps(problems),
                stored_names=str(service.stored_files()),
            )
        finally:
            service.close()
            store.close()
            broker.close()


def unpacked(messages: str) -> str:
    """Add what Celery's messages hold in base64 to the text that carries them."""
    bodies = re.findall(r"body\W+([A-Za-z0-9+/]{8,}=*)", messages)
    return messages + "".join(base64.b64decode(body).decode() for body in bodies)


def send(service: Service, content: bytes) -> Document:
    """Send one file under its marked name."""
    parts = [("file", (NAME_OF_FILE, content, "application/ZQ99998ZQ"))]
    answer: Document = service.client.post("/dicom/summarize", files=parts, headers={"Prefer": "wait=30"}).json()
    assert answer.get("done", True), answer  # a refused file is no job
    return answer


def compare(service: Service) -> Document:
    """Compare the marked file with itself, under its marked name on both sides."""
    parts = [(side, (NAME_OF_FILE, marked_file())) for side in ("baseline", "followup")]
    answer: Document = service.client.post("/dicom/compare", files=parts, headers={"Prefer": "wait=30"}).json()
    assert answer["done"], answer
    return answer


def without_result(job: Document) -> Document:
    """Give what is said beside the result."""
    return {key: value for key, value in job.items() if key != "result"}


def test_the_markers_are_there_to_be_found(scene: Scene) -> None:
    """The file holds thousands of markers, and those that the result is for are in the result."""
    assert len(marked_elements()) > 1800
    assert len(MARKER.findall(json.dumps(scene.job["result"]["studies"]))) > 10
    assert scene.job["status"] == "succeeded"


def test_no_marker_reaches_the_model(scene: Scene) -> None:
    """Neither the question, nor the correction, nor any header of either holds a word of the file."""
    assert "Facts:" in scene.prompts
    assert "A check of your answer" in scene.prompts
    assert MARKER.findall(scene.prompts) == []


def test_no_marker_is_in_the_summary(scene: Scene) -> None:
    """The text, its detail and the page of what was sent are free of the file's words."""
    result = scene.job["result"]
    assert MARKER.findall(json.dumps([result["summary"], result["summary_detail"]])) == []
    assert MARKER.findall(scene.api) == []


def test_no_marker_is_in_the_job_beside_its_result(scene: Scene) -> None:
    """What is said about files, warnings and errors quotes nothing."""
    beside = without_result(scene.job)
    assert {"files", "warnings", "stages"} < set(beside)
    assert MARKER.findall(json.dumps(beside)) == []


def test_no_marker_is_in_a_log(scene: Scene) -> None:
    """At the most talkative level, no process logs a word of the file."""
    assert "api started" in scene.log
    assert MARKER.findall(scene.log) == []


def test_no_marker_is_in_a_message(scene: Scene) -> None:
    """Celery's messages carry nothing but a stage's name."""
    assert "summarize" in scene.broker
    assert "callbacks" in scene.broker  # a field of the message's inner body
    assert MARKER.findall(scene.broker) == []


def test_no_marker_is_in_the_feed_or_an_index(scene: Scene) -> None:
    """Beside the result itself, the store holds no word of the file: neither feed, nor record, nor stored answer."""
    others = {key: text for key, text in scene.store.items() if not key.endswith(RESULT_KEYS)}
    assert {b"feed:default", b"jobs:expiry"} < set(others)
    assert {key: MARKER.findall(text) for key, text in others.items() if MARKER.search(text)} == {}


def test_no_marker_is_published(scene: Scene) -> None:
    """News of changes name jobs."""
    news = [command for command in scene.store_traffic if command.startswith("PUBLISH")]
    assert news != []
    assert MARKER.findall(str(news)) == []


def test_no_marker_is_in_a_problem_document(scene: Scene) -> None:
    """A file that breaks off in the middle of its header is refused or failed without being quoted."""
    assert "problem" in scene.problems
    assert MARKER.findall(scene.problems) == []


def test_no_stored_file_bears_the_senders_name(scene: Scene) -> None:
    """Bytes are named by their hash."""
    assert "uploads" in scene.stored_names
    assert MARKER.findall(scene.stored_names) == []
