"""Extraction from archives: listed once, read in slices, and one bad member never costs the others."""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import msgspec
import pytest

from shared.archives.limits import ArchiveLimits
from shared.errors import DataError, TransientError
from shared.jobs.parameters import FILES_PER_CHUNK, ArchiveSlice, Upload, plan_slices
from tests.support.archives import DEFLATED, STORED, Claimed, forge_zip, incompressible, make_zip
from tests.support.datasets import encode, make_file
from worker.pipelines.extract import Extraction, extract_chunk

MEDIA_DIRECTORY = bytes(128) + b"DICM\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10" + bytes(100)
PNG = b"\x89PNG" + bytes(300)


def image(number: int) -> bytes:
    """A readable object with pixels that do not compress."""
    return make_file({"SOPInstanceUID": f"1.2.{number}"}, tail=encode(0x7FE00010, "OW", incompressible(1000)))


def stored(content: bytes) -> Upload:
    """An archive as it was received."""
    return Upload(3, "a" * 64, len(content), location="archive", content="zip")


def extract(
    uploads: tuple[Upload, ...], slices: tuple[ArchiveSlice, ...], content: bytes, *, most: int = 10_000
) -> Extraction:
    """Extract from one archive."""
    return extract_chunk(
        uploads,
        slices,
        open_upload=lambda _: io.BytesIO(content),
        include_identity=False,
        before_each=lambda: None,
        archive_limits=ArchiveLimits(files=most),
    )


def read(content: bytes) -> list[tuple[tuple[int, ...], bool, str | None]]:
    """List an archive and read all it holds: place inside it, whether there are facts, and what is said."""
    listing = extract((stored(content),), (), content)
    reading = extract((), listing.slices, content)
    files = sorted((*listing.files, *reading.files), key=lambda file: file.member)
    return [(file.member, file.facts is not None, file.code) for file in files]


def test_an_archive_is_listed_first_and_its_members_are_left_to_further_chunks() -> None:
    """What is refused by the directory alone is said at once, the rest is still to be read."""
    content = forge_zip(Claimed(data=b"x", flags=1), Claimed(data=b"y"))
    extraction = extract((stored(content),), (), content)
    assert [(file.index, file.member, file.code) for file in extraction.files] == [
        (3, (0,), "archive.member_encrypted")
    ]
    assert [member.number for member in extraction.slices[0].members] == [1]
    assert extraction.count == 2


def test_an_archive_of_which_nothing_is_read_leaves_no_further_work() -> None:
    """Where every member is refused by the directory there is nothing to come."""
    content = forge_zip(Claimed(data=b"x", flags=1))
    assert extract((stored(content),), (), content).slices == ()


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_one_bad_member_never_costs_the_others(method: int) -> None:
    """Images, a text, a DICOMDIR and a system file, each with its own answer."""
    content = make_zip(
        ("a", image(1)),
        ("README.txt", b"just text"),
        ("DICOMDIR", MEDIA_DIRECTORY),
        ("__MACOSX/._a", b"\0\x05\x16\x07" + bytes(200)),
        ("b", image(2)),
        method=method,
    )
    assert read(content) == [
        ((0,), True, None),
        ((1,), False, "dicom.not_dicom"),
        ((2,), False, "dicom.media_directory"),
        ((3,), False, "archive.system_file"),
        ((4,), True, None),
    ]


def test_an_image_is_read_whatever_it_is_called() -> None:
    """A name decides only how what cannot be read is spoken of."""
    assert read(make_zip(("__MACOSX/.x", image(1)), ("../../../etc/passwd", image(2)))) == [
        ((0,), True, None),
        ((1,), True, None),
    ]


def test_a_damaged_member_is_rejected_alone() -> None:
    """A checksum that does not fit costs one file."""
    good = image(1)
    content = make_zip(("a", good), ("b", b"short"), method=STORED).replace(b"short", b"shorT")
    assert read(content) == [((0,), True, None), ((1,), False, "archive.member_damaged")]


@pytest.mark.parametrize("inner", [STORED, DEFLATED])
@pytest.mark.parametrize("outer", [STORED, DEFLATED])
def test_an_archive_inside_an_archive_is_read_in_its_place(inner: int, outer: int) -> None:
    """One level of nesting is opened; what it holds stands where it stood, in its own order."""
    nested = make_zip(("b", image(2)), ("text", b"text"), ("c", image(3)), method=inner)
    assert read(make_zip(("a", image(1)), ("nested", nested), ("d", image(4)), method=outer)) == [
        ((0,), True, None),
        ((1, 0), True, None),
        ((1, 1), False, "dicom.not_dicom"),
        ((1, 2), True, None),
        ((2,), True, None),
    ]


def test_a_refused_member_of_a_nested_archive_is_named_by_its_place() -> None:
    """Encrypted files inside the inner archive are rejected one by one."""
    nested = forge_zip(Claimed(data=b"x", flags=1), Claimed(data=b"text", crc32=zlib.crc32(b"text")))
    assert read(make_zip(("nested", nested))) == [
        ((0, 0), False, "archive.member_encrypted"),
        ((0, 1), False, "dicom.not_dicom"),
    ]


