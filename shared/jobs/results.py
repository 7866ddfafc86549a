"""The result of a job and the facts that chunks pass on to its assembly, as JSON.

Shapes are the wire contract's: the bytes stored here are the bytes a client reads.
"""

import msgspec
from msgspec import Struct

from shared.dicom.comparison import Comparison
from shared.dicom.instance import InstanceFacts
from shared.dicom.study import Study
from shared.jobs.outcomes import compress, decompress
from shared.summaries.summary import SummaryDetail


class Result(Struct, frozen=True, omit_defaults=True):
    """The result of a job: the flat card, the typed tree and, where asked for, the summary."""

    metadata: dict[str, str | int]
    studies: tuple[Study, ...]
    summary: str | None = None
    summary_detail: SummaryDetail | None = None


class ComparedSide(Struct, frozen=True, omit_defaults=True):
    """One side of a comparison: its flat card and its typed tree."""

    metadata: dict[str, str | int]
    studies: tuple[Study, ...]


class ComparedResult(Struct, frozen=True, omit_defaults=True):
    """The result of a comparison: both sides, what differs between them and the summary of that."""

    baseline: ComparedSide
    followup: ComparedSide
    comparison: Comparison
    summary: str | None = None
    summary_detail: SummaryDetail | None = None


class ExtractedFile(Struct, frozen=True, omit_defaults=True):
    """One file of a chunk after parsing: its facts, or the reason why there are none.

    ``index`` is the place of the upload; ``member`` goes on from there, with the number in the archive and, in an
    archive inside it, the number there. ``start`` is a hash of a member's first bytes, as its whole is not hashed.
    """

    index: int
    sha256: str | None
    bytes: int
    facts: InstanceFacts | None = None
    code: str | None = None
    detail: str | None = None
    member: tuple[int, ...] = ()
    crc32: str | None = None
    start: str | None = None


_encoder = msgspec.json.Encoder()
_chunk_decoder = msgspec.json.Decoder(tuple[ExtractedFile, ...])


def encode_chunk(files: tuple[ExtractedFile, ...]) -> bytes:
    """Pack the outcome of one chunk."""
    return compress(_encoder.encode(files))


def decode_chunk(content: bytes) -> tuple[ExtractedFile, ...]:
    """Unpack the outcome of one chunk."""
    return _chunk_decoder.decode(decompress(content))
