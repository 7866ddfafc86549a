"""Members as seekable bytes: the right ones, no more than asked for, and nothing that contradicts the directory."""

import io
import struct
import zlib

import pytest

from shared.archives.directory import list_members
from shared.archives.member import CHECKPOINT_BYTES, HEAD_BYTES, Allowance, open_member
from shared.errors import DataError
from tests.support.archives import (
    DEFLATED,
    STORED,
    Claimed,
    forge_zip,
    incompressible,
    make_streamed_zip,
    make_zip,
    make_zip64,
    opened,
)

CONTENT = incompressible(100_000)
LONG = incompressible(1 << 16) * (3 * CHECKPOINT_BYTES >> 16) + b"end"


class Counting(io.BytesIO):
    """Bytes that count how many of them were read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read and count."""
        content = super().read(size)
        self.taken += len(content)
        return content


def deflate(content: bytes) -> bytes:
    """Compress as archives do, RFC 1951."""
    return zlib.compress(content, wbits=-zlib.MAX_WBITS)


@pytest.mark.parametrize(
    "archive",
    [
        make_zip(("a", CONTENT), method=STORED),
        make_zip(("a", CONTENT), method=DEFLATED),
        make_streamed_zip(("a", CONTENT)),
        make_zip64("a", CONTENT),
        b"MZ something in front" + make_zip(("a", CONTENT)),
    ],
    ids=["stored", "deflated", "data-descriptor", "zip64", "prepended"],
)
def test_a_member_reads_as_the_file_it_was(archive: bytes) -> None:
    """Whatever the form of the archive, the bytes are those that went in."""
    assert opened(archive).read() == CONTENT


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_member_can_be_read_anywhere(method: int) -> None:
    """Forwards, backwards, from the end and past it, over several checkpoints."""
    source = opened(make_zip(("a", LONG), method=method))
    middle = 10 * CHECKPOINT_BYTES // 4
    places = [0, middle, middle - 100, 7, CHECKPOINT_BYTES + 1, 2 * CHECKPOINT_BYTES, len(LONG) - 3]
    assert [(source.seek(place), source.read(50)) for place in places] == [
        (place, LONG[place : place + 50]) for place in places
    ]
    assert (source.seek(-3, io.SEEK_END), source.read(), source.tell()) == (len(LONG) - 3, b"end", len(LONG))
    assert (source.seek(10, io.SEEK_CUR), source.read(1)) == (len(LONG) + 10, b"")


def test_a_header_costs_the_first_bytes_only() -> None:
    """Of a member of a hundred kilobytes a little more than the first 32 are taken from the archive."""
    archive = Counting(make_zip(("a", CONTENT)))
    [member] = list_members(archive, len(archive.getvalue())).members
    archive.taken = 0
    assert open_member(archive, member, Allowance(1 << 20)).read(4096) == CONTENT[:4096]
    assert archive.taken < 2 * HEAD_BYTES


def test_members_share_one_open_archive() -> None:
    """Reading one does not disturb the other."""
    archive = io.BytesIO(make_zip(("a", CONTENT), ("b", CONTENT[::-1])))
    first, second = (
        open_member(archive, member, Allowance(1 << 20))
        for member in list_members(archive, len(archive.getvalue())).members
    )
    assert (first.read(50), second.read(50), first.read()) == (CONTENT[:50], CONTENT[:-51:-1], CONTENT[50:])


@pytest.mark.parametrize(
    "archive",
    [
        forge_zip(Claimed(data=deflate(CONTENT)[:-10], method=DEFLATED, size=len(CONTENT))),
        forge_zip(Claimed(data=deflate(CONTENT), method=DEFLATED, size=len(CONTENT) - 1)),
        forge_zip(Claimed(data=deflate(CONTENT), method=DEFLATED, size=len(CONTENT) + 1)),
        forge_zip(Claimed(data=deflate(CONTENT), method=DEFLATED, size=len(CONTENT), crc32=1)),
        forge_zip(Claimed(data=CONTENT, crc32=1)),
        forge_zip(Claimed(data=b"\xff" * 100, method=DEFLATED, size=5)),
        forge_zip(Claimed(data=CONTENT, local_method=DEFLATED)),
        forge_zip(Claimed(data=CONTENT)).replace(b"PK\x03\x04", b"PK\x03\x05"),
    ],
    ids=["cut", "longer", "shorter", "checksum", "checksum-stored", "no-deflate", "other-method", "no-local-header"],
)
def test_a_member_that_is_not_as_claimed_is_damaged(archive: bytes) -> None:
    """Sizes, checksum, method and header must agree with the directory."""
    with pytest.raises(DataError, match=r"archive\.member_damaged"):
        opened(archive).read()


def test_a_stored_member_that_would_end_behind_the_archive_is_damaged() -> None:
    """Its own header may shift its data by a longer extra field than the directory counts on."""
    content = bytearray(forge_zip(Claimed(data=CONTENT)))
    content[28:30] = struct.pack("<H", 5000)
    with pytest.raises(DataError, match=r"archive\.member_damaged"):
        opened(bytes(content)).read()


def test_what_one_member_may_inflate_is_counted() -> None:
    """Going back and forth costs as much as reading on."""
    source = opened(make_zip(("a", LONG)), most_bytes=len(LONG) + CHECKPOINT_BYTES)
    source.read()
    source.seek(0)
    with pytest.raises(DataError, match=r"archive\.member_expands_too_far"):
        source.read()


def test_what_all_members_may_inflate_is_counted_together() -> None:
    """The allowance of an archive is spent by its members one after another."""
    archive = io.BytesIO(make_zip(("a", CONTENT), ("b", CONTENT)))
    first, second = list_members(archive, len(archive.getvalue())).members
    total = Allowance(len(CONTENT) + 1000)
    assert open_member(archive, first, total).read() == CONTENT
    with pytest.raises(DataError, match=r"archive\.member_expands_too_far"):
        open_member(archive, second, total).read()


def test_an_output_that_ends_with_the_input_is_complete() -> None:
    """The last bytes of a run are still inside the inflater when its input is used up."""
    content = bytes(HEAD_BYTES * 8 + 1)
    assert opened(make_zip(("a", content))).read() == content
