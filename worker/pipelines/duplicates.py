"""Whether two files with one SOP Instance UID are the same bytes, as far as that is known without inflating members.

An upload was hashed as a whole. Of a member of an archive three things are known: its size and CRC-32, which the
archive states, and the hash of its first bytes, which were read. An upload and a member are compared by size and by
what their headers say. What is said never goes beyond what was compared.
"""

from collections.abc import Sequence

from msgspec import Struct

from shared.dicom.assembly import Duplicate
from shared.jobs.results import ExtractedFile


def identify_bytes(file: ExtractedFile) -> str:
    """Give a text that is equal for two uploads, or for two members, whose bytes are taken to be the same."""
    return file.sha256 or f"{file.bytes}/{file.crc32}/{file.start}"


class _Evidence(Struct, frozen=True):
    is_same: bool
    compared: str


def describe_duplicates(files: Sequence[ExtractedFile], duplicates: Sequence[Duplicate]) -> dict[int, Duplicate]:
    """State for each duplicate, by its place, which file came first and how far the two were compared."""
    firsts: dict[str, int] = {}
    for place, file in enumerate(files):
        if file.facts is not None:
            firsts.setdefault(file.facts.sop_instance_uid, place)
    return {one.index: _describe(files, one, firsts) for one in duplicates}


def _describe(files: Sequence[ExtractedFile], duplicate: Duplicate, firsts: dict[str, int]) -> Duplicate:
    file = files[duplicate.index]
    assert file.facts is not None  # only what was read can repeat something
    first = firsts[file.facts.sop_instance_uid]
    evidence = _compare(file, files[first])
    if evidence.is_same:
        text = f"The same {evidence.compared} as file {first}; counted once."
        return Duplicate(duplicate.index, "file.duplicate", text)
    text = f"The same SOP Instance UID as file {first} with other bytes; the first is used, check the source."
    return Duplicate(duplicate.index, "file.conflicting_duplicate", text)


def _compare(file: ExtractedFile, other: ExtractedFile) -> _Evidence:
    if file.sha256 is not None and other.sha256 is not None:
        return _Evidence(file.sha256 == other.sha256, "bytes (SHA-256)")
    if file.sha256 is None and other.sha256 is None:
        return _Evidence(identify_bytes(file) == identify_bytes(other), "size, CRC-32 and first 32 KB")
    is_same = (file.bytes, file.facts) == (other.bytes, other.facts)
    return _Evidence(is_same, "SOP Instance UID, size and header values")
