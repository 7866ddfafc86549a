"""One member of an archive as seekable bytes, inflated no further than it is read.

A header costs the first 32 KB. Whoever seeks back gets there from the nearest checkpoint, so that even an archive
inside an archive is read in place: nothing is written, and memory does not grow with the member.
"""

import io
import struct
import zlib
from bisect import bisect_right
from typing import BinaryIO

from shared.archives.directory import LOCAL_HEADER_BYTES, Member
from shared.archives.limits import MAX_READ_BYTES
from shared.archives.refusals import refuse

HEAD_BYTES = 32 * 1024
"""Bytes inflated first: enough for nearly every header, measured at a fifth of the cost of unpacking."""

CHECKPOINT_BYTES = 4 * 1024**2
"""Inflated bytes between two checkpoints of about 40 KB each."""

RECENT_BYTES = 1024**2
"""Inflated bytes at least that are kept, so that going back a little, as parsers do, costs nothing."""

_INPUT_BYTES = 16 * 1024
_STEP_BYTES = 256 * 1024


class Allowance:
    """Inflated bytes that may still be made; shared by all members of an archive."""

    def __init__(self, count: int) -> None:
        self._left = count

    def spend(self, count: int) -> None:
        """Count bytes; raises DataError ``archive.member_expands_too_far`` where none are left."""
        self._left -= count
        if self._left < 0:
            raise refuse("archive.member_expands_too_far")


class _Reader(io.RawIOBase):
    """What stored and deflated members share: the position, and the checksum over what is read in one go."""

    name = ""  # parsers ask a buffered reader for the name of its file; a member has none that anybody may know

    def __init__(self, source: BinaryIO, member: Member, data_at: int) -> None:
        super().__init__()
        self._source = source
        self._member = member
        self._data_at = data_at
        self._position = 0
        self._checked = self._crc = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._member.bytes}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def _read_source(self, at: int, count: int) -> bytes:
        self._source.seek(self._data_at + at)
        return self._source.read(count)

    def _check(self, at: int, content: bytes) -> None:
        """Go on with the checksum where these bytes follow on what it covers; refuse where it is wrong at the end."""
        if at <= self._checked < at + len(content):
            self._crc = zlib.crc32(content[self._checked - at :], self._crc)
            self._checked = at + len(content)
            if self._checked == self._member.bytes and self._crc != self._member.crc32:
                raise refuse("archive.member_damaged")


class _StoredReader(_Reader):
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower: io passes a memoryview
        count = max(0, min(len(buffer), self._member.bytes - self._position))
        content = self._read_source(self._position, count)
        if len(content) < count:
            raise refuse("archive.member_damaged")
        self._check(self._position, content)
        buffer[:count] = content
        self._position += count
        return count


class _DeflatedReader(_Reader):
    def __init__(self, source: BinaryIO, member: Member, data_at: int, allowances: tuple[Allowance, ...]) -> None:
        super().__init__(source, member, data_at)
        self._allowances = allowances
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._consumed = self._inflated = 0
        self._recent = bytearray()
        self._checkpoints = [(0, 0, self._inflater.copy())]

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower: io passes a memoryview
        if self._position >= self._member.bytes or not buffer:
            return 0
        content = self._recall(len(buffer))
        if not content:
            self._approach()
            content = self._inflate(min(len(buffer), _STEP_BYTES))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _recall(self, most: int) -> bytes:
        """Give what was inflated a moment ago, nothing where the position is not among it."""
        begins = self._inflated - len(self._recent)
        if not begins <= self._position < self._inflated:
            return b""
        at = self._position - begins
        return bytes(self._recent[at : at + most])

    def _approach(self) -> None:
        """Bring the inflater to the position: on from where it is, or from the last checkpoint before."""
        if self._inflated == self._position:
            return
        before = bisect_right(self._checkpoints, self._position, key=lambda one: one[0])
        inflated, consumed, inflater = self._checkpoints[before - 1]
        if not inflated <= self._inflated <= self._position:
            self._inflated, self._consumed, self._inflater = inflated, consumed, inflater.copy()
            self._recent.clear()
        while self._inflated < self._position:
            self._inflate(min(_STEP_BYTES, self._position - self._inflated))

    def _inflate(self, most: int) -> bytes:
        """Give at least one further byte; whatever does not agree with the directory is refused."""
        content = b""
        while not content:
            pending = self._inflater.unconsumed_tail or self._next_input()
            try:
                content = self._inflater.decompress(pending, most)
            except zlib.error as error:
                raise refuse("archive.member_damaged") from error
            if not content and (self._inflater.eof or not pending):
                raise refuse("archive.member_damaged")  # shorter than claimed
        for allowance in self._allowances:
            allowance.spend(len(content))
        at, self._inflated = self._inflated, self._inflated + len(content)
        if self._inflated > self._member.bytes:
            raise refuse("archive.member_damaged")  # longer than claimed
        self._check(at, content)
        self._recent += content
        if len(self._recent) > 2 * RECENT_BYTES:
            del self._recent[:-RECENT_BYTES]
        if self._inflated >= self._checkpoints[-1][0] + CHECKPOINT_BYTES:
            self._checkpoints.append((self._inflated, self._consumed, self._inflater.copy()))
        return content

    def _next_input(self) -> bytes:
        chunk = self._read_source(self._consumed, min(_INPUT_BYTES, self._member.compressed - self._consumed))
        self._consumed += len(chunk)
        return chunk


def open_member(
    source: BinaryIO, member: Member, total: Allowance, *, most_bytes: int = MAX_READ_BYTES
) -> io.BufferedReader:
    """Open a member for reading.

    Parameters
    ----------
    source
        The archive, seekable; shared by its members, of which one is read at a time.
    total
        What may be inflated for all of them together.
    most_bytes
        What may be inflated for this one, going back and forth included.

    Raises
    ------
    DataError
        ``archive.member_damaged`` or ``archive.member_expands_too_far``, now or at any later reading.
    """
    source.seek(member.header_at)
    header = source.read(LOCAL_HEADER_BYTES)
    if len(header) != LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise refuse("archive.member_damaged")
    (method,) = struct.unpack_from("<H", header, 8)
    if bool(method) != member.is_deflated:
        raise refuse("archive.member_damaged")
    data_at = member.header_at + LOCAL_HEADER_BYTES + sum(struct.unpack_from("<2H", header, 26))
    if not member.is_deflated:
        return io.BufferedReader(_StoredReader(source, member, data_at), HEAD_BYTES)
    allowances = (Allowance(most_bytes), total)
    return io.BufferedReader(_DeflatedReader(source, member, data_at, allowances), HEAD_BYTES)
