"""Extraction: read the header of each file of a chunk and state its facts, or why there are none."""

from collections.abc import Callable, Sequence
from typing import BinaryIO

from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.errors import DataError, TransientError
from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile


def extract_chunk(
    uploads: Sequence[Upload],
    *,
    open_upload: Callable[[str], BinaryIO],
    include_identity: bool,
    before_each: Callable[[], None],
) -> tuple[ExtractedFile, ...]:
    """Extract every stored file of a chunk; one bad file never costs the others.

    Parameters
    ----------
    before_each
        Called before each file; raises where the work is no longer wanted.

    Raises
    ------
    TransientError
        Where the storage does not answer.
    """
    extracted = []
    for upload in uploads:
        if upload.location is None:
            continue
        before_each()
        try:
            with open_upload(upload.location) as source:
                header = read_header(source, length=upload.bytes)
            facts = describe_instance(header, include_identity=include_identity)
        except OSError as error:
            raise TransientError("storage.unavailable", "Stored bytes could not be read; tried again later.") from error
        except DataError as error:
            extracted.append(
                ExtractedFile(upload.index, upload.sha256, upload.bytes, code=error.code, detail=error.detail)
            )
        else:
            extracted.append(ExtractedFile(upload.index, upload.sha256, upload.bytes, facts=facts))
    return tuple(extracted)
