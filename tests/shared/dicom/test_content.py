"""What a file is, told from its first bytes."""

import pytest

from shared.dicom.content import Content, identify_content, is_media_directory
from tests.support.samples import CT, TEST_FILES


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (bytes(128) + b"DICM", Content.DICOM),
        (b"II*\0" + bytes(124) + b"DICM", Content.DICOM),
        (b"\x08\x00\x05\x00CS\x0a\x00", Content.DICOM),
        (b"\x02\x00\x00\x00UL\x04\x00", Content.DICOM),
        (b"\x00\x08\x00\x05CS\x00\x0a", Content.DICOM),
        (b"PK\x03\x04" + bytes(10), Content.ZIP),
        (b"PK\x05\x06" + bytes(18), Content.ZIP),
        (b"PK00PK\x03\x04" + bytes(10), Content.ZIP),
        (b"PK\x07\x08PK\x03\x04" + bytes(10), Content.ZIP),
        (b"\x89PNG\r\n\x1a\n", Content.OTHER),
        (b"%PDF-1.7\n", Content.OTHER),
        (b"plain text", Content.OTHER),
        (b"\x08\x00", Content.OTHER),
        (b"", Content.OTHER),
    ],
    ids=[
        "part10",
        "tiff-preamble",
        "no-preamble",
        "meta-first",
        "big",
        "zip",
        "empty-zip",
        "single-segment-zip",
        "first-segment-zip",
        "png",
        "pdf",
        "text",
        "2",
        "0",
    ],
)
def test_content_is_told_from_the_first_bytes(head: bytes, expected: Content) -> None:
    """Neither a name nor a media type decides what a file is."""
    assert identify_content(head) is expected


def test_a_real_file_is_recognised() -> None:
    """The head of a real CT image is DICOM."""
    assert identify_content(CT.read_bytes()[:132]) is Content.DICOM


@pytest.mark.parametrize(
    ("name", "expected"),
    [("dicomdirtests/DICOMDIR", True), ("dicomdirtests/DICOMDIR-bigEnd", True), ("CT_small.dcm", False)],
)
def test_a_media_directory_is_told_by_its_class(name: str, expected: bool) -> None:
    """As dcmdump prints it: (0002,0002) UI =MediaStorageDirectoryStorage, in whatever encoding the rest is."""
    assert is_media_directory((TEST_FILES / name).read_bytes()[:1024]) is expected
