"""The directory of an archive: how many members it claims, where each begins, what each is.

Names serve to tell folders and system files from the rest and go no further: they may identify a patient.
Implements APPNOTE.TXT 4.3.12 (central directory) and 4.5.3 (ZIP64 extra field).
"""

import re
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from msgspec import Struct

from shared.archives.end_record import EndRecord, read_end
from shared.archives.limits import (
    DEFAULT_LIMITS,
    DEFLATE_RATIO,
    FREE_EXPANSION_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_MEMBER_BYTES,
    ArchiveLimits,
)
from shared.archives.refusals import refuse

LOCAL_HEADER_BYTES = 30
"""Local file header without name and extra field, APPNOTE 4.3.7."""

STORED, DEFLATED = 0, 8
"""Compression methods that are read, APPNOTE 4.4.5."""

_ENTRY = struct.Struct("<4s6H3L5H2L")
_IN_EXTRA = 0xFFFFFFFF
_ZIP64_FIELD = 0x0001
_ENCRYPTED = 0x2041  # encrypted, strongly encrypted, directory encrypted: APPNOTE 4.4.4
_UNIX_SYSTEMS = {3, 19}
_KIND, _NO_KIND, _FOLDER, _REGULAR = 0o170000, 0, 0o040000, 0o100000
_DOS_FOLDER = 0x10
_SYSTEM_FILE = re.compile(rb"(^|[/\\])(__MACOSX[/\\].*|\.[^/\\]*|Thumbs\.db|desktop\.ini)$", re.IGNORECASE | re.DOTALL)


class Member(Struct, frozen=True, array_like=True):
    """One file of an archive that can be read: its number in the archive's order, and what the directory claims."""

    number: int
    header_at: int
    compressed: int
    bytes: int
    crc32: int
    is_deflated: bool
    is_system_file: bool


class RefusedMember(Struct, frozen=True):
    """One file of an archive that is not read at all, and why."""

    number: int
    bytes: int
    crc32: int
    code: str


class Listing(Struct, frozen=True):
    """The files of an archive, in its order; folders are left out."""

    members: tuple[Member, ...]
    refused: tuple[RefusedMember, ...]


class _Entry(Struct, frozen=True):
    """One entry of the directory; ``name`` never leaves this module."""

    name: bytes
    flags: int
    method: int
    crc32: int
    compressed: int
    bytes: int
    header_at: int
    system: int
    attributes: int

    @property
    def least_end(self) -> int:
        return self.header_at + LOCAL_HEADER_BYTES + len(self.name) + self.compressed

    @property
    def kind(self) -> int:
        return self.attributes >> 16 & _KIND if self.system in _UNIX_SYSTEMS else _NO_KIND

    @property
    def is_folder(self) -> bool:
        if self.bytes:
            return False
        return self.name.endswith((b"/", b"\\")) or self.kind == _FOLDER or bool(self.attributes & _DOS_FOLDER)


def list_members(source: BinaryIO, length: int, limits: ArchiveLimits = DEFAULT_LIMITS) -> Listing:
    """List the files of an archive.

    Parameters
    ----------
    source
        The archive, seekable.
    length
        Its length in bytes.

    Returns
    -------
    Listing
        No two members share a byte, none reaches into the directory, and what they claim is within the limits.

    Raises
    ------
    DataError
        A code of ``upload.archive_…`` or ``upload.too_many_files`` where the archive as a whole is not read.
    """
    end = read_end(source, length)
    if end.directory_bytes > MAX_DIRECTORY_BYTES:
        raise refuse("upload.too_many_files")
    entries = list(_read_entries(source, end, limits))
    if len(entries) & 0xFFFF != end.entries & 0xFFFF:
        raise refuse("upload.archive_damaged")
    files = [entry for entry in entries if not entry.is_folder]
    if not files:
        raise refuse("upload.archive_empty")
    _check_places(entries, end.directory_at)
    expanded = sum(entry.bytes for entry in files)
    if expanded > limits.expanded_bytes or expanded > max(FREE_EXPANSION_BYTES, limits.ratio * length):
        raise refuse("upload.archive_expands_too_far")
    members, refused = [], []
    for number, entry in enumerate(files):
        code = _refusal(entry)
        if code is None:
            members.append(_member(number, entry))
        else:
            refused.append(RefusedMember(number, entry.bytes, entry.crc32, code))
    return Listing(tuple(members), tuple(refused))


