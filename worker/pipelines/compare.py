"""Assembly of a comparison: one tree for each side, and what differs between them."""

from collections.abc import Iterable, Sequence

import msgspec

from shared.dicom.assembly import Assembly, Duplicate, assemble_studies
from shared.dicom.comparison import compare_studies
from shared.dicom.findings import Finding
from shared.formats.flat_card import write_flat_card
from shared.jobs.outcomes import FileOutcome, Outcome, Source
from shared.jobs.parameters import SIDES, Upload
from shared.jobs.results import ComparedResult, ComparedSide, ExtractedFile
from worker.pipelines.assemble import (
    NoneReadable,
    Pieces,
    count_files,
    find_previews,
    gather_files,
    gather_warnings,
    list_outcomes,
    list_readable,
    without_long_lists,
)
from worker.pipelines.duplicates import describe_duplicates

_SAME = Finding("comparison.same_files", "Both sides are the same files; there is nothing that could differ.")
_NOTHING = Finding("comparison.nothing_matched", "No series of one side has a counterpart on the other.")


class SideUnreadable(NoneReadable):
    """One side of a comparison has no file that could be used; carries what was wrong with each."""

    def __init__(self, side: str, files: tuple[FileOutcome, ...]) -> None:
        super().__init__(files)
        self.code = "compare.side_unreadable"
        self.detail = f"Nothing of the {side} could be read as DICOM; `files` says what was wrong. Send both sides."


class _Side:
    """The files of one side, each in its place among all files of the job."""

    def __init__(self, side: str, files: Sequence[ExtractedFile], uploads: Sequence[Upload]) -> None:
        own = {upload.index for upload in uploads if upload.side == side}
        # What belongs to the other side keeps its place, so that places mean the same everywhere.
        self.files = [
            file if file.index in own else msgspec.structs.replace(file, facts=None, code=None) for file in files
        ]
        self.readable = list_readable(self.files)
        self.name = side
        self.hashes = {upload.sha256 for upload in uploads if upload.side == side}

    def assemble(self) -> Assembly | None:
        """Describe the studies; None where nothing is readable."""
        return assemble_studies(self.readable) if self.readable else None


def assemble_comparison(uploads: Sequence[Upload], extracted: Iterable[ExtractedFile]) -> Outcome:
    """Build the result of a comparison.

    Parameters
    ----------
    uploads
        Every upload in order, each with its side.

    Returns
    -------
    Outcome
        A file that both sides have is no duplicate; its instance lists stand below the side's name. Previews count the
        baseline's series first, then the follow-up's.

    Raises
    ------
    SideUnreadable
        Where one side yielded no facts.
    NoneReadable
        Where neither did.
    """
    files = gather_files(uploads, extracted)
    sides = [_Side(name, files, uploads) for name in SIDES]
    assemblies = [side.assemble() for side in sides]
    if not any(assemblies):
        raise NoneReadable(list_outcomes(files, {}))
    duplicates: dict[int, Duplicate] = {}
    pieces: list[Pieces] = []
    warnings: list[Finding] = []
    trees: list[ComparedSide] = []
    previews: list[Source] = []
    series_before = 0
    for side, assembly in zip(sides, assemblies, strict=True):
        if assembly is None:
            raise SideUnreadable(side.name, list_outcomes(files, {}))
        duplicates |= describe_duplicates(side.files, assembly.duplicates)
        pieces.append(without_long_lists(assembly.studies))
        previews += find_previews(side.files, side.readable, assembly.studies, series_before=series_before)
        series_before += sum(len(study.series) for study in assembly.studies)
        trees.append(ComparedSide(write_flat_card(assembly.studies), pieces[-1].studies))
        warnings += [_of_side(side.name, finding) for finding in gather_warnings(assembly)]
    baseline, followup = trees
    comparison = compare_studies(baseline.studies, followup.studies)
    if sides[0].hashes == sides[1].hashes:
        warnings.insert(0, _SAME)
    if not comparison.pairs:
        warnings.insert(0, _NOTHING)
    outcomes = list_outcomes(files, duplicates)
    lists = {name: piece.instances for name, piece in zip(SIDES, pieces, strict=True) if piece.instances}
    return Outcome(
        result=msgspec.json.encode(ComparedResult(baseline, followup, comparison)),
        instances=msgspec.json.encode(lists) if lists else b"",
        counts=count_files(outcomes),
        warnings=tuple(warnings),
        files=outcomes,
        previews=tuple(previews),
    )


def _of_side(side: str, finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, where=f"{side}.{finding.where}" if finding.where else side)
