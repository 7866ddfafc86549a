"""``extract``: read files here, without any service, by the very pipelines that its workers run.

The only module of this process that touches a parser, and only when the command runs: the api itself never loads one.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import BinaryIO

from api.cli.command import Command, CommandFailed, Exit, tell
from api.cli.upload import CHUNK_BYTES, LocalFile, find_files
from shared.dicom.content import identify_content
from shared.errors import DataError, TransientError
from shared.jobs.parameters import Upload

HEAD_BYTES = 132
"""Preamble and magic of PS3.10 section 7.1: what is needed to tell what a file is."""


def describe_extract(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, and folders with all that is below")
    parser.add_argument("--card", action="store_true", help="write the flat card alone")
    parser.add_argument(
        "--patient-identity",
        choices=["omit", "include"],
        default="omit",
        help="include: direct identifiers are part of the result (default %(default)s)",
    )


def run_extract(arguments: argparse.Namespace) -> int:
    """Write the result of these files as JSON; what cannot be read is named on standard error."""
    try:
        import msgspec  # noqa: PLC0415 - loaded with what needs it
        import orjson  # noqa: PLC0415

        from worker.pipelines.assemble import NoneReadable, assemble_result  # noqa: PLC0415 - see the module
        from worker.pipelines.extract import extract_chunk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CommandFailed(Exit.USAGE, f"{error.name} is not installed here; the api's image has no parser") from None

    files = find_files(arguments.paths)
    uploads = [_describe(index, file) for index, file in enumerate(files)]
    options = {
        "open_upload": _open,
        "include_identity": arguments.patient_identity == "include",
        "before_each": lambda: None,
    }
    try:
        # What archives hold is listed by the first pass and read by the second, as by a job's chunks.
        found = extract_chunk(uploads, **options)
        members = extract_chunk((), found.slices, **options)
        extracted = sorted((*found.files, *members.files), key=lambda file: (file.index, file.member))
        outcome = assemble_result(uploads, extracted)
    except TransientError as error:  # here it is the person's own disk that does not answer
        raise CommandFailed(Exit.USAGE, error.detail) from None
    except DataError as error:
        for refused in error.files if isinstance(error, NoneReadable) else ():
            tell(f"{files[extracted[refused.index].index].path}: {refused.code}")
        raise CommandFailed(Exit.FAILED, f"{error.code}: {error.detail}") from None
    for file in outcome.files:
        if file.code is not None:
            tell(f"{files[extracted[file.index].index].path}: {file.code}")
    result = orjson.loads(outcome.result)
    document = result["metadata"] if arguments.card else {**result, "warnings": msgspec.to_builtins(outcome.warnings)}
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return Exit.OK


def _describe(index: int, file: LocalFile) -> Upload:
    """Describe a file as the front door would, its kind told by its content."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as source:
            head = source.read(CHUNK_BYTES)
            digest.update(head)
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot read {file.path}: {error.strerror}") from None
    content = identify_content(head[:HEAD_BYTES])
    return Upload(index, digest.hexdigest(), file.bytes, location=str(file.path), content=content)


def _open(location: str) -> BinaryIO:
    return Path(location).open("rb")


EXTRACT = Command(
    "extract",
    "read files here, without a service, and write the result as JSON",
    describe_extract,
    run_extract,
    examples=(
        "dicom-analysis extract slice.dcm --card",
        "dicom-analysis extract series/ | jq .studies[0].series[0].cardiac",
    ),
)
