"""The directory of an archive, true, damaged and hostile. Archives are made by CPython's zipfile or by APPNOTE.TXT."""

import struct
import zlib

import pytest

from shared.archives import directory as module
from shared.archives.directory import RefusedMember
from shared.archives.limits import DEFAULT_LIMITS, ArchiveLimits
from shared.errors import DataError
from tests.support.archives import (
    DEFLATED,
    STORED,
    SYMLINK,
    Claimed,
    fifield_bomb,
    forge_zip,
    listed,
    make_streamed_zip,
    make_zip,
    make_zip64,
)

TWO = make_zip(("a", b"first"), ("b", b"second"))
DIRECTORY = TWO.find(b"PK\x01\x02")


def refusal(content: bytes, limits: ArchiveLimits = DEFAULT_LIMITS) -> str:
    """The code with which an archive is refused."""
    with pytest.raises(DataError) as caught:
        listed(content, limits)
    return caught.value.code


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_members_are_listed_in_the_archives_order(method: int) -> None:
    """Number, size and checksum are what the standard library wrote."""
    found = listed(make_zip(("b", b"first"), ("a", b"second"), method=method)).members
    assert [(one.number, one.bytes, one.crc32, one.is_deflated) for one in found] == [
        (0, 5, zlib.crc32(b"first"), method == DEFLATED),
        (1, 6, zlib.crc32(b"second"), method == DEFLATED),
    ]


@pytest.mark.parametrize(
    "content",
    [
        make_streamed_zip(("a", b"content")),
        make_zip64("a", b"content"),
        make_zip(("a", b"content"), comment=b"PK\x05\x06 is how it ends" + bytes(60000)),
        b"something in front" + make_zip(("a", b"content")),
    ],
    ids=["data-descriptor", "zip64", "comment", "prepended"],
)
def test_every_ordinary_form_of_archive_is_listed(content: bytes) -> None:
    """Streamed, large, commented and prefixed archives hold the same member."""
    [member] = listed(content).members
    assert (member.bytes, member.crc32) == (7, zlib.crc32(b"content"))


def test_folders_are_not_files() -> None:
    """They are told by the slash of their name, by Unix and by DOS attributes, and take no number."""
    folders = (
        Claimed(name=b"a/"),
        Claimed(name=b"b\\"),
        Claimed(name=b"c", attributes=0o040755 << 16),
        Claimed(name=b"d", attributes=0x10),
    )
    [member] = listed(forge_zip(*folders, Claimed(name=b"e/f", data=b"x"))).members
    assert member.number == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"__MACOSX/._IM1", True),
        (b"x/__MACOSX/y/IM1", True),
        (b".DS_Store", True),
        (b"x/.hidden", True),
        (b"x\\Thumbs.db", True),
        (b"DESKTOP.INI", True),
        (b"IM1.dcm", False),
        (b".hidden/IM1", False),
        (b"../../etc/passwd", False),
        (b"x/MACOSX/IM1", False),
        (b"\xff\xfe", False),
    ],
)
def test_system_files_are_told_by_their_names(name: bytes, expected: bool) -> None:
    """What a file manager adds is known by its name; nothing else is."""
    [member] = listed(forge_zip(Claimed(name=name, data=b"x"))).members
    assert member.is_system_file is expected


@pytest.mark.parametrize(
    ("claimed", "code"),
    [
        (Claimed(data=b"x", flags=0x0001), "archive.member_encrypted"),
        (Claimed(data=b"x", flags=0x0040), "archive.member_encrypted"),
        (Claimed(data=b"x", flags=0x2000), "archive.member_encrypted"),
        (Claimed(data=b"x", method=12), "archive.member_method"),
        (Claimed(data=b"x", method=14), "archive.member_method"),
        (Claimed(data=b"x", method=93), "archive.member_method"),
        (Claimed(data=b"x", attributes=SYMLINK), "archive.member_special"),
        (Claimed(data=b"x", attributes=0o020666 << 16), "archive.member_special"),
        (Claimed(data=b"x", size=2), "archive.member_damaged"),
        (Claimed(data=b"x", method=DEFLATED, size=1033), "archive.member_damaged"),
        (Claimed(), "upload.empty"),
        (Claimed(name=b".keep"), "archive.system_file"),
    ],
)
def test_a_member_that_is_not_read_says_why(claimed: Claimed, code: str) -> None:
    """Encryption, other methods, links, devices and impossible sizes are refused one by one."""
    listing = listed(forge_zip(claimed, Claimed(data=b"good")))
    size = len(claimed.data) if claimed.size is None else claimed.size
    assert listing.refused == (RefusedMember(0, size, 0, code),)
    assert [member.number for member in listing.members] == [1]


