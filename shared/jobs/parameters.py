"""What a job was asked to do and with which bytes: fixed when it is accepted, never changed afterwards."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec import Struct

from shared.archives.directory import Member
from shared.jobs.job import JobKind, Priority

FILES_PER_CHUNK = 100
"""Files in one unit of extraction: measured to be the best trade of overhead and spread."""

BYTES_PER_CHUNK = 512 * 1024 * 1024
"""Stored bytes after which a chunk is closed early, so that one chunk never reads for minutes."""


SIDES = ("baseline", "followup")
"""The two sides of a comparison, as parts of a form and as keys of a result."""


class Upload(Struct, frozen=True, omit_defaults=True):
    """One received file: its place in the upload, what it weighs and where its bytes are stored.

    ``location`` is absent, and ``code`` and ``detail`` say why, where the file was refused at the door. ``side`` is
    that of a comparison, one of ``SIDES``.
    """

    index: int
    sha256: str
    bytes: int
    location: str | None = None
    content: str | None = None
    code: str | None = None
    detail: str | None = None
    side: str | None = None


class ArchiveSlice(Struct, frozen=True, array_like=True):
    """Some members of one stored archive: what a unit of extraction reads of it."""

    upload: Upload
    members: tuple[Member, ...]


class Idempotency(Struct, frozen=True):
    """A sender's promise that two requests are one: the key, who holds it now and what it stands for."""

    key: str
    reservation: str
    fingerprint: str
    retention: timedelta


class Callback(Struct, frozen=True):
    """Whom to tell about a job, of which events; ``target`` names what succeeds and fails together with it."""

    url: str
    events: tuple[str, ...]
    target: str


class JobParameters(Struct, frozen=True):
    """The options of a submission."""

    kind: JobKind
    tenant: str = "default"
    priority: Priority = Priority.NORMAL
    client_reference: str | None = None
    callback: Callback | None = None
    cancel_after: timedelta | None = None
    traceparent: str | None = None
    """The trace that the submission belongs to (W3C Trace Context), where traces are configured."""


class Retention(Struct, frozen=True):
    """How long things are kept after completion, and how long a job may live before it is given up."""

    job: timedelta
    uploads: timedelta
    lifetime: timedelta


def plan_chunks(uploads: Sequence[Upload]) -> tuple[tuple[int, int], ...]:
    """Cut the stored files into units of extraction; the unit that meets an archive lists it.

    Returns
    -------
    tuple of (first, last)
        Inclusive, ascending positions in ``uploads`` that together cover every stored file.
    """
    return tuple(_chunks(uploads))


def _chunks(uploads: Sequence[Upload]) -> Iterator[tuple[int, int]]:
    first = files = size = 0
    for place, upload in enumerate(uploads):
        if upload.location is None:
            continue
        if files and (files == FILES_PER_CHUNK or size + upload.bytes > BYTES_PER_CHUNK):
            yield first, place - 1
            first, files, size = place, 0, 0
        files, size = files + 1, size + upload.bytes
    if files:
        yield first, len(uploads) - 1


def plan_slices(archives: Sequence[ArchiveSlice]) -> tuple[tuple[ArchiveSlice, ...], ...]:
    """Cut the members of listed archives into units of extraction, by the same measure as stored files."""
    units: list[tuple[ArchiveSlice, ...]] = []
    unit: list[ArchiveSlice] = []
    files = size = 0
    for archive in archives:
        first = 0
        for place, member in enumerate(archive.members):
            if files and (files == FILES_PER_CHUNK or size + member.compressed > BYTES_PER_CHUNK):
                units.append((*unit, *_slice(archive, first, place)))
                unit, first, files, size = [], place, 0, 0
            files, size = files + 1, size + member.compressed
        unit += _slice(archive, first, len(archive.members))
    if files:
        units.append(tuple(unit))
    return tuple(units)


def _slice(archive: ArchiveSlice, first: int, end: int) -> tuple[ArchiveSlice, ...]:
    return (ArchiveSlice(archive.upload, archive.members[first:end]),) if end > first else ()
