"""ZIP archives made by the standard library, and broken or hostile ones made byte by byte from APPNOTE.TXT."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from shared.archives.directory import Listing, list_members
from shared.archives.limits import DEFAULT_LIMITS, ArchiveLimits
from shared.archives.member import Allowance, open_member

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
SYMLINK = 0o120777 << 16
"""External attributes of a symbolic link, as Info-ZIP writes them."""


def make_zip(*members: tuple[str, bytes], method: int = DEFLATED, comment: bytes = b"") -> bytes:
    """An archive as the standard library writes it; the same name may come twice."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        with zipfile.ZipFile(target, "w", method) as archive:
            for name, content in members:
                archive.writestr(name, content)
            archive.comment = comment
    return target.getvalue()


def zip_tree(folder: Path) -> bytes:
    """A folder with all its files, in the order of their paths."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return target.getvalue()


class _Pipe(io.BytesIO):
    """What is written to it cannot be corrected afterwards."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation


def make_streamed_zip(*members: tuple[str, bytes]) -> bytes:
    """An archive written to a pipe: sizes follow the data in descriptors (APPNOTE 4.3.9)."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return pipe.getvalue()


def make_zip64(name: str, content: bytes) -> bytes:
    """An archive whose only member has ZIP64 sizes and whose end has ZIP64 records, though 32 bits would do."""
    data = zlib.compress(content, wbits=-zlib.MAX_WBITS)
    crc32, label = zlib.crc32(content), name.encode()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 0, 8, 0, 0, crc32, 0xFFFFFFFF, 0xFFFFFFFF, len(label), 20)
    local += label + struct.pack("<2H2Q", 1, 16, len(content), len(data)) + data
    extra = struct.pack("<2H3Q", 1, 24, len(content), len(data), 0)
    entry = struct.pack("<4s6H", b"PK\x01\x02", 45, 45, 0, 8, 0, 0)
    entry += struct.pack("<3L5H2L", crc32, 0xFFFFFFFF, 0xFFFFFFFF, len(label), len(extra), 0, 0, 0, 0, 0xFFFFFFFF)
    directory = entry + label + extra
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(directory), len(local))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(local) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + directory + end64 + locator + end


class Claimed(Struct, frozen=True):
    """One member as an archive may claim it, true or not; what is not given is told as it is."""

    data: bytes = b""
    name: bytes = b"x"
    method: int = STORED
    flags: int = 0
    size: int | None = None
    compressed: int | None = None
    crc32: int = 0
    attributes: int = 0
    at: int | None = None
    local_method: int | None = None
    disk: int = 0


def forge_zip(*members: Claimed, count: int | None = None, disk: int = 0, directory_at: int | None = None) -> bytes:
    """An archive in which every statement can be a lie."""
    body, directory = b"", b""
    for one in members:
        compressed = len(one.data) if one.compressed is None else one.compressed
        size = len(one.data) if one.size is None else one.size
        at = len(body) if one.at is None else one.at
        method = one.method if one.local_method is None else one.local_method
        named = (one.crc32, compressed, size, len(one.name), 0)
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, one.flags, method, 0, 0, *named) + one.name + one.data
        directory += struct.pack("<4s6H", b"PK\x01\x02", 3 << 8 | 20, 20, one.flags, one.method, 0, 0)
        directory += struct.pack("<3L5H2L", *named, 0, one.disk, 0, one.attributes, at) + one.name
    claimed = len(members) if count is None else count
    place = len(body) if directory_at is None else directory_at
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", disk, 0, claimed, claimed, len(directory), place, 0)
    return body + directory + end


def fifield_bomb(kernel: bytes, count: int) -> bytes:
    """An archive whose members all lie on one piece of data, as in "A better zip bomb" (WOOT 2019)."""
    data = zlib.compress(kernel, wbits=-zlib.MAX_WBITS)
    first = Claimed(data=data, method=DEFLATED, size=len(kernel), crc32=zlib.crc32(kernel))
    again = Claimed(method=DEFLATED, size=len(kernel), compressed=len(data), crc32=zlib.crc32(kernel), at=0)
    return forge_zip(first, *[again] * (count - 1))


def listed(content: bytes, limits: ArchiveLimits = DEFAULT_LIMITS) -> Listing:
    """List an archive in memory."""
    return list_members(io.BytesIO(content), len(content), limits)


def opened(content: bytes, number: int = 0, *, most_bytes: int = 1 << 30) -> BinaryIO:
    """Open a member of an archive in memory."""
    [member] = [one for one in listed(content).members if one.number == number]
    return open_member(io.BytesIO(content), member, Allowance(1 << 40), most_bytes=most_bytes)


def incompressible(count: int) -> bytes:
    """Bytes without any pattern, always the same: a linear congruential sequence's high bytes."""
    return b"".join(_words(count))[:count]


def _words(count: int) -> Iterator[bytes]:
    state = 1
    for _ in range(count // 4 + 1):
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield (state >> 32).to_bytes(4, "little")


def stream_zip(members: Iterable[bytes]) -> Iterator[bytes]:
    """Give an archive piece by piece, however large: deflated in blocks that do not compress, which costs no time."""
    directory, at, count = b"", 0, 0
    for count, content in enumerate(members, 1):  # noqa: B007 - the last count is wanted
        data = zlib.compress(content, level=0, wbits=-zlib.MAX_WBITS)
        named = (zlib.crc32(content), len(data), len(content), 1, 0)
        local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, DEFLATED, 0, 0, *named) + b"x"
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, DEFLATED, 0, 0, *named, 0, 0, 0, 0, at) + b"x"
        at += len(local) + len(data)
        yield local + data
    yield directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