def test_a_member_larger_than_any_object_is_not_read() -> None:
    """Nine gigabytes in one file are more than DICOM's lengths can state."""
    content = bytearray(make_zip64("a", b"content"))
    at = content.rfind(struct.pack("<2HQ", 1, 24, 7))
    content[at + 4 : at + 12] = struct.pack("<Q", 9 << 30)
    limits = ArchiveLimits(expanded_bytes=1 << 40, ratio=1 << 40)
    assert [one.code for one in listed(bytes(content), limits).refused] == ["archive.member_expands_too_far"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload.archive_damaged"),
        (b"PK\x03\x04" + bytes(200), "upload.archive_damaged"),
        (TWO[:-1], "upload.archive_damaged"),
        (TWO[:-30], "upload.archive_damaged"),
        (TWO[20:], "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x"), count=2), "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x"), directory_at=1 << 20), "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x", at=1 << 20)), "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x", compressed=1 << 20, size=1 << 20)), "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x", size=0xFFFFFFFF)), "upload.archive_damaged"),
        (forge_zip(Claimed(data=b"x"), disk=1), "upload.archive_split"),
        (forge_zip(Claimed(data=b"x", disk=1)), "upload.archive_split"),
        (forge_zip(Claimed(name=b"folder/")), "upload.archive_empty"),
        (make_zip(), "upload.archive_empty"),
    ],
    ids=[
        "nothing",
        "no-end",
        "cut-in-end",
        "cut-in-directory",
        "begin-missing",
        "wrong-count",
        "directory-elsewhere",
        "member-elsewhere",
        "member-too-long",
        "no-zip64-field",
        "split",
        "member-on-other-disk",
        "only-folders",
        "empty",
    ],
)
def test_an_archive_that_contradicts_itself_is_refused(content: bytes, code: str) -> None:
    """Nothing is guessed where the directory cannot be right."""
    assert refusal(content) == code


@pytest.mark.parametrize(
    "content",
    [
        TWO[:DIRECTORY] + b"PK\x01\x01" + TWO[DIRECTORY + 4 :],
        TWO[: DIRECTORY + 28] + b"\xff\xff" + TWO[DIRECTORY + 30 :],
        TWO[: DIRECTORY + 28] + b"\x08\x00" + TWO[DIRECTORY + 30 :],
    ],
    ids=["signature", "name-beyond-the-end", "name-into-the-next-entry"],
)
def test_a_damaged_directory_is_refused(content: bytes) -> None:
    """A wrong signature, and names longer than they are."""
    assert refusal(content) == "upload.archive_damaged"


def test_a_broken_zip64_end_is_refused() -> None:
    """A locator without its record leads nowhere."""
    content = make_zip64("a", b"content").replace(b"PK\x06\x06", b"PK\x06\x05")
    assert refusal(content) == "upload.archive_damaged"


@pytest.mark.parametrize("extra", [b"\x01\x00\x04\x00abcd", b"\x07\x00\x01\x00x", b"\x07"])
def test_a_zip64_field_that_lacks_its_values_is_refused(extra: bytes) -> None:
    """A size that says it stands elsewhere must stand there."""
    content = make_zip64("a", b"content")
    at = content.rfind(struct.pack("<2H", 1, 24))
    padded = extra + bytes(28 - len(extra))
    assert refusal(content[:at] + padded + content[at + 28 :]) == "upload.archive_damaged"


def test_members_that_share_bytes_are_refused() -> None:
    """The bomb that lays all its members on one piece of data is told by its directory alone."""
    assert refusal(fifield_bomb(bytes(1000), 50)) == "upload.archive_overlapping"


def test_an_archive_that_expands_too_far_is_refused() -> None:
    """Two hundred megabytes of zeros in two hundred kilobytes, as measured in many bombs."""
    assert refusal(make_zip(("a", bytes(200_000_000)))) == "upload.archive_expands_too_far"


def test_a_blank_image_is_no_bomb() -> None:
    """A megabyte of zeros compresses a thousandfold all the same."""
    assert len(listed(make_zip(("a", bytes(1_000_000)))).members) == 1


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ArchiveLimits(files=1), "upload.too_many_files"),
        (ArchiveLimits(expanded_bytes=10), "upload.archive_expands_too_far"),
        (ArchiveLimits(files=2, expanded_bytes=11), None),
    ],
)
def test_the_deployments_limits_are_kept(limits: ArchiveLimits, code: str | None) -> None:
    """Two members with eleven bytes together are a member too many, a byte too many, and right."""
    if code is None:
        assert len(listed(TWO, limits).members) == 2
    else:
        assert refusal(TWO, limits) == code


def test_folders_are_bounded_too() -> None:
    """An archive of nothing but folders ends at the same limit."""
    assert refusal(forge_zip(*[Claimed(name=b"f/")] * 3), ArchiveLimits(files=2)) == "upload.too_many_files"


def test_a_directory_of_absurd_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory's claimed length is checked before its first entry."""
    monkeypatch.setattr(module, "MAX_DIRECTORY_BYTES", 50)
    assert refusal(TWO) == "upload.too_many_files"
