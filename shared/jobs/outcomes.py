"""What a stage hands to the record: how a job's files ended, and results as compressed JSON.

Light enough for the api: knows no parser and no text. Shapes are the wire contract's.
"""

from collections.abc import Mapping, Sequence

import msgspec
import zstandard
from msgspec import Struct

from shared.dicom.findings import Finding

COMPRESSION_LEVEL = 3
"""zstd level: 9 KB of JSON become 1.7 KB in under 40 microseconds."""

MAX_RESULT_BYTES = 2 * 1024 * 1024 * 1024
"""A result that claims to be larger than this was not written by us."""


SKIPPED = frozenset({"dicom.media_directory", "archive.system_file"})
"""Codes of files that belong to the packing and not to what was packed: listed as skipped, counted nowhere."""


class FileOutcome(Struct, frozen=True, omit_defaults=True):
    """What became of one received file; a file without ``code`` has nothing to say.

    A member of an archive has ``crc32``, in hex and as the archive states it, instead of ``sha256``: it is read header
    first, and hashing it would mean to inflate all of it.
    """

    index: int
    bytes: int
    status: str
    sha256: str | None = None
    code: str | None = None
    detail: str | None = None
    crc32: str | None = None


class Counts(Struct, frozen=True):
    """How many files came in and what became of them; the last three add up to the first, skipped files are in none."""

    received: int
    accepted: int
    duplicate: int
    rejected: int


class Source(Struct, frozen=True, array_like=True):
    """The frame that a preview shows: upload, place in its archive, zero-based frame, and what it stands for.

    ``series_number`` counts the series of the result from zero, over all its studies and, in a comparison, both sides:
    the record holds no UID.
    ``phase_index`` is None for the series as a whole. Stored as a list without names, since a job may have many.
    """

    series_number: int
    phase_index: int | None
    upload_index: int
    member: tuple[int, ...]
    frame_index: int


_sources_decoder = msgspec.json.Decoder(tuple[Source, ...])


def read_sources(content: bytes | str) -> tuple[Source, ...]:
    """Read the sources of a job's previews from its record."""
    return _sources_decoder.decode(content)


class Outcome(Struct, frozen=True):
    """What ``assemble`` hands to the record: the result as JSON and everything the job says beside it."""

    result: bytes
    instances: bytes
    counts: Counts
    warnings: tuple[Finding, ...]
    files: tuple[FileOutcome, ...]
    previews: tuple[Source, ...] = ()


class Gathered(Struct, frozen=True):
    """What comes with the claim on an assembly: the chunks' parts and the uploads' lines, as the record holds them."""

    parts: Mapping[bytes, bytes]
    uploads: Sequence[bytes]


def compress(content: bytes) -> bytes:
    """Compress with zstd; the content size is part of the frame."""
    return zstandard.compress(content, COMPRESSION_LEVEL)


def decompress(content: bytes) -> bytes:
    """Undo ``compress``."""
    return zstandard.decompress(content, max_output_size=MAX_RESULT_BYTES)
