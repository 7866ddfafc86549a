"""Assembly: from the facts of all files to one result, and to what the job says about each file."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from shared.dicom.assembly import Assembly, Duplicate, ReadInstance, assemble_studies
from shared.dicom.findings import Finding
from shared.dicom.series import InstanceRow
from shared.dicom.study import Study
from shared.errors import DataError
from shared.formats.flat_card import write_flat_card
from shared.jobs.outcomes import Counts, FileOutcome, Outcome
from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile, Result

MAX_LISTED_INSTANCES = 64
"""Series with more instances leave their list out of the result; the wire contract's number."""


class NoneReadable(DataError):
    """No file of the job could be used; carries what was wrong with each."""

    def __init__(self, files: tuple[FileOutcome, ...]) -> None:
        super().__init__(
            "dicom.none_readable",
            "None of the files could be read as DICOM; `files` says what was wrong with each. Send DICOM objects.",
        )
        self.files = files


class _Pieces(Struct):
    studies: tuple[Study, ...]
    instances: dict[str, tuple[InstanceRow, ...]]


def assemble_result(uploads: Sequence[Upload], extracted: Iterable[ExtractedFile]) -> Outcome:
    """Build the result of a job.

    Raises
    ------
    NoneReadable
        Where not one file yielded facts.
    """
    files = sorted(extracted, key=lambda file: file.index)
    readable = [ReadInstance(file.index, file.sha256, file.facts) for file in files if file.facts is not None]
    if not readable:
        raise NoneReadable(_outcomes(uploads, files, None))
    assembly = assemble_studies(readable)
    pieces = _without_long_lists(assembly.studies)
    outcomes = _outcomes(uploads, files, assembly)
    return Outcome(
        result=msgspec.json.encode(Result(metadata=write_flat_card(assembly.studies), studies=pieces.studies)),
        instances=msgspec.json.encode(pieces.instances) if pieces.instances else b"",
        counts=_count(outcomes),
        warnings=_warnings(assembly),
        files=outcomes,
    )


def _without_long_lists(studies: tuple[Study, ...]) -> _Pieces:
    removed: dict[str, tuple[InstanceRow, ...]] = {}
    shortened = []
    for study in studies:
        series = []
        for one in study.series:
            if len(one.instances) > MAX_LISTED_INSTANCES:
                removed[one.series_instance_uid] = one.instances
                series.append(msgspec.structs.replace(one, instances=()))
            else:
                series.append(one)
        shortened.append(msgspec.structs.replace(study, series=tuple(series)))
    return _Pieces(tuple(shortened), removed)


def _outcomes(
    uploads: Sequence[Upload], files: Sequence[ExtractedFile], assembly: Assembly | None
) -> tuple[FileOutcome, ...]:
    read = {file.index: file for file in files}
    duplicates = {duplicate.index: duplicate for duplicate in assembly.duplicates} if assembly else {}
    return tuple(_outcome(upload, read.get(upload.index), duplicates.get(upload.index)) for upload in uploads)


def _outcome(upload: Upload, read: ExtractedFile | None, duplicate: Duplicate | None) -> FileOutcome:
    refusal = upload if read is None else read
    if refusal.code is not None:
        return FileOutcome(upload.index, upload.sha256, upload.bytes, "rejected", refusal.code, refusal.detail)
    if duplicate is not None:
        code, detail = duplicate.code, duplicate.detail
        return FileOutcome(upload.index, upload.sha256, upload.bytes, "duplicate", code, detail)
    return FileOutcome(upload.index, upload.sha256, upload.bytes, "accepted")


def _count(outcomes: Sequence[FileOutcome]) -> Counts:
    tally = [outcome.status for outcome in outcomes]
    return Counts(
        received=len(tally),
        accepted=tally.count("accepted"),
        duplicate=tally.count("duplicate"),
        rejected=tally.count("rejected"),
    )


def _warnings(assembly: Assembly) -> tuple[Finding, ...]:
    """Gather what the whole result, its studies and its series warn about, in the result's own order."""
    gathered = list(assembly.warnings)
    for number, study in enumerate(assembly.studies):
        gathered += [_placed(finding, f"studies[{number}]") for finding in study.warnings]
        for place, series in enumerate(study.series):
            gathered += [_placed(finding, f"studies[{number}].series[{place}]") for finding in series.warnings]
    return tuple(gathered)


def _placed(finding: Finding, where: str) -> Finding:
    return finding if finding.where else msgspec.structs.replace(finding, where=where)
