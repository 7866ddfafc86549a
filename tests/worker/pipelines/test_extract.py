"""Extraction of a chunk: one bad file never costs the others."""

import io
from contextlib import nullcontext
from typing import BinaryIO

import pytest

from shared.errors import TransientError
from shared.jobs.parameters import Upload
from tests.support.datasets import make_file
from worker.pipelines.extract import extract_chunk

FILES = {"good": make_file({"PatientID": "4711"}), "bad": b"\x89PNG" + bytes(300)}


def open_file(location: str) -> BinaryIO:
    """Open one of the files by its name."""
    return io.BytesIO(FILES[location])


def upload(index: int, location: str | None) -> Upload:
    """An upload of one of the files."""
    return Upload(index, "a" * 64, len(FILES.get(location or "", b"")), location=location)


def test_each_stored_file_gives_facts_or_a_reason() -> None:
    """What was refused at the door is not read at all."""
    extraction = extract_chunk(
        [upload(0, "bad"), upload(1, None), upload(2, "good")],
        open_upload=open_file,
        include_identity=False,
        before_each=lambda: None,
        limits=nullcontext,
    )
    assert [(file.index, file.facts is not None, file.code) for file in extraction.files] == [
        (0, False, "dicom.not_dicom"),
        (2, True, None),
    ]


def test_identity_is_read_only_on_order() -> None:
    """The setting of the deployment reaches the reader."""
    extraction = extract_chunk(
        [upload(0, "good")], open_upload=open_file, include_identity=True, before_each=lambda: None, limits=nullcontext
    )
    [file] = extraction.files
    assert file.facts is not None
    assert file.facts.patient == {"patient_id": "4711"}


def test_an_outage_of_the_storage_is_no_fault_of_the_file() -> None:
    """The unit is tried again later instead of rejecting the file."""

    def away(_: str) -> BinaryIO:
        raise TransientError("storage.unavailable", "away")

    with pytest.raises(TransientError):
        extract_chunk(
            [upload(0, "good")], open_upload=away, include_identity=False, before_each=lambda: None, limits=nullcontext
        )


def test_an_error_of_the_disk_is_an_outage() -> None:
    """Bytes that cannot be read at the moment are tried again later."""

    def broken(_: str) -> BinaryIO:
        raise OSError(5, "disk")

    with pytest.raises(TransientError, match=r"storage\.unavailable"):
        extract_chunk(
            [upload(0, "good")],
            open_upload=broken,
            include_identity=False,
            before_each=lambda: None,
            limits=nullcontext,
        )


def test_work_that_is_no_longer_wanted_stops_before_the_next_file() -> None:
    """A canceled job costs at most one more file."""

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        extract_chunk(
            [upload(0, "good")], open_upload=open_file, include_identity=False, before_each=stop, limits=nullcontext
        )


def test_a_file_that_takes_too_much_memory_is_refused_alone() -> None:
    """The next file is read as if nothing had happened."""

    def limited(location: str) -> BinaryIO:
        if location == "bad":
            raise MemoryError
        return open_file(location)

    extraction = extract_chunk(
        [upload(0, "bad"), upload(1, "good")],
        open_upload=limited,
        include_identity=False,
        before_each=lambda: None,
        limits=nullcontext,
    )
    assert [file.code for file in extraction.files] == ["dicom.too_costly", None]
