"""A real S3 protocol server for tests, moto's, over HTTP on a port of its own; and a server that only fails."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpx2

from api.cli.embedded_server import free_port

BUCKET = "clinical"
START_SECONDS = 30


class ObjectServer:
    """One server whose objects live as long as its process."""

    def __init__(self) -> None:
        self.port = free_port("127.0.0.1")
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx2.Client(base_url=self.address, timeout=10, trust_env=False)

    def start(self) -> Self:
        """Start it with an empty bucket."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                self._client.put(f"/{BUCKET}").raise_for_status()
            except httpx2.TransportError:
                assert time.monotonic() < ends, "the object server did not start"
                time.sleep(0.05)
            else:
                return self

    def object_keys(self) -> list[str]:
        """Give the keys of all objects, as anybody sees them."""
        return [part.split("</Key>")[0] for part in self._client.get(f"/{BUCKET}").text.split("<Key>")[1:]]

    def unfinished_uploads(self) -> int:
        """Count the multipart uploads that were begun and neither completed nor aborted."""
        return self._client.get(f"/{BUCKET}", params={"uploads": ""}).text.count("<Upload>")

    def clear(self) -> None:
        """Forget every object and keep the bucket."""
        self._client.post("/moto-api/reset").raise_for_status()
        self._client.put(f"/{BUCKET}").raise_for_status()

    def kill(self) -> None:
        """End the server with kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End everything."""
        self.kill()
        self._client.close()


def environment(address: str) -> dict[str, str]:
    """Give the environment in which a process finds a server."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": address,
        "STORAGE_URL": f"s3://{BUCKET}/some/prefix",
    }


class _Failing(BaseHTTPRequestHandler):
    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike; http.server looks for do_GET, do_PUT and so on."""
        if name.startswith("do_"):
            return self._fail
        raise AttributeError(name)

    def _fail(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet."""


class FailingServer:
    """Answers every request with 500."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Failing)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
