"""How results are kept: JSON, compressed; and what a stage hands to the next.

Shapes are the wire contract's: the bytes stored here are the bytes a client reads.
"""

import msgspec
import zstandard
from msgspec import Struct

from shared.dicom.findings import Finding
from shared.dicom.instance import InstanceFacts
from shared.dicom.study import Study
from shared.summaries.summary import SummaryDetail

COMPRESSION_LEVEL = 3
"""zstd level: 9 KB of JSON become 1.7 KB in under 40 microseconds."""

MAX_RESULT_BYTES = 2 * 1024 * 1024 * 1024
"""A result that claims to be larger than this was not written by us."""


class Result(Struct, frozen=True, omit_defaults=True):
    """The result of a job: the flat card, the typed tree and, where asked for, the summary."""

    metadata: dict[str, str | int]
    studies: tuple[Study, ...]
    summary: str | None = None
    summary_detail: SummaryDetail | None = None


class FileOutcome(Struct, frozen=True, omit_defaults=True):
    """What became of one received file; a file without ``code`` has nothing to say."""

    index: int
    sha256: str
    bytes: int
    status: str
    code: str | None = None
    detail: str | None = None


class ExtractedFile(Struct, frozen=True, omit_defaults=True):
    """One file of a chunk after parsing: its facts, or the reason why there are none."""

    index: int
    sha256: str
    bytes: int
    facts: InstanceFacts | None = None
    code: str | None = None
    detail: str | None = None


class Counts(Struct, frozen=True):
    """How many files came in and what became of them."""

    received: int
    accepted: int
    duplicate: int
    rejected: int


class Outcome(Struct, frozen=True):
    """What ``assemble`` hands to the record: the result as JSON and everything the job says beside it."""

    result: bytes
    instances: bytes
    counts: Counts
    warnings: tuple[Finding, ...]
    files: tuple[FileOutcome, ...]


_encoder = msgspec.json.Encoder()
_chunk_decoder = msgspec.json.Decoder(tuple[ExtractedFile, ...])


def compress(content: bytes) -> bytes:
    """Compress with zstd; the content size is part of the frame."""
    return zstandard.compress(content, COMPRESSION_LEVEL)


def decompress(content: bytes) -> bytes:
    """Undo ``compress``."""
    return zstandard.decompress(content, max_output_size=MAX_RESULT_BYTES)


def encode_chunk(files: tuple[ExtractedFile, ...]) -> bytes:
    """Pack the outcome of one chunk."""
    return compress(_encoder.encode(files))


def decode_chunk(content: bytes) -> tuple[ExtractedFile, ...]:
    """Unpack the outcome of one chunk."""
    return _chunk_decoder.decode(decompress(content))
