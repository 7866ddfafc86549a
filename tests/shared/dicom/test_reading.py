"""Reading headers: real files in, broken files refused by a code, never by a foreign message."""

import errno
import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest

from shared.dicom.attributes import ABSENT, Attribute, Invalid, Present, standard_attribute
from shared.dicom.instance import describe_instance
from shared.dicom.limits import ReadingLimits
from shared.dicom.reading import read_header
from shared.errors import DataError
from tests.support.datasets import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, encode, make_body, make_file, read
from tests.support.samples import CT, PNG, TEST_FILES

MARKER = "MARKER-Doe"
ROOT = Path(__file__).parents[3]
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
PER_FRAME = "PerFrameFunctionalGroupsSequence"
BODY = make_body()
BIG_BODY = make_body(big=True)
IMPLICIT_BODY = make_body(implicit=True)
EMPTY_ITEM = b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
UNDEFINED_SEQUENCE = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"


def deflate(content: bytes, *, zeros: int = 0) -> bytes:
    """Deflate a data set and so many megabytes of zeros behind it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(zeros)) + packer.flush()


def part10(syntax: str, body: bytes, *, group_length: bool = True) -> bytes:
    """Put File Meta Information before a data set, whatever its encoding is."""
    meta = encode(0x00020010, "UI", syntax.encode())
    group = encode(0x00020000, "UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + (group if group_length else b"") + meta + body


def nested(tag: int, depth: int) -> bytes:
    """Sequences of defined length inside each other."""
    content = b""
    for _ in range(depth):
        item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(content)) + content
        content = encode(tag, "SQ", item)
    return content


def worst(case: str) -> bytes:
    """Small files that would cost a parser without limits the most."""
    match case:
        case "bomb":
            return part10(DEFLATED, deflate(BODY, zeros=1000))
        case "items":
            return make_file(raw={0x00081140: encode(0x00081140, "SQ", EMPTY_ITEM * 2_000_000)}, syntax=DEFLATED)
        case "nested":
            return make_file(raw={0x00081140: UNDEFINED_SEQUENCE * 2_000_000}, syntax=DEFLATED)
        case _:
            tags = range(0x00091000, 0x00091000 + 3_000_000)
            return part10(DEFLATED, deflate(b"".join(struct.pack("<HHL", tag >> 16, tag & 0xFFFF, 0) for tag in tags)))


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


PLAIN_MR = (TEST_FILES / "MR_small.dcm").read_bytes()
SYNTAXES = {
    IMPLICIT_LITTLE: (TEST_FILES / "MR_small_implicit.dcm").read_bytes(),
    EXPLICIT_BIG: (TEST_FILES / "MR_small_expb.dcm").read_bytes(),
    DEFLATED: part10(DEFLATED, deflate(PLAIN_MR[PLAIN_MR.index(b"\x08\x00\x08\x00CS") :])),
    "1.2.840.10008.1.2.5": (TEST_FILES / "MR_small_RLE.dcm").read_bytes(),
    "1.2.840.10008.1.2.4.80": (TEST_FILES / "MR_small_jpeg_ls_lossless.dcm").read_bytes(),
    "1.2.840.10008.1.2.4.90": (TEST_FILES / "MR_small_jp2klossless.dcm").read_bytes(),
}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_same_image_says_the_same_in_every_transfer_syntax(syntax: str) -> None:
    """With explicit little endian, which all are compared with, these are seven encodings of one image."""
    expected = describe_instance(read(PLAIN_MR), include_identity=True)
    found = describe_instance(read(SYNTAXES[syntax]), include_identity=True)
    assert found == msgspec.structs.replace(expected, transfer_syntax_uid=syntax)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "dicom.not_dicom"),
        (PNG, "dicom.not_dicom"),
        (b"PK\x03\x04" + bytes(300), "dicom.not_dicom"),
        (b"%PDF-1.7" + bytes(300), "dicom.not_dicom"),
        (b"plain text, and enough of it to be looked at" * 10, "dicom.not_dicom"),
        (make_file(without=("SOPInstanceUID",)), "dicom.no_identity"),
        (make_file(without=("Modality",)), "dicom.no_identity"),
        (make_file({"Modality": ""}), "dicom.no_identity"),
        (make_file()[:260], "dicom.no_identity"),
        (make_file(syntax=DEFLATED)[:-10], "dicom.no_identity"),
        (bytes(128) + b"DICM", "dicom.no_identity"),
        (bytes(128) + b"DICM" + b"\xff" * 200, "dicom.no_identity"),
        (part10(DEFLATED, b"\x00" * 20), "dicom.no_identity"),
        (part10(DEFLATED, b"\xff" * 40), "dicom.no_identity"),
        (part10(EXPLICIT_BIG, BODY), "dicom.false_transfer_syntax"),
        (part10(EXPLICIT_LITTLE, BIG_BODY), "dicom.false_transfer_syntax"),
    ],
    ids=[
        *("empty", "png", "zip", "pdf", "text", "no-instance", "no-modality", "empty-modality", "cut", "cut-deflated"),
        *("meta-only", "garbage", "deflate-zeros", "deflate-ones", "big-claimed", "little-claimed"),
    ],
)
def test_what_is_no_stored_object_is_refused(content: bytes, code: str) -> None:
    """Each kind of damage has its code."""
    assert refusal(content) == code


@pytest.mark.parametrize(
    ("content", "syntax", "findings"),
    [
        (part10(EXPLICIT_LITTLE, BODY), EXPLICIT_LITTLE, []),
        (part10(EXPLICIT_BIG, BIG_BODY), EXPLICIT_BIG, []),
        (part10(IMPLICIT_LITTLE, BODY), IMPLICIT_LITTLE, ["encoding.mismatch"]),
        (part10(EXPLICIT_LITTLE, IMPLICIT_BODY), EXPLICIT_LITTLE, ["encoding.mismatch"]),
        (part10(IMPLICIT_LITTLE, IMPLICIT_BODY), IMPLICIT_LITTLE, []),
        (part10("1.2.840.113619.5.2", IMPLICIT_BODY), "1.2.840.113619.5.2", []),
        (part10("1.2.840.10008.1.2.4.111", BODY), "1.2.840.10008.1.2.4.111", []),
        (part10("1.3.46.670589.33.1.4.1", BODY), "1.3.46.670589.33.1.4.1", []),
        (bytes(128) + b"DICM" + BODY, None, []),
        (bytes(128) + b"DICM" + BIG_BODY, None, []),
        (BODY, None, []),
        (IMPLICIT_BODY, None, []),
        (BIG_BODY, None, []),
        (part10(EXPLICIT_LITTLE, BODY)[132:], EXPLICIT_LITTLE, []),
        (part10(DEFLATED, deflate(BODY), group_length=False), DEFLATED, []),
        (part10(EXPLICIT_LITTLE, BODY, group_length=False), EXPLICIT_LITTLE, []),
        (b"MZ" + part10(EXPLICIT_LITTLE, BODY)[2:], EXPLICIT_LITTLE, ["preamble.program"]),
        (b"\x7fELF" + part10(EXPLICIT_LITTLE, BODY)[4:], EXPLICIT_LITTLE, ["preamble.program"]),
        (b"\xcf\xfa\xed\xfe" + part10(EXPLICIT_LITTLE, BODY)[4:], EXPLICIT_LITTLE, ["preamble.program"]),
        (b"II*\0" + part10(EXPLICIT_LITTLE, BODY)[4:], EXPLICIT_LITTLE, []),
        (part10(EXPLICIT_LITTLE, BODY + bytes(50)), EXPLICIT_LITTLE, ["header.trailing_bytes"]),
        (part10(EXPLICIT_LITTLE, BODY + b"\x10\x00\x10"), EXPLICIT_LITTLE, []),
    ],
    ids=[
        *(
            "little",
            "big",
            "explicit-in-implicit",
            "implicit-in-explicit",
            "implicit",
            "ge-private",
            "jpeg-xl",
            "private",
        ),
        *("no-meta", "no-meta-big", "bare", "bare-implicit", "bare-big", "meta-without-preamble"),
        *("deflated-no-group-length", "no-group-length", "windows", "linux", "macos", "tiff", "zeros", "stub"),
    ],
)
def test_a_file_is_read_as_it_is_encoded(content: bytes, syntax: str | None, findings: list[str]) -> None:
    """What is stated wrongly or not at all is told from the bytes (PS3.5 section 7.1), and what is odd is said."""
    header = read(content)
    assert header.attributes.read(standard_attribute("Modality")) == Present("CT", ("CT",))
    assert (header.transfer_syntax_uid, [finding.code for finding in header.findings]) == (syntax, findings)


def test_a_deflated_file_reads_like_its_plain_twin() -> None:
    """Deflating changes nothing of what is said."""
    plain, deflated = read(make_file({"KVP": "120"})), read(make_file({"KVP": "120"}, syntax=DEFLATED))
    assert (plain.transfer_syntax_uid, deflated.attributes.encodings) == (EXPLICIT_LITTLE, plain.attributes.encodings)


def test_a_deflated_file_is_named_by_its_own_syntax() -> None:
    """The result shows the transfer syntax of the file, not of its inflated form."""
    assert read(make_file(syntax=DEFLATED)).transfer_syntax_uid == DEFLATED


@pytest.mark.parametrize("begin", [b"", BODY, BODY + encode(0x7FE00010, "OW", b"")[:8] + b"\xff\xff\xff\x7f"])
def test_a_deflated_bomb_is_refused_at_its_limit(begin: bytes) -> None:
    """A file of one megabyte that expands to a gigabyte, whatever the gigabyte says it is."""
    assert refusal(part10(DEFLATED, deflate(begin, zeros=1000))) == "dicom.expands_too_far"


def test_millions_of_sequence_items_are_refused() -> None:
    """A small file that unpacks to two million empty items makes no object of any of them."""
    content = make_file(raw={0x00081140: encode(0x00081140, "SQ", EMPTY_ITEM * 2_000_000)}, syntax=DEFLATED)
    assert (len(content) < 24_000, refusal(content)) == (True, "dicom.too_many_items")


@pytest.mark.parametrize(
    ("content", "limits", "code"),
    [
        (make_file(raw={0x00081140: UNDEFINED_SEQUENCE * 10_000}), {}, "dicom.too_deep"),
        (make_file(raw={0x00081140: nested(0x00081140, 200)}), {}, "dicom.too_deep"),
        (make_file({"ImageComments": "x" * 40}), {"elements": 7}, "dicom.too_many_elements"),
        (
            make_file(raw={0x00081140: UNDEFINED_SEQUENCE + bytes(90_000)}),
            {"header_bytes": 20_000},
            "dicom.header_too_large",
        ),
    ],
    ids=["undefined", "defined", "elements", "bytes"],
)
def test_a_header_beyond_a_limit_is_refused(content: bytes, limits: dict[str, int], code: str) -> None:
    """Sequences inside each other, elements and bytes have their limits; nothing recurses."""
    assert refusal(content, ReadingLimits(**limits)) == code


@pytest.mark.parametrize("case", ["bomb", "items", "nested", "elements"])
def test_the_worst_files_cost_little(case: str, tmp_path: Path) -> None:
    """Each is refused by a process of its own within two seconds of work and 256 MB at its peak."""
    place = tmp_path / "worst"
    place.write_bytes(worst(case))
    probe = "from tests.support.reading_cost import report; report()"
    answer = subprocess.run(
        [sys.executable, "-c", probe, str(place)], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    )
    code, seconds, megabytes = answer.stdout.split()
    assert code.startswith("dicom.")
    assert (float(seconds) < 2, float(megabytes) < 256) == (True, True)


def test_the_header_alone_is_read_of_a_large_file() -> None:
    """Pixels of a gigabyte that are full of item tags cost nothing, since no byte of them is read."""

    class Gigabyte(io.BytesIO):
        has_read = 0

        def read(self, size: int | None = -1, /) -> bytes:
            content = super().read(size)
            self.has_read += len(content)
            return content

    rows = {"Rows": 32768, "Columns": 16384, "BitsAllocated": 16}
    head = make_file(dict(rows), tail=encode(0x7FE00010, "OW", b"")[:8] + struct.pack("<I", 1 << 30))
    source = Gigabyte(head + EMPTY_ITEM * 100_000)
    header = read_header(source, length=len(head) + (1 << 30))
    assert (header.findings, source.has_read < 20_000) == ((), True)


def test_a_long_value_is_passed_over_and_its_length_known() -> None:
    """A document of megabytes inside an object is not held in memory; what stands behind it is read."""
    document, behind = standard_attribute("EncapsulatedDocument"), standard_attribute("PresentationCreationDate")
    raw = {
        document.tag: encode(document.tag, "OB", bytes(3_000_000)),
        behind.tag: encode(behind.tag, "DA", b"20200229"),
    }
    raw[0x70700010] = encode(0x70700010, "LO", b"behind")
    attributes = read(make_file(raw=raw)).attributes
    assert attributes.read(document) == Invalid("value.too_long")
    assert attributes.value_bytes(document) == 3_000_000
    assert attributes.read(Attribute("X", 0x70700010, "LO")) == Present("behind", ("behind",))


def test_a_long_value_that_is_cut_is_reported() -> None:
    """A file that ends inside a value which is passed over ends inside its header."""
    header = read(make_file(raw={0x00420011: encode(0x00420011, "OB", bytes(3_000_000))})[:-10])
    assert [finding.code for finding in header.findings] == ["header.truncated"]
    assert header.attributes.value_bytes(standard_attribute("EncapsulatedDocument")) is None


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


SIZE: dict[str, str | bytes | int | float] = {
    "Rows": 4,
    "Columns": 4,
    "BitsAllocated": 16,
    "SamplesPerPixel": 1,
    "NumberOfFrames": "2",
}
FRAGMENTS = b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff" + EMPTY_ITEM + b"\xfe\xff\x00\xe0\x04\x00\x00\x00abcd"
END = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"
PADDING = encode(0xFFFCFFFC, "OB", bytes(20))


@pytest.mark.parametrize(
    ("tail", "size", "codes"),
    [
        (encode(0x7FE00010, "OW", bytes(64)), {}, []),
        (encode(0x7FE00010, "OW", bytes(62)), {}, ["pixels.too_short"]),
        (encode(0x7FE00010, "OW", bytes(66)), {}, ["pixels.too_long"]),
        (encode(0x7FE00010, "OW", bytes(64))[:-1], {}, ["pixels.truncated"]),
        (encode(0x7FE00010, "OB", bytes(10)), {"Rows": 3, "Columns": 3, "BitsAllocated": 8, "NumberOfFrames": "1"}, []),
        (encode(0x7FE00010, "OB", bytes(4)), {"BitsAllocated": 1}, []),
        (encode(0x7FE00010, "OB", bytes(64)), {"PhotometricInterpretation": "YBR_FULL_422", "BitsAllocated": 8}, []),
        (encode(0x7FE00008, "OF", bytes(128)), {}, []),
        (encode(0x7FE00010, "OW", bytes(1)), {"Rows": 0}, []),
        (b"\xe0\x7f\x10\x00" + struct.pack("<I", 64) + bytes(64), {}, []),
        (FRAGMENTS + END, {}, []),
        (FRAGMENTS + END + PADDING, {}, []),
        (FRAGMENTS, {}, ["pixels.truncated"]),
        (FRAGMENTS[:-1], {}, ["pixels.truncated"]),
        (FRAGMENTS + b"garbage that is no item", {}, ["pixels.truncated"]),
        (FRAGMENTS[:12], {}, ["pixels.truncated"]),
        (b"\xe0\x7f\x10", {}, []),
        (b"", {}, []),
    ],
    ids=[
        *("whole", "short", "long", "cut", "odd", "bits", "subsampled", "float", "unknown", "implicit"),
        *("fragments", "padded", "no-delimiter", "cut-fragment", "garbage", "no-fragment", "stub", "none"),
    ],
)
def test_pixels_are_compared_with_what_the_header_needs(
    tail: bytes, size: dict[str, str | bytes | int | float], codes: list[str]
) -> None:
    """Rows x columns x samples x bits x frames (PS3.5 section 8.1.1), or fragments up to their end (A.4)."""
    assert [finding.code for finding in read(make_file({**SIZE, **size}, tail=tail)).findings] == codes


def test_more_fragments_than_are_looked_at_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without the delimiter at its very end is followed only so far."""
    monkeypatch.setattr("shared.dicom.pixels.MAX_FRAGMENTS", 1)
    assert read(make_file(tail=FRAGMENTS + END + PADDING)).findings == ()


