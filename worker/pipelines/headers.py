"""All headers of a job as DICOM JSON: one array, in the upload's order, each instance once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

import msgspec

from shared.archives.limits import ArchiveLimits
from shared.dicom.attributes import Present, standard_attribute
from shared.dicom.reading import Header
from shared.formats.dicom_json import write_dicom_json
from shared.jobs.parameters import ArchiveSlice, Upload
from worker.pipelines.extract import extract_chunk


def write_headers(
    uploads: Sequence[Upload],
    write: Callable[[bytes], None],
    *,
    open_upload: Callable[[str], BinaryIO],
    include_identity: bool,
    limits: Callable[[], AbstractContextManager[None]],
    archive_limits: ArchiveLimits,
) -> int:
    """Write the headers of stored files and of the members of archives; gives their number.

    Parameters
    ----------
    write
        Takes the JSON piece by piece.
    limits
        Around the reading of each file, as for extraction.

    Raises
    ------
    TransientError
        Where the storage does not answer.
    """
    seen: set[str] = set()

    def add(header: Header) -> None:
        reading = header.attributes.read(standard_attribute("SOPInstanceUID"))
        assert isinstance(reading, Present)  # a header is only made where it is present
        if reading.raw in seen:
            return
        document = write_dicom_json(header.attributes, include_identity=include_identity).document
        write((b"," if seen else b"") + msgspec.json.encode(document))
        seen.add(reading.raw)

    write(b"[")
    for upload in uploads:
        files: tuple[Upload, ...] = (upload,)
        slices: tuple[ArchiveSlice, ...] = ()
        while files or slices:
            found = extract_chunk(
                files,
                slices,
                open_upload=open_upload,
                include_identity=False,
                before_each=lambda: None,
                limits=limits,
                archive_limits=archive_limits,
                on_header=add,
            )
            files, slices = (), found.slices
    write(b"]")
    return len(seen)
