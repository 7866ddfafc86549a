"""From the facts of all files to studies and series, and what is said of files that repeat one another."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from shared.dicom.findings import Finding
from shared.dicom.instance import InstanceFacts
from shared.dicom.merging import merge_series
from shared.dicom.study import Patient, Study


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
    series = sorted((merge_series(group) for group in groups), key=lambda one: (one.is_localizer, -one.instance_count))
    first = groups[0][0]
    return Study(
        study_instance_uid=uid,
        modalities=tuple(dict.fromkeys(one.modality for one in series)),
        series=tuple(series),
        date=_iso_date(first.study.get("date")),
        time=_iso_time(first.study.get("time")),
        description=first.study.get("study_description"),
        patient=msgspec.convert(first.patient, Patient) if first.patient else None,
    )


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