def _read_entries(source: BinaryIO, end: EndRecord, limits: ArchiveLimits) -> Iterator[_Entry]:
    """Read entry after entry, so that the directory is never whole in memory; stops at the first one too many."""
    source.seek(end.directory_at)
    left, files, folders = end.directory_bytes, 0, 0
    while left > 0:
        fixed = source.read(_ENTRY.size)
        if len(fixed) != _ENTRY.size or not fixed.startswith(b"PK\x01\x02"):
            raise refuse("upload.archive_damaged")
        names = _ENTRY.unpack(fixed)[10:13]
        name, extra, comment = (source.read(count) for count in names)
        left -= _ENTRY.size + sum(names)
        if left < 0 or len(name) + len(extra) + len(comment) != sum(names):
            raise refuse("upload.archive_damaged")
        entry = _entry(fixed, name, extra, end.shift)
        files, folders = files + (not entry.is_folder), folders + entry.is_folder
        if max(files, folders) > limits.files:
            raise refuse("upload.too_many_files")
        yield entry


def _entry(fixed: bytes, name: bytes, extra: bytes, shift: int) -> _Entry:
    _, made_by, _, flags, method, _, _, crc32, compressed, size, _, _, _, disk, _, attributes, at = _ENTRY.unpack(fixed)
    size, compressed, at = _widen((size, compressed, at), extra)
    if disk not in {0, 0xFFFF}:
        raise refuse("upload.archive_split")
    return _Entry(name, flags, method, crc32, compressed, size, at + shift, made_by >> 8, attributes)


def _widen(values: tuple[int, int, int], extra: bytes) -> tuple[int, ...]:
    """Replace values that do not fit 32 bits by those of the ZIP64 extra field, in its fixed order."""
    wide = _zip64_values(extra) if _IN_EXTRA in values else []
    if len(wide) < values.count(_IN_EXTRA):
        raise refuse("upload.archive_damaged")
    following = iter(wide)
    return tuple(next(following) if value == _IN_EXTRA else value for value in values)


def _zip64_values(extra: bytes) -> list[int]:
    at = 0
    while at + 4 <= len(extra):
        kind, count = struct.unpack_from("<2H", extra, at)
        if kind == _ZIP64_FIELD:
            field = extra[at + 4 : at + 4 + count]
            return [int.from_bytes(field[place : place + 8], "little") for place in range(0, len(field) - 7, 8)]
        at += 4 + count
    return []


def _check_places(entries: Sequence[_Entry], directory_at: int) -> None:
    """Refuse members that share bytes (Fifield, "A better zip bomb", WOOT 2019) or reach into the directory."""
    free_from = 0
    for entry in sorted(entries, key=lambda one: one.header_at):
        if entry.header_at < free_from:
            raise refuse("upload.archive_overlapping")
        free_from = entry.least_end
    if free_from > directory_at:
        raise refuse("upload.archive_damaged")


def _refusal(entry: _Entry) -> str | None:
    least, most = (1, 1) if entry.method == STORED else (0, DEFLATE_RATIO)
    faults = (
        ("archive.member_special", entry.kind not in {_NO_KIND, _REGULAR}),
        ("archive.member_encrypted", bool(entry.flags & _ENCRYPTED)),
        ("archive.member_method", entry.method not in {STORED, DEFLATED}),
        ("archive.member_expands_too_far", entry.bytes > MAX_MEMBER_BYTES),
        ("archive.member_damaged", not least * entry.compressed <= entry.bytes <= most * entry.compressed),
        ("archive.system_file", not entry.bytes and _is_system_file(entry.name)),
        ("upload.empty", not entry.bytes),
    )
    return next((code for code, applies in faults if applies), None)


def _is_system_file(name: bytes) -> bool:
    return _SYSTEM_FILE.search(name) is not None


def _member(number: int, entry: _Entry) -> Member:
    return Member(
        number=number,
        header_at=entry.header_at,
        compressed=entry.compressed,
        bytes=entry.bytes,
        crc32=entry.crc32,
        is_deflated=entry.method == DEFLATED,
        is_system_file=_is_system_file(entry.name),
    )
