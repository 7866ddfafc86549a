"""Assembly: from the facts of all files to one result, and to what the job says about each file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from shared.dicom.assembly import Assembly, Duplicate, ReadInstance, assemble_studies
from shared.dicom.findings import Finding
from shared.dicom.preview_picks import choose_frames
from shared.dicom.series import InstanceRow, Series
from shared.dicom.study import Study
from shared.errors import DataError
from shared.formats.flat_card import write_flat_card
from shared.jobs.outcomes import SKIPPED, Counts, FileOutcome, Outcome, Source
from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile, Result
from shared.privacy.burned_in import BurnedIn, judge_burned_in
from worker.pipelines.duplicates import describe_duplicates, identify_bytes

_BURNED_IN = {
    BurnedIn.STATED: "The file says that its pixels show text that identifies the patient; look before you share it.",
    BurnedIn.SCREEN_CAPTURE: "Captured screens often show the patient's name in their pixels; look before you share.",
    BurnedIn.LIKELY_BY_MODALITY: "Such images often show the patient's name in their pixels; look before you share.",
}
"""What is said of pixels that may show who the patient is."""

MAX_LISTED_INSTANCES = 64
"""Series with more instances leave their list out of the result; the wire contract's number."""


class NoneReadable(DataError):
    """No file of the job could be used; carries what was wrong with each."""

    def __init__(self, files: tuple[FileOutcome, ...]) -> None:
        code = "dicom.none_readable"
        detail = "None of the files could be read as DICOM; `files` says what was wrong with each. Send DICOM objects."
        if len(files) == 1 and (files[0].code or "").startswith("upload.archive_"):  # one archive, refused as a whole
            code, detail = files[0].code or code, files[0].detail or detail
        super().__init__(code, detail)
        self.files = files


class Pieces(Struct):
    """The studies of a result, and the long instance lists that it leaves out, by series instance UID."""

    studies: tuple[Study, ...]
    instances: dict[str, tuple[InstanceRow, ...]]


def assemble_result(uploads: Sequence[Upload], extracted: Iterable[ExtractedFile]) -> Outcome:
    """Build the result of a job.

    Parameters
    ----------
    uploads
        Every upload in order; those that were stored are represented by what was extracted from them.

    Returns
    -------
    Outcome
        Its files are in the upload's order, members of archives counted in the place of their archive.

    Raises
    ------
    NoneReadable
        Where not one file yielded facts.
    """
    files = gather_files(uploads, extracted)
    readable = list_readable(files)
    if not readable:
        raise NoneReadable(list_outcomes(files, {}))
    assembly = assemble_studies(readable)
    pieces = without_long_lists(assembly.studies)
    outcomes = list_outcomes(files, describe_duplicates(files, assembly.duplicates))
    return Outcome(
        result=msgspec.json.encode(Result(metadata=write_flat_card(assembly.studies), studies=pieces.studies)),
        instances=msgspec.json.encode(pieces.instances) if pieces.instances else b"",
        counts=count_files(outcomes),
        warnings=gather_warnings(assembly),
        files=outcomes,
        previews=find_previews(files, readable, assembly.studies),
    )


def find_previews(
    files: Sequence[ExtractedFile],
    readable: Sequence[ReadInstance],
    studies: Sequence[Study],
    *,
    series_before: int = 0,
) -> tuple[Source, ...]:
    """Say where the frames lie that stand for each series and phase; series are counted from ``series_before`` on."""
    places: dict[str, int] = {}
    for one in readable:
        places.setdefault(one.facts.sop_instance_uid, one.index)
    picks = choose_frames(studies, {one.facts.sop_instance_uid: one.facts for one in reversed(readable)})
    chosen = [(pick, files[places[pick.sop_instance_uid]]) for pick in picks]
    uids = [series.series_instance_uid for study in studies for series in study.series]
    return tuple(
        Source(
            series_before + uids.index(pick.series_instance_uid),
            pick.phase_index,
            file.index,
            file.member,
            pick.frame_index,
        )
        for pick, file in chosen
    )


def without_long_lists(studies: tuple[Study, ...]) -> Pieces:
    """Take long instance lists out of the studies."""
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
    return Pieces(tuple(shortened), removed)


def gather_files(uploads: Sequence[Upload], extracted: Iterable[ExtractedFile]) -> list[ExtractedFile]:
    """Give every file of a job in the upload's order, those that were refused at the door in their places."""
    refused = [
        ExtractedFile(upload.index, upload.sha256, upload.bytes, code=upload.code, detail=upload.detail)
        for upload in uploads
        if upload.location is None
    ]
    return sorted([*refused, *extracted], key=lambda file: (file.index, file.member))


def list_readable(files: Sequence[ExtractedFile]) -> list[ReadInstance]:
    """Give the files that yielded facts, each with its place."""
    return [
        ReadInstance(place, identify_bytes(file), file.facts)
        for place, file in enumerate(files)
        if file.facts is not None
    ]


def list_outcomes(files: Sequence[ExtractedFile], duplicates: Mapping[int, Duplicate]) -> tuple[FileOutcome, ...]:
    """Say what became of each file; ``duplicates`` by place."""
    return tuple(_outcome(place, file, duplicates.get(place)) for place, file in enumerate(files))


def _outcome(place: int, file: ExtractedFile, duplicate: Duplicate | None) -> FileOutcome:
    status, code, detail = "accepted", file.code, file.detail
    if code is not None:
        status = "skipped" if code in SKIPPED else "rejected"
    elif duplicate is not None:
        status, code, detail = "duplicate", duplicate.code, duplicate.detail
    return FileOutcome(place, file.bytes, status, file.sha256, code, detail, file.crc32)


def count_files(outcomes: Sequence[FileOutcome]) -> Counts:
    """Count what became of the files."""
    tally = [outcome.status for outcome in outcomes]
    return Counts(
        received=len(tally) - tally.count("skipped"),
        accepted=tally.count("accepted"),
        duplicate=tally.count("duplicate"),
        rejected=tally.count("rejected"),
    )


def gather_warnings(assembly: Assembly) -> tuple[Finding, ...]:
    """Gather what the whole result, its studies and its series warn about, in the result's own order."""
    gathered = list(assembly.warnings)
    for number, study in enumerate(assembly.studies):
        gathered += [_placed(finding, f"studies[{number}]") for finding in study.warnings]
        for place, series in enumerate(study.series):
            found = (*series.warnings, *_check_pixels(series))
            gathered += [_placed(finding, f"studies[{number}].series[{place}]") for finding in found]
    return tuple(gathered)


def _check_pixels(series: Series) -> Iterator[Finding]:
    reason = judge_burned_in(series) if series.image is not None else None
    if reason is not None:
        yield Finding("series.burned_in_risk", _BURNED_IN[reason])


def _placed(finding: Finding, where: str) -> Finding:
    return finding if finding.where else msgspec.structs.replace(finding, where=where)
