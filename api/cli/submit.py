"""``submit``: send files and folders as one job."""

import argparse
import secrets
from collections.abc import Iterator
from pathlib import Path

import orjson

from api.cli.command import Command, CommandFailed, Exit, tell
from api.cli.following import exit_of, follow_to_end
from api.cli.job_text import describe_job
from api.cli.progress import Progress, size
from api.cli.server import Document, Server, add_server_options, address_of, connected
from api.cli.upload import Form, LocalFile, find_files


def describe_submit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, and folders with all that is below")
    parser.add_argument("--summarize", action="store_true", help="also word a summary for a non-technical reader")
    parser.add_argument(
        "--wait", action="store_true", help="follow the job to its end; the exit code tells how it went"
    )
    parser.add_argument("--json", action="store_true", help="write the job as JSON to standard output")
    parser.add_argument("--reference", metavar="TEXT", help="a name of your own to find the job by")
    parser.add_argument("--priority", choices=["urgent", "normal", "offpeak"], help="what goes first; default normal")
    parser.add_argument("--cancel-after", type=int, metavar="SECONDS", help="cancel the job if it is not done by then")
    parser.add_argument(
        "--idempotency-key",
        metavar="KEY",
        help="go on with a submission that did not end: the same files under the same key are one job",
    )
    add_server_options(parser)


def run_submit(arguments: argparse.Namespace) -> int:
    """Send the files; with ``--wait``, follow the job."""
    address = address_of(arguments)
    files = find_files(arguments.paths)
    key = arguments.idempotency_key or secrets.token_hex(16)
    progress = Progress()
    with connected(address, progress.note) as server:
        try:
            job = send(server, files, arguments, key, progress)
        except (CommandFailed, KeyboardInterrupt) as error:
            progress.clear()
            if not isinstance(error, CommandFailed) or error.code is Exit.UNREACHABLE:
                tell(f"to go on with this submission, repeat the command with --idempotency-key {key}")
            raise
        progress.note(f"job {job['id']}: {job['counts']['received']} files received")
        if arguments.wait:
            job = follow_to_end(server, job["id"], progress)
    if arguments.json:
        print(orjson.dumps(job).decode())
    else:
        print(describe_job(job) if arguments.wait else job["id"])
    return exit_of(job) if arguments.wait else Exit.OK


def send(
    server: Server, files: list[LocalFile], arguments: argparse.Namespace, key: str, progress: Progress
) -> Document:
    """Upload the files under an idempotency key, again from the beginning where the connection breaks."""
    meter = _Meter(files, progress)
    fields = {"client_reference": arguments.reference, "priority": arguments.priority}
    form = Form(
        files,
        {name: value for name, value in fields.items() if value},
        on_bytes=meter.count_bytes,
        on_file=meter.count_file,
    )
    headers = {**form.headers, "Idempotency-Key": key}
    if arguments.cancel_after is not None:
        headers["Cancel-After"] = str(arguments.cancel_after)

    kind = "summarize" if arguments.summarize else "analyze"
    response = server.ask("POST", f"/dicom/{kind}", headers=headers, body=lambda: meter.restarted(form))
    progress.clear()
    job: Document = response.json()
    return job


class _Meter:
    """Counts what was handed to the connection."""

    def __init__(self, files: list[LocalFile], progress: Progress) -> None:
        self._files = len(files)
        self._bytes = sum(file.bytes for file in files)
        self._progress = progress
        self._sent_files = self._sent_bytes = 0

    def restarted(self, form: Form) -> Iterator[bytes]:
        """Begin to count anew with a new try."""
        self._sent_files = self._sent_bytes = 0
        return form.stream()

    def count_bytes(self, count: int) -> None:
        self._sent_bytes += count
        self._show()

    def count_file(self) -> None:
        self._sent_files += 1
        self._show()

    def _show(self) -> None:
        is_sent = self._sent_files == self._files
        text = f"{self._sent_files}/{self._files} files, {size(self._sent_bytes)} of {size(self._bytes)} sent"
        share = self._sent_bytes / self._bytes if self._bytes else 1.0
        self._progress.show(f"{text}; storing" if is_sent else text, share, important=is_sent)


SUBMIT = Command(
    "submit",
    "send files and folders as one job",
    describe_submit,
    run_submit,
    examples=(
        "dicom-analysis submit series/ --wait",
        "dicom-analysis submit a.dcm b.dcm --summarize --wait --json > job.json",
        "dicom-analysis submit /archive/2024 --reference ris-42 --priority offpeak",
    ),
)
