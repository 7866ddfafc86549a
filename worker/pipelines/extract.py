"""Extraction: read the header of each file of a chunk and state its facts, or why there are none."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

from shared.dicom.extra import ExtraAttribute
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.limits import refuse
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
    limits: Callable[[], AbstractContextManager[None]],
    extra: tuple[ExtraAttribute, ...] = (),
) -> tuple[ExtractedFile, ...]:
    """Extract every stored file of a chunk; one bad file never costs the others.

    Parameters
    ----------
    before_each
        Called before each file; raises where the work is no longer wanted.
    limits
        Around each file; raises DataError or MemoryError where it costs too much.
    extra
        Attributes that the operator asked for.

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
        found = _read_one(upload, upload.location, open_upload, limits, extra, include_identity=include_identity)
        if isinstance(found, DataError):
            extracted.append(
                ExtractedFile(upload.index, upload.sha256, upload.bytes, code=found.code, detail=found.detail)
            )
        else:
            extracted.append(ExtractedFile(upload.index, upload.sha256, upload.bytes, facts=found))
    return tuple(extracted)


def _read_one(
    upload: Upload,
    location: str,
    open_upload: Callable[[str], BinaryIO],
    limits: Callable[[], AbstractContextManager[None]],
    extra: tuple[ExtraAttribute, ...],
    *,
    include_identity: bool,
) -> InstanceFacts | DataError:
    try:
        with limits(), open_upload(location) as source:
            header = read_header(source, length=upload.bytes)
            return describe_instance(header, include_identity=include_identity, extra=extra)
    except OSError as error:
        raise TransientError("storage.unavailable", "Stored bytes could not be read; tried again later.") from error
    except DataError as error:
        return error
    except MemoryError:
        return refuse("dicom.too_costly")
