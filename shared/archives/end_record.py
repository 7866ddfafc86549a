"""The end of an archive, which says where its directory stands.

Implements APPNOTE.TXT 4.3.14 to 4.3.16.
"""

import struct
from typing import BinaryIO

from msgspec import Struct

from shared.archives.refusals import refuse

END = struct.Struct("<4s4H2LH")
"""End of central directory record, APPNOTE 4.3.16."""

MAX_TAIL_BYTES = END.size + 0xFFFF
"""Bytes at an archive's end among which the end record must stand: the record and the longest comment."""

_END_MAGIC = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")


class EndRecord(Struct, frozen=True):
    """Where the directory stands and how many entries it claims."""

    entries: int
    directory_bytes: int
    directory_at: int
    shift: int
    """Bytes before the archive proper, by which every position it states is too small."""


def check_tail(tail: bytes) -> None:
    """Refuse what ends as no archive does, cheaply, before anything is stored.

    Parameters
    ----------
    tail
        The last ``MAX_TAIL_BYTES`` of the archive, or all of it where it is shorter.

    Raises
    ------
    DataError
        ``upload.archive_damaged`` without an end record, ``upload.archive_empty`` where it claims no member.
    """
    at = _find_end(tail)
    if END.unpack_from(tail, at)[4] == 0:
        raise refuse("upload.archive_empty")


def read_end(source: BinaryIO, length: int) -> EndRecord:
    """Read the end record, or the ZIP64 one in its place; raises DataError ``upload.archive_damaged`` or ``…split``."""
    tail_at = max(0, length - MAX_TAIL_BYTES)
    tail = _read_at(source, tail_at, length - tail_at)
    at = _find_end(tail)
    _, disk, directory_disk, _, entries, directory_bytes, directory_at, _ = END.unpack_from(tail, at)
    ends_at = tail_at + at
    locator = _read_at(source, max(0, ends_at - _LOCATOR.size), _LOCATOR.size)
    if len(locator) == _LOCATOR.size and locator.startswith(b"PK\x06\x07"):
        ends_at -= _LOCATOR.size + _END64.size
        record = _read_at(source, max(0, ends_at), _END64.size)
        if len(record) != _END64.size or not record.startswith(b"PK\x06\x06"):
            raise refuse("upload.archive_damaged")
        _, _, _, _, disk, directory_disk, _, entries, directory_bytes, directory_at = _END64.unpack(record)
    if disk or directory_disk:
        raise refuse("upload.archive_split")
    real_at = ends_at - directory_bytes
    if real_at < 0 or real_at < directory_at:
        raise refuse("upload.archive_damaged")
    return EndRecord(entries, directory_bytes, real_at, shift=real_at - directory_at)


def _find_end(tail: bytes) -> int:
    """Find the end record: the last whose comment ends with the archive, else the last whose comment has room."""
    found, at = -1, tail.rfind(_END_MAGIC)
    while at >= 0:
        if at + END.size <= len(tail):
            ends_at = at + END.size + END.unpack_from(tail, at)[7]
            if ends_at == len(tail):
                return at
            if found < 0 and ends_at < len(tail):
                found = at
        at = tail.rfind(_END_MAGIC, 0, at + len(_END_MAGIC) - 1)
    if found < 0:
        raise refuse("upload.archive_damaged")
    return found


def _read_at(source: BinaryIO, at: int, count: int) -> bytes:
    source.seek(at)
    return source.read(count)
