"""The SDK makes one call, waits for nobody, and its errors become ours."""

import json
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

import pytest

from shared.llm.adapters.anthropic_client import (
    DEFAULT_RATE_WAIT,
    LONGEST_WAIT,
    OUTAGE_WAIT,
    SPEND_CAP_WAIT,
    AnthropicClient,
    build_anthropic_client,
)
from shared.llm.client import ModelUnavailable, ModelUnusable, Remaining, WaitReason
from shared.summaries.prompt import SCHEMA, SYSTEM, Prompt
from shared.summaries.verification import Rejection
from tests.shared.summaries.cases import FACTS
from tests.support.messages_server import MessagesServer, Reply, failure, message, rate_limited

PROMPT = Prompt(FACTS["gated_ct"])
KEY = "sk-test"


@pytest.fixture
def messages_server() -> Iterator[MessagesServer]:
    """A running server without a script."""
    with MessagesServer() as running:
        yield running


@pytest.fixture
def client(messages_server: MessagesServer) -> Iterator[AnthropicClient]:
    """A client of that server that gives up after half a second."""
    with closing(connect(messages_server.url)) as connected:
        yield connected


def connect(url: str, model: str = "claude-haiku-5-5") -> AnthropicClient:
    """Make a client that gives up after half a second."""
    return build_anthropic_client(KEY, model, base_url=url, answer_timeout=timedelta(seconds=0.5))


def test_exactly_the_prompt_is_sent(messages_server: MessagesServer, client: AnthropicClient) -> None:
    """What goes over the wire is our text, the facts and the schema of the answer."""
    client.send(Prompt(FACTS["gated_ct"], "draft", (Rejection("text.length", "1", 0),)))
    body = messages_server.received[0].body
    assert body["system"] == [{"type": "text", "text": SYSTEM}]
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][0]["content"] == PROMPT.messages[0].content
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}


def test_the_sdk_never_logs_a_prompt(messages_server: MessagesServer, caplog: pytest.LogCaptureFixture) -> None:
    """Even where the SDK was told to log everything, the question and its answer are not logged."""
    caplog.set_level(logging.DEBUG)
    for name in ("anthropic", "httpx2"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with closing(connect(messages_server.url)) as client:
        client.send(PROMPT)
    assert [record.name for record in caplog.records if record.name.startswith(("anthropic", "httpx2"))] == []


@pytest.mark.parametrize("reply", [Reply(body=message("Hi.")), failure(529, "overloaded_error"), Reply(hang_up=True)])
def test_a_wait_for_an_answer_has_an_end(messages_server: MessagesServer, reply: Reply) -> None:
    """Whatever becomes of a request, whoever let others work meanwhile works again, once."""
    told: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        told.append("waits")
        try:
            yield
        finally:
            told.append("goes on")

    messages_server.then(reply)
    client = build_anthropic_client(KEY, "m", base_url=messages_server.url, waiting=waiting)
    with closing(client), suppress(ModelUnavailable):
        client.send(PROMPT)
    assert told == ["waits", "goes on"]


def test_the_body_comes_back_as_bytes(messages_server: MessagesServer, client: AnthropicClient) -> None:
    """The answer is given unread, so that it can be stored first, with what is left of the limits."""
    headers = {"anthropic-ratelimit-requests-remaining": "7", "anthropic-ratelimit-input-tokens-remaining": "x"}
    messages_server.then(Reply(body=message("Hi."), headers=headers))
    answer = client.send(PROMPT)
    assert json.loads(answer.body) == message("Hi.")
    assert (answer.remaining, answer.request_id) == (Remaining(requests=7), "req_1")


@pytest.mark.parametrize(
    ("reply", "reason", "wait"),
    [
        (rate_limited("120"), WaitReason.RATE_LIMITED, timedelta(seconds=120)),
        (rate_limited("1e8"), WaitReason.RATE_LIMITED, LONGEST_WAIT),
        (rate_limited(), WaitReason.RATE_LIMITED, DEFAULT_RATE_WAIT),
        (rate_limited("soon"), WaitReason.RATE_LIMITED, DEFAULT_RATE_WAIT),
        (rate_limited("nan"), WaitReason.RATE_LIMITED, DEFAULT_RATE_WAIT),
        (rate_limited(error_code="enforced_spend_limit_reached"), WaitReason.SPEND_CAP, SPEND_CAP_WAIT),
        (failure(402, "billing_error"), WaitReason.SPEND_CAP, SPEND_CAP_WAIT),
        (
            failure(400, "invalid_request_error", "You have reached your specified API usage limits."),
            WaitReason.SPEND_CAP,
            SPEND_CAP_WAIT,
        ),
        (failure(529, "overloaded_error"), WaitReason.OVERLOADED, OUTAGE_WAIT),
        (failure(500), WaitReason.OUTAGE, OUTAGE_WAIT),
        (failure(504), WaitReason.OUTAGE, OUTAGE_WAIT),
        (Reply(hang_up=True), WaitReason.OUTAGE, OUTAGE_WAIT),
        (Reply(body=message("late"), delay_seconds=5), WaitReason.OUTAGE, OUTAGE_WAIT),
    ],
)
def test_what_passes_is_waited_for(
    messages_server: MessagesServer, client: AnthropicClient, reply: Reply, reason: WaitReason, wait: timedelta
) -> None:
    """Limits, overload, outages and spend caps tell how long to wait, after exactly one call."""
    messages_server.then(reply)
    with pytest.raises(ModelUnavailable) as caught:
        client.send(PROMPT)
    assert (caught.value.reason, caught.value.wait, len(messages_server.received)) == (reason, wait, 1)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "model.bad_key"),
        (403, "model.no_permission"),
        (404, "model.unknown"),
        (400, "model.bad_request"),
        (413, "model.bad_request"),
    ],
)
def test_what_does_not_pass_says_what_to_fix(
    messages_server: MessagesServer, client: AnthropicClient, status: int, code: str
) -> None:
    """A bad key, model or request is told as such, without the vendor's text."""
    messages_server.then(failure(status, text="secret words"))
    with pytest.raises(ModelUnusable) as caught:
        client.send(PROMPT)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_redirects_are_not_followed(messages_server: MessagesServer, client: AnthropicClient) -> None:
    """The question is sent to the configured address and to no other that it may point to."""
    messages_server.then(Reply(307, "", {"location": f"{messages_server.url}/elsewhere"}))
    with pytest.raises(ModelUnusable):
        client.send(PROMPT)
    assert [request.path for request in messages_server.received] == ["/v1/messages"]


def test_no_network_is_an_outage() -> None:
    """A port where nobody listens is an outage, found out within seconds."""
    with closing(connect("http://127.0.0.1:1")) as nobody, pytest.raises(ModelUnavailable) as caught:
        nobody.send(PROMPT)
    assert caught.value.reason is WaitReason.OUTAGE


def test_a_long_system_text_is_marked_for_caching(
    messages_server: MessagesServer, client: AnthropicClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the fixed text is long enough to be cached by the vendor, it is marked for it."""
    monkeypatch.setattr("shared.summaries.prompt.SYSTEM", "x" * 20_000)
    client.send(PROMPT)
    assert messages_server.received[0].body["system"][0]["cache_control"] == {"type": "ephemeral"}


def test_a_deprecated_model_is_called_all_the_same(messages_server: MessagesServer) -> None:
    """The SDK's warning about a model near its end does not stop a summary."""
    with closing(connect(messages_server.url, "claude-sonnet-4-5")) as client:
        assert client.send(PROMPT).request_id == "req_1"