@pytest.mark.parametrize(("cut", "codes"), [(0, []), (30, ["pixels.truncated"])], ids=["whole", "cut"])
def test_pixels_of_a_deflated_file_are_counted(cut: int, codes: list[str]) -> None:
    """The inflated bytes are counted, none is kept."""
    noise = random.Random(1).randbytes(64)
    content = make_file(dict(SIZE), tail=encode(0x7FE00010, "OW", noise), syntax=DEFLATED)
    assert [finding.code for finding in read(content[: len(content) - cut]).findings] == codes


def test_the_end_of_an_archives_member_is_left_alone() -> None:
    """Looking at the last bytes of a member would inflate all of it."""
    content = make_file(tail=FRAGMENTS)
    assert read_header(io.BytesIO(content), length=len(content), sees_end=False).findings == ()


def test_fragments_of_a_deflated_file_are_taken_as_they_are() -> None:
    """No transfer syntax is both deflated and encapsulated; such a file still says what it is."""
    assert read(make_file(tail=FRAGMENTS, syntax=DEFLATED)).findings == ()


@pytest.mark.parametrize(
    ("sequence", "codes"),
    [
        (b"\x40\x00\x75\x02SQ\x00\x00\xff\xff\xff\xff\xfe\xff", ["header.truncated"]),
        (b"\x40\x00\x75\x02SQ\x00\x00\xff\xff\xff\xff" + bytes(8), ["header.broken"]),
        (encode(0x00400275, "SQ", b"no items in here"), []),
        (encode(0x00400275, "SQ", EMPTY_ITEM)[:8] + b"\xf0\xff\xff\xff" + EMPTY_ITEM, ["header.truncated"]),
        (encode(0x00400275, "LO", b"x")[:6] + b"\xf0\xff" + b"x", ["header.truncated"]),
        (encode(0x00400275, "OB", b"x")[:10], ["header.truncated"]),
        (END, []),
    ],
    ids=["cut", "broken", "opaque", "beyond", "text-beyond", "cut-head", "stray-delimiter"],
)
def test_a_damaged_end_leaves_the_beginning_usable(sequence: bytes, codes: list[str]) -> None:
    """What stands before the damage is used, and the damage is said."""
    assert [finding.code for finding in read(make_file(raw={0x00400275: sequence})).findings] == codes


