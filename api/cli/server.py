"""The service as the command line sees it: an address, a key, and answers that are documents or refusals.

An answer that means "not now" (429, 503, 507, a key that is still being received) is waited out, and so is a connection
that breaks; both only for as long as the person is willing to wait.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from msgspec import Struct

from api.cli.command import CommandFailed, Exit

URL_VARIABLE = "DICOM_ANALYSIS_URL"
KEY_VARIABLE = "DICOM_ANALYSIS_KEY"
DEFAULT_URL = "http://127.0.0.1:8000"

ANSWER_TIMEOUT = timedelta(seconds=120)
"""How long an answer may take; thousands of files are made durable before the answer to a submission."""

LONGEST_PAUSE = timedelta(seconds=60)
"""A longer ``Retry-After`` is cut to this: the next try tells again."""

FIRST_PAUSE = timedelta(seconds=0.5)
"""Pause after the first broken connection; doubled each time, with up to half as much again by chance."""

PATIENCE = timedelta(minutes=5)
"""How long "not now" and broken connections are waited out unless told otherwise."""

NOT_NOW = frozenset({429, 503, 507})
"""Statuses that ask to come back (RFC 9110 section 15.6.4, RFC 6585 section 4, RFC 4918 section 11.5)."""

IN_PROGRESS = "idempotency.in_progress"
"""The code of a 409 that means: the first request with this key has not ended yet."""

Document = dict[str, Any]  # Any: JSON as a client of the service reads it


class Address(Struct, frozen=True):
    """Where the service is, with which key, and how long to be patient with it."""

    url: str
    key: str | None = None
    patience: timedelta = PATIENCE


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """Describe how a command finds the service."""
    group = parser.add_argument_group("service")
    group.add_argument("--url", help=f"address of the service; default ${URL_VARIABLE}, else {DEFAULT_URL}")
    group.add_argument(
        "--key-file", type=Path, metavar="PATH", help=f"file that holds the API key; default ${KEY_VARIABLE}"
    )
    group.add_argument(
        "--patience",
        type=float,
        default=PATIENCE.total_seconds(),
        metavar="SECONDS",
        help="how long to wait out an absent or busy service (default %(default)g)",
    )


def address_of(arguments: argparse.Namespace) -> Address:
    """Read where the service is; raises CommandFailed where that is no address or the key's file cannot be read."""
    url = (arguments.url or os.environ.get(URL_VARIABLE) or DEFAULT_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CommandFailed(Exit.USAGE, "the service's address must begin with http:// or https:// and name a host")
    key = os.environ.get(KEY_VARIABLE) or None
    if arguments.key_file is not None:
        try:
            key = arguments.key_file.read_text().strip()
        except OSError as error:
            raise CommandFailed(Exit.USAGE, f"cannot read {arguments.key_file}: {error.strerror}") from None
    return Address(url, key, timedelta(seconds=max(0.0, arguments.patience)))


class Server:
    """A connection to the service."""

    def __init__(self, address: Address, client: httpx2.Client, say: Callable[[str], None]) -> None:
        self.address = address
        self.client = client
        self._say = say

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        body: Callable[[], Iterator[bytes]] | None = None,
    ) -> httpx2.Response:
        """Send a request until it is answered for good.

        Parameters
        ----------
        body
            Gives the content anew for each try.

        Raises
        ------
        CommandFailed
            REFUSED with the service's own words, UNREACHABLE once patience is over.
        """
        ends = time.monotonic() + self.address.patience.total_seconds()
        broken = 0
        while True:
            try:
                response = self.client.request(
                    method, path, headers=headers, params=parameters, content=body() if body else None
                )
            except httpx2.TransportError as error:
                broken += 1
                reason, pause = f"no connection ({type(error).__name__})", _backoff(broken)
            else:
                if response.is_success:
                    return response
                if not _means_later(response):
                    raise refusal(response)
                reason, pause = f"the service is busy ({_code(response)})", _asked_pause(response)
            if time.monotonic() + pause > ends:
                raise CommandFailed(Exit.UNREACHABLE, f"{reason}; gave up after {self.address.patience}")
            self._say(f"{reason}; trying again in {pause:.0f} s")
            time.sleep(pause)

    def read(self, path: str, **parameters: str) -> Document:
        """Give the JSON document at a path."""
        document: Document = self.ask("GET", path, parameters=parameters).json()
        return document


def _backoff(broken: int) -> float:
    pause = min(FIRST_PAUSE * (1 << min(broken - 1, 10)), LONGEST_PAUSE)
    return pause.total_seconds() * (1 + random.random() / 2)  # noqa: S311 - spreads retries, guards nothing


def _means_later(response: httpx2.Response) -> bool:
    return response.status_code in NOT_NOW or (response.status_code == 409 and _code(response) == IN_PROGRESS)


def _asked_pause(response: httpx2.Response) -> float:
    asked = response.headers.get("retry-after", "")
    seconds = float(asked) if asked.isdigit() else FIRST_PAUSE.total_seconds()
    return min(max(seconds, FIRST_PAUSE.total_seconds()), LONGEST_PAUSE.total_seconds())


def _problem(response: httpx2.Response) -> Document:
    try:
        document = response.json()
    except ValueError:  # not JSON, as the answer of a proxy in between
        return {}
    return document if isinstance(document, dict) else {}


def _code(response: httpx2.Response) -> str:
    return str(_problem(response).get("code", response.status_code))


def refusal(response: httpx2.Response) -> CommandFailed:
    """Make the failure of a request that the service answered with no."""
    problem = _problem(response)
    lines = [f"{problem.get('code', response.status_code)}: {problem.get('detail', 'the service gave no reason')}"]
    lines += [f"  {entry['field']}: {entry['detail']}" for entry in problem.get("errors", ())[:10]]
    return CommandFailed(Exit.REFUSED, "\n".join(lines))


@contextmanager
def connected(address: Address, say: Callable[[str], None]) -> Iterator[Server]:
    """Connect to the service while the block runs."""
    headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
    timeout = httpx2.Timeout(ANSWER_TIMEOUT.total_seconds(), connect=10)
    # A proxy of the environment is for the world outside, not for this machine.
    is_local = urlsplit(address.url).hostname in {"127.0.0.1", "localhost", "::1"}
    with httpx2.Client(base_url=address.url, headers=headers, timeout=timeout, trust_env=not is_local) as client:
        yield Server(address, client, say)
