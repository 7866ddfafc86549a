"""``jobs``, ``show`` and ``watch``: look at jobs."""

import argparse
from collections.abc import Iterator

import orjson

from api.cli.command import Command, Exit
from api.cli.following import describe_stages, exit_of, follow, follow_to_end
from api.cli.job_text import describe_job, list_line
from api.cli.progress import Progress
from api.cli.server import Document, Server, add_server_options, address_of, connected

PAGE = 100
"""Jobs asked for at once."""


def describe_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", choices=["queued", "running", "succeeded", "failed", "canceled"])
    parser.add_argument("--kind", choices=["analyze", "summarize"])
    parser.add_argument("--reference", metavar="TEXT", help="only jobs that were given this name")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="most jobs to list (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="write one JSON document a line")
    add_server_options(parser)


def run_jobs(arguments: argparse.Namespace) -> int:
    """List jobs, newest first."""
    filters = {"status": arguments.status, "kind": arguments.kind, "client_reference": arguments.reference}
    asked = {name: value for name, value in filters.items() if value}
    progress = Progress()
    with connected(address_of(arguments), progress.note) as server:
        for job in _pages(server, asked, arguments.limit):
            print(orjson.dumps(job).decode() if arguments.json else list_line(job))
    return Exit.OK


def _pages(server: Server, asked: dict[str, str], limit: int) -> Iterator[Document]:
    cursor: dict[str, str] = {}
    while limit > 0:
        page = server.read("/jobs", **asked, **cursor, limit=str(min(limit, PAGE)))
        yield from page["jobs"]
        limit -= len(page["jobs"])
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def describe_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="the job's id")
    parser.add_argument("--wait", action="store_true", help="wait until it is done; the exit code tells how it went")
    parser.add_argument("--json", action="store_true", help="write the job as JSON to standard output")
    add_server_options(parser)


def run_show(arguments: argparse.Namespace) -> int:
    """Show a job and its result."""
    progress = Progress()
    with connected(address_of(arguments), progress.note) as server:
        job = server.read(f"/jobs/{arguments.id}")
        if arguments.wait and not job["done"]:
            job = follow_to_end(server, arguments.id, progress)
    print(orjson.dumps(job).decode() if arguments.json else describe_job(job))
    return exit_of(job) if arguments.wait else Exit.OK


def describe_watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="the job's id")
    parser.add_argument("--json", action="store_true", help="write each change as a line of JSON")
    add_server_options(parser)


def run_watch(arguments: argparse.Namespace) -> int:
    """Print a job's changes as they happen."""
    code = Exit.OK
    with connected(address_of(arguments), Progress().note) as server:
        for job in follow(server, arguments.id):
            print(orjson.dumps(job).decode() if arguments.json else describe_stages(job), flush=True)
            code = exit_of(job)
    return code


JOBS = Command(
    "jobs",
    "list jobs, newest first",
    describe_jobs,
    run_jobs,
    examples=("dicom-analysis jobs --status failed", "dicom-analysis jobs --reference ris-42 --json"),
)
SHOW = Command(
    "show", "show a job and its result", describe_show, run_show, examples=("dicom-analysis show ID --wait",)
)
WATCH = Command(
    "watch",
    "follow a job's changes until it is done",
    describe_watch,
    run_watch,
    examples=("dicom-analysis watch ID", "dicom-analysis watch ID --json"),
)
