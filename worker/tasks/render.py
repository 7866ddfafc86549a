"""Renditions: pictures and headers of stored files, made when somebody asks for them."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from celery import shared_task

from shared.errors import DataError, TransientError
from shared.jobs.outcomes import Source
from shared.jobs.renditions import RENDER, Rendition, RenditionClaim
from shared.observability import get_logger
from worker.context import WorkerContext, current_context
from worker.file_limits import limit_archives, limit_files
from worker.pipelines.headers import write_headers

SECONDS = 40.0
"""Longest time of one preview, start of its process included; shorter than the lease."""

PER_HINT = 16
"""Renditions that one wake-up may serve."""

MAX_PICTURE_BYTES = 16 * 1024 * 1024
"""A preview is at most 1024 pixels wide and high; more bytes come from no renderer of ours."""

COPIED_AT_ONCE = 1024 * 1024
"""Bytes of an object that are in memory while it is copied."""

PNG, DICOM_JSON = "image/png", "application/dicom+json"

HEADERS = "dicom-json"
"""Name of the rendition of all headers; with ``-identified`` behind it, of those with identity."""

_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
"""What the renderer is told of this process's environment: no setting and no secret."""


class NoRoom(Exception):
    """The temporary folder cannot take a copy of the file."""


def make_rendition(claim: RenditionClaim, context: WorkerContext) -> bool:
    """Make what a claim asks for; False where its files are gone or nobody may have it any more."""
    try:
        made = _make_headers(claim, context) if claim.name.startswith(HEADERS) else _make_preview(claim, context)
    except DataError:  # the bytes were erased meanwhile
        return False
    if made is None:
        return False
    if context.renditions.record(claim, made):
        return True
    context.storage.erase([made.location])
    return False


def _make_preview(claim: RenditionClaim, context: WorkerContext) -> Rendition | None:
    source = find_source(claim)
    if source is None:
        return None
    for upload in context.renditions.read_uploads(claim, source.upload_index):
        if upload.location is not None:
            with context.storage.open(upload.location) as stored:
                picture, code = render(stored, upload.bytes, source)
            incoming = context.storage.receive()
            incoming.write(picture)
            return Rendition(incoming.keep().location, PNG, code)
    return None


def _make_headers(claim: RenditionClaim, context: WorkerContext) -> Rendition | None:
    settings = context.settings
    uploads = [upload for upload in context.renditions.read_uploads(claim) if upload.location is not None]
    if not uploads:
        return None
    incoming = context.storage.receive()
    try:
        write_headers(
            uploads,
            incoming.write,
            open_upload=context.storage.open,
            include_identity=claim.name.endswith("-identified") and settings.includes_identity,
            limits=limit_files(settings),
            archive_limits=limit_archives(settings),
        )
    except BaseException:  # half an array is of no use to anybody; the exception itself goes on
        incoming.discard()
        raise
    return Rendition(incoming.keep().location, DICOM_JSON)


def find_source(claim: RenditionClaim) -> Source | None:
    """Find the frame that a name such as ``preview-3`` stands for."""
    kind, _, number = claim.name.partition("-")
    if kind != "preview" or not number.isdecimal() or int(number) >= len(claim.sources):
        return None
    return claim.sources[int(number)]


def render(stored: BinaryIO, length: int, source: Source) -> tuple[bytes, str | None]:
    """Render in a process of its own; gives the picture, and why it is a placeholder where it is one."""
    arguments = [str(length), str(source.frame_index), *(str(number) for number in source.member)]
    try:
        with as_file(stored) as file:
            ended = _run(arguments, file)
    except (subprocess.TimeoutExpired, NoRoom):
        return _run(["placeholder", "preview.too_costly"], None).stdout, "preview.too_costly"
    if ended.returncode == 0 and len(ended.stdout) <= MAX_PICTURE_BYTES:
        return ended.stdout, None
    said = ended.stderr.decode("ascii", "replace")
    code = said if said.startswith("preview.") and len(said) < 40 else "preview.undecodable"
    return _run(["placeholder", code], None).stdout, code


@contextmanager
def as_file(stored: BinaryIO) -> Iterator[BinaryIO]:
    """Give stored bytes as a file of this machine, which another process can be given: an object is copied to one."""
    try:
        stored.fileno()
    except io.UnsupportedOperation:
        with tempfile.TemporaryFile() as copy:
            try:
                shutil.copyfileobj(stored, copy, COPIED_AT_ONCE)
                copy.seek(0)
            except OSError as error:
                raise NoRoom from error
            yield copy
    else:
        yield stored


def _run(arguments: list[str], stored: BinaryIO | None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own module with numbers
        [sys.executable, "-m", "worker.render", *arguments],
        stdin=subprocess.DEVNULL if stored is None else stored,
        capture_output=True,
        timeout=SECONDS,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        check=False,
    )


@shared_task(name=RENDER)  # type: ignore[untyped-decorator]  # Celery ships no types
def render_wanted() -> None:
    """Serve a wake-up for renditions."""
    context = current_context()
    for _ in range(PER_HINT):
        try:
            claim = context.renditions.take()
            if claim is None:
                return
            is_made = make_rendition(claim, context)
        except TransientError as error:  # the lease runs out, and another worker tries
            get_logger().warning("rendition not possible", code=error.code)
            return
        get_logger().info("rendition served", job=claim.job_id, name=claim.name, made=is_made)
