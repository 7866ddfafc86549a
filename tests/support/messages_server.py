"""A local HTTP server that speaks the Anthropic Messages API: scripted answers, faults, and limits of its own.

Without a script it answers with sentences that the given facts bear out. ``python -m tests.support.messages_server
PORT`` runs it for looking at the whole flow without a key.
"""

import json
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from msgspec import Struct

Json = dict[str, Any]  # Any: whatever JSON holds


class Reply(Struct, frozen=True):
    """One scripted reply; ``hang_up`` closes the connection without a word."""

    status: int = 200
    body: Json | str = ""
    headers: Mapping[str, str] = {}
    delay_seconds: float = 0.0
    hang_up: bool = False


class Received(Struct, frozen=True):
    """One request as it came in, with the time on this machine's steady clock."""

    path: str
    headers: dict[str, str]
    body: Json
    at: float
    admitted: bool
    tokens: int


def message(
    text: str, *, stop_reason: str = "end_turn", model: str = "claude-haiku-5-5", usage: Json | None = None
) -> Json:
    """Build the body of an answer."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage or {"input_tokens": 900, "output_tokens": 150},
    }


def summary_text(*sentences: tuple[str, list[str]]) -> str:
    """Build the JSON text of a summary."""
    return json.dumps({"sentences": [{"text": text, "facts": facts} for text, facts in sentences]})


def grounded_summary(facts: Mapping[str, str]) -> str:
    """Word a summary that the facts bear out, as an obedient model would."""
    kind, cited = facts.get("object") or facts.get("modality"), "object" if "object" in facts else "modality"
    first = (f"This upload holds a {kind}.", [cited]) if kind else ("The files could be read.", [])
    sentences = [first]
    if "cardiac.phase_label" in facts:
        label = facts["cardiac.phase_label"]
        sentences.append((f"The images show the heart in {label}.", ["cardiac.phase_label", "cardiac.gated"]))
    if "geometry.slice_thickness_mm" in facts:
        thickness = facts["geometry.slice_thickness_mm"]
        sentences.append((f"The slices are {thickness} thick.", ["geometry.slice_thickness_mm"]))
    if len(sentences) == 1:
        sentences.append(("Nothing is told here about what they mean.", []))
    return summary_text(*sentences)


def rate_limited(retry_after: str | None = None, *, error_code: str | None = None) -> Reply:
    """Build a 429, with or without ``retry-after``."""
    error: Json = {"type": "rate_limit_error", "message": "Limited."}
    if error_code is not None:
        error["details"] = {"error_code": error_code}
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Reply(429, {"type": "error", "error": error}, headers)


def failure(status: int, kind: str = "api_error", text: str = "Failed.") -> Reply:
    """Build an error of another status."""
    return Reply(status, {"type": "error", "error": {"type": kind, "message": text}})


class Bucket:
    """A token bucket per minute; starts full with ``burst`` of it."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self._rate = per_minute / 60
        self._capacity = self._level = max(per_minute * burst, 1)
        self._at = time.monotonic()

    def seconds_until(self, amount: float) -> float:
        """Refill, and tell how long until the amount is there; zero where it is."""
        now = time.monotonic()
        self._level = min(self._capacity, self._level + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (min(amount, self._capacity) - self._level) / self._rate)

    def take(self, amount: float) -> None:
        """Take the amount; more than there is leaves a debt."""
        self._level -= amount


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:  # Any: the library's signature
        """Say nothing of clients that were killed while they were served."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class MessagesServer:
    """The server; ``with MessagesServer() as server:`` runs it on a free port.

    Parameters
    ----------
    requests_per_minute
        Limit that the server enforces itself with a 429; None enforces nothing.
    seconds
        How long each unscripted answer takes.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        burst: float = 0.05,
        seconds: float = 0.0,
    ) -> None:
        self.received: list[Received] = []
        self.script: deque[Reply] = deque()
        self.seconds = seconds
        self.answer: Callable[[Mapping[str, str]], str] = grounded_summary
        self._lock = threading.Lock()
        self._buckets: tuple[Bucket | None, Bucket | None] = (None, None)
        self.limit(requests_per_minute, tokens_per_minute, burst=burst)
        self._http = _Http(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        """The address to use as ``ANTHROPIC_BASE_URL``."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def limit(
        self, requests_per_minute: float | None = None, tokens_per_minute: float | None = None, *, burst: float = 0.05
    ) -> None:
        """Enforce limits from now on; None enforces nothing."""
        self._buckets = (
            None if requests_per_minute is None else Bucket(requests_per_minute, burst),
            None if tokens_per_minute is None else Bucket(tokens_per_minute, burst),
        )

    @property
    def admitted(self) -> int:
        """Requests that were not refused by the server's own limit."""
        return sum(one.admitted for one in self.received)

    def then(self, *replies: Reply) -> "MessagesServer":
        """Add replies to the script; each is given once, in order, before unscripted answers."""
        self.script.extend(replies)
        return self

    def say(self, text: str, **stated: Any) -> "MessagesServer":  # Any: passed on to message
        """Add a well-formed answer with this text to the script."""
        return self.then(Reply(body=message(text, **stated)))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def serve(self) -> None:
        """Serve until interrupted."""
        self._http.serve_forever()

    def reply_to(self, path: str, headers: dict[str, str], body: Json) -> Reply:
        """Decide on a reply and remember the request."""
        with self._lock:
            tokens = len(json.dumps(body)) // 4
            wait = self._wait(tokens)
            self.received.append(Received(path, headers, body, time.monotonic(), admitted=wait == 0, tokens=tokens))
            if wait:
                return rate_limited(f"{wait:.3f}")
            if self.script:
                return self.script.popleft()
        text = self.answer(_facts(body))
        usage = {"input_tokens": tokens, "output_tokens": len(text) // 4}
        return Reply(body=message(text, model=str(body.get("model")), usage=usage), delay_seconds=self.seconds)

    def _wait(self, tokens: float) -> float:
        amounts = [(bucket, amount) for bucket, amount in zip(self._buckets, (1, tokens), strict=True) if bucket]
        wait = max((bucket.seconds_until(amount) for bucket, amount in amounts), default=0.0)
        if wait == 0:
            for bucket, amount in amounts:
                bucket.take(amount)
        return wait

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else a body waits 40 ms for the client to acknowledge its headers

            def do_POST(self) -> None:  # the name that the library looks for
                content = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = server.reply_to(self.path, headers, json.loads(content))
                server._stopping.wait(reply.delay_seconds)
                if reply.hang_up:
                    self.close_connection = True
                    return
                body = (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
                try:
                    self.send_response(reply.status)
                    for name, value in {
                        "content-type": "application/json",
                        "request-id": "req_1",
                        **reply.headers,
                    }.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    self.close_connection = True  # the client did not wait for a slow reply

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


def _facts(body: Json) -> dict[str, str]:
    first = body["messages"][0]["content"]
    text = first if isinstance(first, str) else "".join(block["text"] for block in first)
    found = re.search(r"\{.*\}", text, re.DOTALL)
    return dict(json.loads(found[0])) if found else {}


if __name__ == "__main__":
    MessagesServer(int(sys.argv[1]), seconds=1.0).serve()
