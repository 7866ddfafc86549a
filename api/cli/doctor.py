"""``doctor``: find out what keeps jobs from being accepted and finished, here and at the service's address."""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx2
from msgspec import Struct

from api.cli.command import Command, CommandFailed, Exit, read_settings
from api.cli.server import Address, add_server_options, address_of, connected
from shared.errors import ServiceError
from shared.settings import Settings

MOST_SKEW = timedelta(seconds=5)
"""Clocks further apart make times in answers and logs misleading; leases use the store's clock alone."""


class Check(Struct, frozen=True):
    """One thing looked at: whether it is as it should be, and what was found."""

    name: str
    is_fine: bool
    found: str


def describe_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", choices=["local", "remote"], help="check this machine's settings, or the service's address, alone"
    )
    add_server_options(parser)


def run_doctor(arguments: argparse.Namespace) -> int:
    """Check everything and say what to do; FAILED where anything is wrong."""
    is_fine = True
    for check in _checks(arguments):
        print(f"{'ok  ' if check.is_fine else 'FAIL'}  {check.name:14} {check.found}", flush=True)
        is_fine = is_fine and check.is_fine
    return Exit.OK if is_fine else Exit.FAILED


def _checks(arguments: argparse.Namespace) -> Iterator[Check]:
    if arguments.only != "remote":
        try:
            settings = read_settings()
        except CommandFailed as error:
            yield Check("settings", is_fine=False, found=str(error))
        else:
            yield Check("settings", is_fine=True, found="readable")
            yield from check_machine(settings)
    if arguments.only != "local":
        yield from check_service(address_of(arguments))


def check_machine(settings: Settings) -> Iterator[Check]:
    """Check what the settings of this machine name."""
    # The composition root loads the whole api: only who looks at this machine waits for that.
    from api.dependencies import describe_store, store_clock, verify_storage  # noqa: PLC0415

    if settings.redis_url is None:
        yield Check("job store", is_fine=True, found="REDIS_URL is not set: `make run` starts an embedded server")
    else:
        yield _attempt("job store", lambda: describe_store(settings))
        yield _attempt("store's clock", lambda: _describe_skew(store_clock(settings)))
    yield _attempt("storage", lambda: verify_storage(settings), "bytes can be stored")
    yield Check("model", is_fine=True, found=_describe_model(settings))


def _attempt(name: str, look: Callable[[], str | None], fine: str = "") -> Check:
    try:
        return Check(name, is_fine=True, found=look() or fine)
    except ServiceError as error:
        return Check(name, is_fine=False, found=error.detail)
    except ValueError:
        return Check(name, is_fine=False, found="its address in the settings is not one that is understood")


def _describe_skew(at: float) -> str:
    skew = timedelta(seconds=round(at - time.time(), 1))
    if abs(skew) > MOST_SKEW:
        raise ServiceError("clock.skewed", f"{_seconds(skew)} from this machine's; let both follow a time server")
    return f"{_seconds(skew)} from this machine's"


def _seconds(duration: timedelta) -> str:
    return f"{duration.total_seconds():+.1f} s"


def _describe_model(settings: Settings) -> str:
    if settings.model_egress == "off":
        return "MODEL_EGRESS is off: summaries are template text, nothing leaves this installation"
    if settings.anthropic_api_key is None:
        return "ANTHROPIC_API_KEY is not set: summaries are template text"
    return f"{settings.anthropic_model}, at most {settings.model_budget_usd_per_day:g} US dollars a day"


def check_service(address: Address) -> Iterator[Check]:
    """Check the service at an address, in the order in which one thing needs the other."""
    patient = Address(address.url, address.key, timedelta(0))
    with connected(patient, lambda _: None) as server:
        try:
            response = server.client.get("/health/ready")
            checks = response.json()["checks"]
        except httpx2.TransportError as error:
            found = f"no connection ({type(error).__name__}); is the service running, and is --url its address?"
            yield Check("service", is_fine=False, found=found)
            return
        except (ValueError, KeyError, TypeError):
            yield Check("service", is_fine=False, found="what answers there is not this service; check --url")
            return
        yield Check("service", is_fine=True, found="answers")
        for name, found in checks.items():
            yield Check(f"its {name}", is_fine=found == "ok", found=found)
        yield _check_clock(response)
        try:
            server.read("/jobs", limit="1")
        except CommandFailed as error:
            yield Check("API key", is_fine=False, found=str(error))
        else:
            yield Check("API key", is_fine=True, found="accepted" if address.key else "none sent, none asked for")


def _check_clock(response: httpx2.Response) -> Check:
    try:
        at = parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except ValueError:
        return Check("its clock", is_fine=True, found="not told")
    return _attempt("its clock", lambda: _describe_skew(at))


DOCTOR = Command(
    "doctor",
    "check settings, job store, storage, workers, clocks, key and model",
    describe_doctor,
    run_doctor,
    examples=("dicom-analysis doctor", "dicom-analysis doctor --only remote --url https://dicom.example.org"),
)