@pytest.mark.parametrize("after", [0, 20_000], ids=["first", "later"])
def test_an_error_of_the_disk_is_no_fault_of_the_file(after: int) -> None:
    """A disk that fails while it is read is not called a damaged file."""

    class FailingDisk(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() + (size or 0) > after:
                raise OSError(errno.EIO, "disk")
            return super().read(size)

    content = make_file(raw={0x00420011: encode(0x00420011, "OB", bytes(100_000))})
    with pytest.raises(OSError, match="disk"):
        read_header(FailingDisk(content), length=len(content))


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", b"\x80\x00\x00\x00"], ids=["undefined", "defined"])
def test_frames_before_the_damage_are_kept(length: bytes) -> None:
    """A file that ends inside the descriptions of its frames still describes the first ones."""
    frame = b"\xfe\xff\x00\xe0\x0c\x00\x00\x00" + encode(0x00180060, "DS", b"120 ")
    head = b"\x00\x52\x30\x92SQ\x00\x00" + length
    header = read(make_file(raw={0x52009230: head + frame * 2 + frame[:9]}))
    frames = [one.read(standard_attribute("KVP")) for one in header.attributes.items(PER_FRAME)]
    assert frames == [Present("120", ("120",))] * 2
    assert [finding.code for finding in header.findings] == ["header.truncated"]


def test_no_refusal_quotes_the_file() -> None:
    """A file whose every text is a marker is refused without the marker."""
    content = make_file({"SOPInstanceUID": "", "PatientName": MARKER, "StudyDescription": MARKER, "KVP": MARKER})
    with pytest.raises(DataError) as caught:
        read_header(io.BytesIO(content), length=len(content))
    assert MARKER not in f"{caught.value} {caught.value.detail}"
