"""``result``: read the result of a job in one of its formats."""

import argparse
import sys
from pathlib import Path

from api.cli.command import Command, CommandFailed, Exit
from api.cli.progress import Progress
from api.cli.server import add_server_options, address_of, connected

FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "fhir": "application/fhir+json",
    "dicom-json": "application/dicom+json",
}
"""Names of formats and the media type that is asked for."""


def describe_result(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="the job's id")
    parser.add_argument("--format", choices=list(FORMATS), default="json", help="default %(default)s")
    parser.add_argument("--instances", action="store_true", help="with the list of instances however long it is")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to a file; default standard output")
    add_server_options(parser)


def run_result(arguments: argparse.Namespace) -> int:
    """Write the result."""
    wanted = FORMATS[arguments.format]
    parameters = {"instances": "true"} if arguments.instances else {}
    with connected(address_of(arguments), Progress().note) as server:
        path = f"/jobs/{arguments.id}/result"
        response = server.ask("GET", path, headers={"Accept": wanted}, parameters=parameters)
    if response.headers.get("content-type", "").split(";")[0].strip() != wanted:
        raise CommandFailed(Exit.REFUSED, f"this service does not write {wanted}")
    if arguments.output is None:
        sys.stdout.buffer.write(response.content)
        sys.stdout.buffer.flush()
        return Exit.OK
    try:
        arguments.output.write_bytes(response.content)
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write {arguments.output}: {error.strerror}") from None
    return Exit.OK


RESULT = Command(
    "result",
    "read the result of a job",
    describe_result,
    run_result,
    examples=("dicom-analysis result ID | jq .metadata", "dicom-analysis result ID --format csv -o slices.csv"),
)
