"""What our figures are compared with, each started by hand: bare FastAPI, bare Celery, nginx and Orthanc."""

import getpass
import grp
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from msgspec import Struct

from api.cli.embedded_server import free_port
from benchmarks.bare_celery import publish, waiting
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

START_SECONDS = 30.0
ABSENT = "not installed here"
"""What a row says of a peer that this machine has not."""

NGINX = """
daemon off;
user {user} {group};
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_in_file_only on;
  client_body_temp_path {folder}/bodies;
  client_max_body_size 0;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_temp_path {folder}/proxy;
  keepalive_requests 1000000;
  upstream answer {{ server unix:{folder}/answer; keepalive 64; }}
  server {{ listen unix:{folder}/answer; return 202; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://answer;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
      proxy_pass_request_body off;
    }}
  }}
}}
"""
"""A body is written to a file before the request goes on, without it, to a server that answers 202."""


def await_port(port: int) -> None:
    """Wait until somebody listens."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


class Server(Struct, frozen=True):
    """A running server."""

    port: int
    process: psutil.Process


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a server while the block runs; what it says on its standard output is nobody's."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    try:
        await_port(port)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


@contextmanager
def bare_api(folder: Path | str) -> Iterator[Server]:
    """Serve benchmarks.bare_api."""
    port = free_port("127.0.0.1")
    with running([sys.executable, "-m", "benchmarks.bare_api", str(port), str(folder)], port) as server:
        yield server


@contextmanager
def nginx(folder: Path) -> Iterator[Server | None]:
    """Serve with nginx, which writes bodies to files below ``bodies``; None where it is absent."""
    program = _find("nginx")
    if program is None:
        yield None
        return
    port, place = free_port("127.0.0.1"), folder / "nginx.conf"
    group = grp.getgrgid(os.getgid()).gr_name
    place.write_text(NGINX.format(folder=folder, port=port, user=getpass.getuser(), group=group))
    with running([program, "-c", str(place), "-e", str(folder / "error.log")], port) as server:
        yield server


def _find(program: str) -> str | None:
    """Find a program, also where servers lie that are not on everybody's PATH."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def orthanc(folder: Path) -> Iterator[Server | None]:
    """Serve with Orthanc, which stores what is sent to ``/instances``; None where it is absent."""
    program = _find("Orthanc")
    if program is None:
        yield None
        return
    port, place = free_port("127.0.0.1"), folder / "orthanc.json"
    place.write_text(
        json.dumps(
            {
                "StorageDirectory": str(folder / "storage"),
                "IndexDirectory": str(folder / "index"),
                "HttpPort": port,
                "DicomServerEnabled": False,
                "AuthenticationEnabled": False,
                "OverwriteInstances": True,
                "KeepAlive": True,
                "Plugins": [],
            }
        )
    )
    with running([program, f"--logfile={folder / 'log'}", str(place)], port) as server:
        yield server


@contextmanager
def celery_worker(url: str) -> Iterator[None]:
    """Run a bare Celery worker with two processes, as the extract worker has."""
    arguments = ["-m", "celery", "--quiet", "-A", "benchmarks.bare_celery", "worker", "-P", "prefork", "-c", "2"]
    process = subprocess.Popen(
        [sys.executable, *arguments, "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"],
        env={**os.environ, "BARE_BROKER": url, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def bare_celery_rate(count: int) -> float:
    """Give how many tasks that do nothing bare Celery does in a second."""
    server = TestServer()
    try:
        publish(server.url, count)
        with celery_worker(server.url):
            await_until(lambda: waiting(server.url) < 0.95 * count, "tasks are being done")
            began, left = time.monotonic(), waiting(server.url)
            await_until(lambda: waiting(server.url) == 0, "all tasks are done")
            return left / (time.monotonic() - began)
    finally:
        server.close()
