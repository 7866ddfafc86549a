"""``ModelClient`` on the Anthropic SDK 2.12: one call, no hidden retries, errors as ours.

The SDK would sleep for as long as ``retry-after`` says and loses the usage of answers it cannot parse, so its retries
are off and the raw response is taken. It is imported nowhere else.
"""

import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import timedelta
from functools import partial
from typing import cast

import anthropic
import httpx2
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from shared.llm.client import ModelUnavailable, ModelUnusable, RawAnswer, Remaining, WaitReason
from shared.llm.request import request_body
from shared.summaries.prompt import Prompt

VENDOR_URL = "https://api.anthropic.com"
"""Where requests go unless another address is configured."""

CONNECT_TIMEOUT = timedelta(seconds=5)
"""A machine without network should know soon."""

ANSWER_TIMEOUT = timedelta(seconds=60)
"""A summary takes a few seconds; a minute without a byte is an outage."""

DEFAULT_RATE_WAIT = timedelta(seconds=30)
"""How long to wait after a 429 that does not say."""

LONGEST_WAIT = timedelta(hours=1)
"""No header makes us wait longer; then we ask again."""

OUTAGE_WAIT = timedelta(seconds=5)
"""How long to wait after one failure of the service; the shared breaker makes it more."""

SPEND_CAP_WAIT = timedelta(minutes=30)
"""How long to wait where the account's own spending limit is reached; somebody has to act on it."""

Waiting = Callable[[], AbstractContextManager[None]]
"""What is entered while time passes."""

Hooks = Mapping[str, list[Callable[..., None]]]
"""What the HTTP client calls with a request before it is sent, and with a response whose head has come."""

_SPEND_CAP_CODE = "enforced_spend_limit_reached"
_OWN_SPEND_CAP_TEXT = "specified api usage limits"

_UNUSABLE = {401: "model.bad_key", 403: "model.no_permission", 404: "model.unknown"}


class _Line(threading.local):
    """A thread's own client, and its wait for the head of an answer; what the SDK does before and after is work.

    A client for all threads would look through the connections of all of them, twice for each request.
    """

    def __init__(self, connect: Callable[[Hooks], anthropic.Anthropic], waiting: Waiting) -> None:
        self._waiting = waiting
        self._waits = ExitStack()
        self.client = connect({"request": [self._begin_wait], "response": [self.end_wait]})

    def _begin_wait(self, _: httpx2.Request) -> None:
        self._waits.enter_context(self._waiting())

    def end_wait(self, _: httpx2.Response | None = None) -> None:
        """Go on working, where that is not done yet."""
        self._waits.close()


class AnthropicClient:
    """Asks one of Anthropic's models."""

    def __init__(self, connect: Callable[[Hooks], anthropic.Anthropic], model: str, waiting: Waiting) -> None:
        self._clients: list[anthropic.Anthropic] = []
        self._line = _Line(partial(self._remember, connect), waiting)
        self._model = model

    def _remember(self, connect: Callable[[Hooks], anthropic.Anthropic], hooks: Hooks) -> anthropic.Anthropic:
        client = connect(hooks)
        self._clients.append(client)
        return client

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model

    def send(self, prompt: Prompt) -> RawAnswer:
        """Ask once; see the port for what is raised."""
        try:
            response = self._line.client.messages.with_raw_response.create(**_parameters(prompt, self._model))
        except anthropic.APIStatusError as error:
            raise _our_error(error) from error
        except anthropic.APIConnectionError as error:  # timeouts included
            raise ModelUnavailable(WaitReason.OUTAGE, OUTAGE_WAIT) from error
        finally:
            self._line.end_wait()
        headers = response.headers
        return RawAnswer(response.http_response.content, _remaining(headers), headers.get("request-id"))

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            client.close()


def build_anthropic_client(
    api_key: str,
    model: str,
    *,
    base_url: str | None = None,
    answer_timeout: timedelta = ANSWER_TIMEOUT,
    waiting: Waiting = nullcontext,
) -> AnthropicClient:
    """Make the client; connects at first use.

    Parameters
    ----------
    base_url
        None is the vendor's own address.
    waiting
        Entered by each thread while it waits for the head of an answer, so that others can work meanwhile.
    """
    for name in ("anthropic", "httpx2"):  # ANTHROPIC_LOG=debug would have the SDK log prompts and answers
        logging.getLogger(name).setLevel(logging.WARNING)
    # The SDK warns of models near their end of life. Set once: filters are not for threads to change and restore.
    warnings.filterwarnings("ignore", "The model .* is deprecated", DeprecationWarning)
    timeout = httpx2.Timeout(answer_timeout.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds())
    certificates = httpx2.create_ssl_context()  # takes 20 ms and a megabyte to make

    def connect(hooks: Hooks) -> anthropic.Anthropic:
        return anthropic.Anthropic(
            api_key=api_key,
            base_url=base_url or VENDOR_URL,  # else the SDK would look for one in the environment
            timeout=timeout,
            max_retries=0,
            open_telemetry=False,  # its spans can carry prompts
            http_client=anthropic.DefaultHttpxClient(
                follow_redirects=False, timeout=timeout, verify=certificates, event_hooks=hooks
            ),
        )

    return AnthropicClient(connect, model, waiting)


def _parameters(prompt: Prompt, model: str) -> MessageCreateParamsNonStreaming:
    # The SDK's types are dictionaries of this very shape; the test compares what arrives with what was built.
    return cast("MessageCreateParamsNonStreaming", request_body(prompt, model))


def _our_error(error: anthropic.APIStatusError) -> ModelUnavailable | ModelUnusable:
    """Map a status to ours; the vendor's text is read for one known phrase and never passed on."""
    status = error.status_code
    said = (error.api_message or "").lower()
    if error.error_code == _SPEND_CAP_CODE or status == 402 or _OWN_SPEND_CAP_TEXT in said:
        return ModelUnavailable(WaitReason.SPEND_CAP, SPEND_CAP_WAIT)
    if status == 429:
        return ModelUnavailable(WaitReason.RATE_LIMITED, _wait(error.response.headers, DEFAULT_RATE_WAIT))
    if status == 529:
        return ModelUnavailable(WaitReason.OVERLOADED, _wait(error.response.headers, OUTAGE_WAIT))
    if status >= 500 or status == 408:
        return ModelUnavailable(WaitReason.OUTAGE, _wait(error.response.headers, OUTAGE_WAIT))
    return ModelUnusable(_UNUSABLE.get(status, "model.bad_request"), error.request_id)


def _wait(headers: Mapping[str, str], default: timedelta) -> timedelta:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return default
    return min(timedelta(seconds=seconds), LONGEST_WAIT) if 0 <= seconds < 1e9 else default


def _remaining(headers: Mapping[str, str]) -> Remaining:
    names = ("requests", "input-tokens", "output-tokens")
    counts = [headers.get(f"anthropic-ratelimit-{name}-remaining", "") for name in names]
    requests, taken, given = (int(count) if count.isdecimal() else None for count in counts)
    return Remaining(requests, taken, given)
