"""Reading headers: real files in, broken files refused by a code, never by a foreign message."""

import errno
import io
import struct
import time
import zlib

import pytest

from shared.dicom.attributes import ABSENT, standard_attribute
from shared.dicom.reading import ReadingLimits, read_header
from shared.errors import DataError
from tests.support.datasets import DEFLATED, EXPLICIT_LITTLE, encode, make_file, read
from tests.support.samples import CT, TEST_FILES

MARKER = "MARKER-Doe"


def refusal(content: bytes, limits: ReadingLimits | None = None) -> str:
    """The code with which a file is refused."""
    with pytest.raises(DataError) as caught:
        read_header(io.BytesIO(content), length=len(content), limits=limits or ReadingLimits())
    return caught.value.code


@pytest.mark.parametrize(
    "name",
    [
        "MR_small.dcm",
        "MR_small_implicit.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_expb.dcm",
        "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "image_dfl.dcm",
        "ExplVR_BigEnd.dcm",
    ],
)
def test_every_transfer_syntax_is_read(name: str) -> None:
    """Implicit, big endian, compressed and deflated files, and those without meta information."""
    path = TEST_FILES / name
    with path.open("rb") as source:
        header = read_header(source, length=path.stat().st_size)
    assert header.attributes.encodings


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "dicom.not_dicom"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "dicom.not_dicom"),
        (make_file(without=("SOPInstanceUID",)), "dicom.no_identity"),
        (make_file(without=("Modality",)), "dicom.no_identity"),
        (make_file({"Modality": ""}), "dicom.no_identity"),
        (make_file()[:260], "dicom.no_identity"),
        (make_file(syntax=DEFLATED)[:-10], "dicom.no_identity"),
        (bytes(128) + b"DICM" + b"\xff" * 200, "dicom.damaged"),
    ],
    ids=["empty", "png", "no-instance", "no-modality", "empty-modality", "cut", "cut-deflated", "garbage"],
)
def test_what_is_no_stored_object_is_refused(content: bytes, code: str) -> None:
    """Each kind of damage has its code."""
    if code == "dicom.damaged":
        assert refusal(content) in {"dicom.damaged", "dicom.no_identity"}
    else:
        assert refusal(content) == code


def test_a_deflated_file_reads_like_its_plain_twin() -> None:
    """Deflating changes nothing of what is said."""
    plain, deflated = read(make_file({"KVP": "120"})), read(make_file({"KVP": "120"}, syntax=DEFLATED))
    assert (plain.transfer_syntax_uid, deflated.attributes.encodings) == (EXPLICIT_LITTLE, plain.attributes.encodings)


def test_a_deflated_file_is_named_by_its_own_syntax() -> None:
    """The result shows the transfer syntax of the file, not of its inflated form."""
    assert read(make_file(syntax=DEFLATED)).transfer_syntax_uid == DEFLATED


def test_a_deflated_bomb_is_refused_at_its_limit() -> None:
    """A file of one megabyte that expands to a gigabyte is given up within two seconds."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1000)) + packer.flush()
    content = make_file(syntax=DEFLATED).split(DEFLATED.encode())[0]
    del content
    meta = encode(0x00020010, "UI", DEFLATED.encode())
    group = encode(0x00020000, "UL", struct.pack("<I", len(meta)))
    began = time.monotonic()
    assert refusal(bytes(128) + b"DICM" + group + meta + bomb) == "dicom.expands_too_far"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("damage", [b"\x00" * 20, b"\xff" * 40])
def test_broken_deflate_data_is_damage(damage: bytes) -> None:
    """What cannot be inflated cannot be read."""
    meta = encode(0x00020010, "UI", DEFLATED.encode())
    group = encode(0x00020000, "UL", struct.pack("<I", len(meta)))
    assert refusal(bytes(128) + b"DICM" + group + meta + damage) in {"dicom.damaged", "dicom.no_identity"}


def test_a_deflated_file_without_a_group_length_is_damage() -> None:
    """Where the data set begins cannot be known then."""
    meta = encode(0x00020010, "UI", DEFLATED.encode())
    assert refusal(bytes(128) + b"DICM" + meta + b"\x03\x00" * 20) == "dicom.damaged"


def test_millions_of_sequence_items_are_refused_before_parsing() -> None:
    """A small file that unpacks to two million empty items is given up within two seconds."""
    item = b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
    sequence = encode(0x00081140, "SQ", item * 2_000_000)
    content = make_file(raw={0x00081140: sequence}, syntax=DEFLATED)
    began = time.monotonic()
    assert (len(content) < 100_000, refusal(content)) == (True, "dicom.too_many_items")
    assert time.monotonic() - began < 2


def test_sequences_nested_without_end_are_damage() -> None:
    """Ten thousand sequences inside each other do not end the process."""
    level = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    assert refusal(make_file(raw={0x00081140: level * 10_000})) in {"dicom.damaged", "dicom.no_identity"}


def test_a_header_that_ends_early_is_reported_and_its_beginning_is_used() -> None:
    """A value that is cut is not half used, and what stood before it is."""
    header = read(make_file({"ImageComments": "long enough to be cut"})[:-4])
    assert [finding.code for finding in header.findings] == ["header.truncated"]
    assert header.attributes.read(standard_attribute("ImageComments")) == ABSENT


def test_pixels_that_end_early_are_reported_and_the_header_is_used() -> None:
    """A file cut in its pixel data still says what it is."""
    content = CT.read_bytes()[:-5000]
    header = read(content)
    assert [finding.code for finding in header.findings] == ["pixels.truncated"]


@pytest.mark.parametrize(
    "tail",
    [
        encode(0x7FE00010, "OW", bytes(64)),
        b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff",
        b"\xe0\x7f\x10\x00" + struct.pack("<I", 8) + bytes(8),
        b"\xe0\x7f\x10",
        b"",
    ],
    ids=["whole", "encapsulated", "implicit", "stub", "none"],
)
def test_pixels_that_are_whole_or_of_unknown_length_are_not_reported(tail: bytes) -> None:
    """Only an announced length can be missed."""
    assert read(make_file(tail=tail)).findings == ()


def test_an_error_of_the_disk_is_no_fault_of_the_file() -> None:
    """A disk that fails while it is read is not called a damaged file."""

    class FailingDisk(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if size is not None and 0 < size < 1000:  # the parser's small reads, not the guards' large ones
                raise OSError(errno.EIO, "disk")
            return super().read(size)

    with pytest.raises(OSError, match="disk"):
        read_header(FailingDisk(CT.read_bytes()), length=CT.stat().st_size)


def test_a_sequence_that_ends_without_a_tag_is_damage() -> None:
    """A sequence of undefined length that runs into the end of the file."""
    assert (
        refusal(make_file(raw={0x00400275: b"\x40\x00\x75\x02SQ\x00\x00\xff\xff\xff\xff\xfe\xff"})) == "dicom.damaged"
    )


def test_no_refusal_quotes_the_file() -> None:
    """A file whose every text is a marker is refused without the marker."""
    content = make_file({"SOPInstanceUID": "", "PatientName": MARKER, "StudyDescription": MARKER, "KVP": MARKER})
    with pytest.raises(DataError) as caught:
        read_header(io.BytesIO(content), length=len(content))
    assert MARKER not in f"{caught.value} {caught.value.detail}"
