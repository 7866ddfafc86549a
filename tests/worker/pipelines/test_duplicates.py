"""Duplicates are spoken of as far as their bytes were compared."""

import pytest

from shared.dicom.assembly import Duplicate
from shared.jobs.results import ExtractedFile
from tests.support.datasets import describe
from worker.pipelines.duplicates import describe_duplicates, identify_bytes

FACTS = describe({})
UPLOAD = ExtractedFile(0, "a" * 64, 10, facts=FACTS)
MEMBER = ExtractedFile(0, None, 10, facts=FACTS, member=(0,), crc32="0000000a", start="s")


@pytest.mark.parametrize(
    ("first", "second", "code", "words"),
    [
        (UPLOAD, UPLOAD, "file.duplicate", "The same bytes (SHA-256) as file 0"),
        (
            UPLOAD,
            ExtractedFile(1, "b" * 64, 10, facts=FACTS),
            "file.conflicting_duplicate",
            "with other bytes",
        ),
        (MEMBER, MEMBER, "file.duplicate", "The same size, CRC-32 and first 32 KB as file 0"),
        (
            MEMBER,
            ExtractedFile(0, None, 10, facts=FACTS, crc32="0000000b", start="s"),
            "file.conflicting_duplicate",
            "with other bytes",
        ),
        (UPLOAD, MEMBER, "file.duplicate", "The same SOP Instance UID, size and header values as file 0"),
        (
            UPLOAD,
            ExtractedFile(0, None, 11, facts=FACTS, crc32="0000000a", start="s"),
            "file.conflicting_duplicate",
            "with other bytes",
        ),
    ],
    ids=["uploads", "other-uploads", "members", "other-members", "mixed", "other-mixed"],
)
def test_no_more_is_said_than_was_compared(first: ExtractedFile, second: ExtractedFile, code: str, words: str) -> None:
    """Hashes where there are hashes, checksums where there are checksums."""
    described = describe_duplicates([first, second], [Duplicate(1, "", "")])
    assert (described[1].code, words in described[1].detail) == (code, True)


def test_what_was_not_read_is_nobodys_first() -> None:
    """A rejected file before them does not shift the places."""
    rejected = ExtractedFile(0, "c" * 64, 10, code="dicom.not_dicom")
    described = describe_duplicates([rejected, UPLOAD, UPLOAD], [Duplicate(2, "", "")])
    assert "file 1" in described[2].detail


def test_equal_bytes_have_equal_names() -> None:
    """Two members are the same by size, CRC-32 and start; an upload by its hash."""
    assert (identify_bytes(UPLOAD), identify_bytes(MEMBER)) == ("a" * 64, "10/0000000a/s")
