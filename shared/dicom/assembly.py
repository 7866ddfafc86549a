"""From the facts of all files to studies and series, and what is said of files that repeat one another."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from shared.dicom.findings import Finding
from shared.dicom.instance import InstanceFacts
from shared.dicom.merging import merge_series
from shared.dicom.phase_sets import join_phases
from shared.dicom.series import Series
from shared.dicom.study import Patient, Study
from shared.dicom.study_checks import check_phase_sets, check_series

MOST_SCOUTS = 2
"""CT images that beside a larger series are taken for its scouts."""


class ReadInstance(Struct, frozen=True):
    """The facts of one file, with its place in the upload and the hash of its bytes."""

    index: int
    sha256: str
    facts: InstanceFacts


class Duplicate(Struct, frozen=True):
    """A file that repeats an instance that came before it."""

    index: int
    code: str
    detail: str


class Assembly(Struct, frozen=True):
    """The studies of an upload, and what is said about it as a whole."""

    studies: tuple[Study, ...]
    duplicates: tuple[Duplicate, ...] = ()
    warnings: tuple[Finding, ...] = ()


def assemble_studies(files: Sequence[ReadInstance]) -> Assembly:
    """Group instances by Study and Series Instance UID and describe each group.

    Parameters
    ----------
    files
        In the upload's order; the first of several with one SOP Instance UID is the one that counts.

    Returns
    -------
    Assembly
        Studies and series in the order in which their first file came, the series with most images first.
    """
    firsts: dict[str, ReadInstance] = {}
    duplicates = []
    for file in files:
        first = firsts.setdefault(file.facts.sop_instance_uid, file)
        if first is not file:
            duplicates.append(_duplicate(file, first))
    groups: dict[str, dict[str, list[InstanceFacts]]] = {}
    for file in firsts.values():
        facts = file.facts
        groups.setdefault(facts.study_instance_uid, {}).setdefault(facts.series_instance_uid, []).append(facts)
    studies = tuple(_build_study(uid, list(series.values())) for uid, series in groups.items())
    return Assembly(studies, tuple(duplicates))


def _duplicate(file: ReadInstance, first: ReadInstance) -> Duplicate:
    if file.sha256 == first.sha256:
        return Duplicate(file.index, "file.duplicate", f"The same bytes as file {first.index}; counted once.")
    text = f"The same SOP Instance UID as file {first.index} with other bytes; the first is used, check the source."
    return Duplicate(file.index, "file.conflicting_duplicate", text)


def _build_study(uid: str, groups: list[list[InstanceFacts]]) -> Study:
    merged = [_checked(merge_series(group)) for group in groups]
    series = sorted(_with_scouts(merged), key=lambda one: (one.is_localizer, -one.instance_count))
    first = groups[0][0]
    sets = join_phases(series)
    return Study(
        study_instance_uid=uid,
        modalities=tuple(dict.fromkeys(one.modality for one in series)),
        series=tuple(series),
        date=_iso_date(first.study.get("date")),
        time=_iso_time(first.study.get("time")),
        description=first.study.get("study_description"),
        patient=msgspec.convert(first.patient, Patient) if first.patient else None,
        multi_phase_sets=sets,
        warnings=(*check_phase_sets(sets), *_check_identity(facts for group in groups for facts in group)),
    )


def _checked(series: Series) -> Series:
    return msgspec.structs.replace(series, warnings=(*series.warnings, *check_series(series)))


def _with_scouts(series: Sequence[Series]) -> list[Series]:
    """Take one or two CT images that are not axial for scouts of a larger CT series beside them."""
    largest = max((one.instance_count for one in series if one.modality == "CT"), default=0)
    return [
        msgspec.structs.replace(one, is_localizer=True) if largest > MOST_SCOUTS and _may_be_scout(one) else one
        for one in series
    ]


def _may_be_scout(series: Series) -> bool:
    if series.modality != "CT" or series.instance_count > MOST_SCOUTS or series.geometry is None:
        return False
    return all(not stack.plane.startswith("axial") for stack in series.geometry.stacks)


def _check_identity(instances: Iterable[InstanceFacts]) -> tuple[Finding, ...]:
    """Say where files of one study name different patients; who they are is not known here."""
    if len({facts.identity for facts in instances if facts.identity is not None}) < 2:
        return ()
    text = "Files of this study name different patients; check whether they belong together before you use them."
    return (Finding("study.conflicting_identifiers", text),)


def _iso_date(text: str | None) -> str | None:
    """Write a DA value (PS3.5 section 6.2) as ISO 8601; None where it is none."""
    if (
        text is None
        or len(text) != 8
        or not text.isdigit()
        or not ("01" <= text[4:6] <= "12" and "01" <= text[6:] <= "31")
    ):
        return None
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _iso_time(text: str | None) -> str | None:
    """Write the hours, minutes and seconds of a TM value as ISO 8601; None where it is none."""
    digits = (text or "").split(".")[0]
    if len(digits) not in {4, 6} or not digits.isdigit():
        return None
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