def test_a_third_level_is_not_opened() -> None:
    """An archive in an archive in an archive is rejected by name, its neighbours are read."""
    deep = make_zip(("deepest", make_zip(("a", image(1)))), ("b", image(2)))
    assert read(make_zip(("nested", deep))) == [((0, 0), False, "archive.nested_too_deep"), ((0, 1), True, None)]


def test_a_damaged_nested_archive_is_one_rejected_file() -> None:
    """It says of itself what it would say of an upload."""
    assert read(make_zip(("nested", b"PK\x03\x04" + bytes(300)), ("a", image(1)))) == [
        ((0,), False, "upload.archive_damaged"),
        ((1,), True, None),
    ]


def test_a_refused_archive_is_one_rejected_file() -> None:
    """An upload that is no archive after all is reported in its place."""
    extraction = extract((stored(b"PK\x03\x04" + bytes(300)),), (), b"PK\x03\x04" + bytes(300))
    assert [(file.index, file.member, file.sha256, file.code) for file in extraction.files] == [
        (3, (), "a" * 64, "upload.archive_damaged")
    ]


def test_more_files_than_a_job_may_have_end_the_job() -> None:
    """The limit counts all archives that a chunk lists."""
    content = make_zip(("a", image(1)), ("b", image(2)))
    with pytest.raises(DataError, match=r"upload\.too_many_files"):
        extract((stored(content), stored(content)), (), content, most=3)


def test_nested_archives_count_against_the_same_limit() -> None:
    """Two inner archives of two files are one too many for three."""
    nested = make_zip(("a", image(1)), ("b", image(2)))
    content = make_zip(("n", nested), ("m", nested))
    slices = extract((stored(content),), (), content).slices
    with pytest.raises(DataError, match=r"upload\.too_many_files"):
        extract((), slices, content, most=3)


def test_members_are_known_by_checksum_and_first_bytes() -> None:
    """Equal members are equal in size, CRC-32 and start; the sha256 of an upload is not theirs."""
    content = make_zip(("a", image(1)), ("b", image(1)), ("c", image(2)))
    first, same, other = extract((), extract((stored(content),), (), content).slices, content).files
    assert (first.sha256, first.crc32, first.start) == (None, same.crc32, same.start)
    assert first.start != other.start


def test_an_outage_while_reading_members_is_no_fault_of_theirs() -> None:
    """The whole unit is tried again later."""
    content = make_zip(("a", image(1)))
    slices = extract((stored(content),), (), content).slices

    def broken(_: str) -> BinaryIO:
        raise OSError(5, "disk")

    with pytest.raises(TransientError, match=r"storage\.unavailable"):
        extract_chunk((), slices, open_upload=broken, include_identity=False, before_each=lambda: None)


def test_a_member_that_takes_too_much_memory_is_refused_alone() -> None:
    """Its neighbours are read, and the limits are put around each file, never inside themselves."""
    content = make_zip(("a", image(1)), ("n", make_zip(("b", image(2)))), ("c", image(3)))
    slices = extract((stored(content),), (), content).slices
    costs = iter([MemoryError(), None, None, None, None])
    depths: list[int] = []

    @contextmanager
    def limits() -> Iterator[None]:
        depths.append(1 + (depths[-1] if depths else 0))
        try:
            if (cost := next(costs)) is not None:
                raise cost
            yield
        finally:
            depths.append(depths[-1] - 1)

    files = extract_chunk(
        (),
        slices,
        open_upload=lambda _: io.BytesIO(content),
        include_identity=False,
        before_each=lambda: None,
        limits=limits,
    ).files
    assert [(file.member, file.code) for file in files] == [((0,), "dicom.too_costly"), ((1, 0), None), ((2,), None)]
    assert depths == [1, 0] * 5


def test_a_chunk_opens_its_archive_once() -> None:
    """A hundred members cost one opened file."""
    content = make_zip(*((str(number), image(number)) for number in range(5)))
    slices = extract((stored(content),), (), content).slices
    opened = []

    def count(location: str) -> BinaryIO:
        opened.append(location)
        return io.BytesIO(content)

    extract_chunk((), slices, open_upload=count, include_identity=False, before_each=lambda: None)
    assert opened == ["archive"]


def planned(*sizes: int, compressed: int = 10) -> list[list[int]]:
    """Plan archives with so many members each; gives the number of members of each archive in each unit."""
    [member] = extract((stored(ONE),), (), ONE).slices[0].members
    members = [tuple(msgspec.structs.replace(member, compressed=compressed) for _ in range(size)) for size in sizes]
    units = plan_slices([ArchiveSlice(stored(ONE), one) for one in members])
    return [[len(one.members) for one in unit] for unit in units]


ONE = make_zip(("a", b"x"))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (planned, []),
        (lambda: planned(FILES_PER_CHUNK), [[100]]),
        (lambda: planned(250), [[100], [100], [50]]),
        (lambda: planned(60, 60), [[60, 40], [20]]),
        (lambda: planned(100, 1), [[100], [1]]),
        (lambda: planned(3, compressed=300 << 20), [[1], [1], [1]]),
    ],
)
def test_members_are_shared_out_by_count_and_bytes(units: Callable[[], list[list[int]]], expected: object) -> None:
    """A hundred files or half a gigabyte make a unit, across archives."""
    assert units() == expected
