"""The page of one job: what became of it, its summary, its series and its files."""

import itertools
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from api.dashboard.views.differences import ComparisonView, view_comparison
from api.dashboard.views.job_list import JobRow, view_row
from api.dashboard.views.quantities import write_date
from api.dashboard.views.results import SeriesKey, SeriesSpot, ShownResult, ShownRow, ShownSeries
from api.dashboard.views.series_card import Picture, SeriesCard, view_series
from api.dashboard.views.summary import SummaryView, view_summary
from api.dashboard.wording import (
    FORMAT_WORDS,
    SIDE_WORDS,
    STAGES,
    advice_for,
    cause_of,
    stage_progress,
)
from api.schemas.jobs import formats_of
from shared.dicom.findings import Finding
from shared.dicom.series_parts import CardiacPhase
from shared.formats import FormatName
from shared.jobs.job import Job
from shared.jobs.outcomes import FileOutcome, read_sources


class Step(Struct, frozen=True):
    """One stage: its words, and its share from 0 to 100 where it is counted."""

    words: str
    done: bool
    completed: int | None
    total: int | None


class FileNote(Struct, frozen=True):
    """What is said about one file; ``number`` counts from one."""

    number: int
    words: str
    advice: str
    code: str


class StudyView(Struct, frozen=True):
    """A study with its series."""

    title: str
    date: str | None
    warnings: tuple[str, ...]
    cards: tuple[SeriesCard, ...]


class Download(Struct, frozen=True):
    """The result in one format."""

    words: str
    address: str
    file: str


class JobPage(Struct, frozen=True):
    """Everything the page of a job shows."""

    row: JobRow
    steps: tuple[Step, ...]
    summary: SummaryView | None
    comparison: ComparisonView | None
    studies: tuple[StudyView, ...]
    warnings: tuple[str, ...]
    files: tuple[FileNote, ...]
    downloads: tuple[Download, ...]


_findings_decoder = msgspec.json.Decoder(tuple[Finding, ...])
_files_decoder = msgspec.json.Decoder(tuple[FileOutcome, ...])


def view_job(
    job: Job,
    result: ShownResult | None,
    rows: Mapping[SeriesKey, Sequence[ShownRow]],
    *,
    shows_pictures: bool,
) -> JobPage:
    """Build the page of a job.

    Parameters
    ----------
    rows
        Instance lists that the result leaves out.
    shows_pictures
        Whether this reader may see previews.
    """
    pictures = _pictures(job, result) if result is not None and shows_pictures else {}
    studies = () if result is None else _studies(result, rows, pictures)
    placed = {words for study in studies for words in study.warnings}
    placed |= {words for study in studies for card in study.cards for words in card.warnings}
    found = dict.fromkeys(finding.detail for finding in _findings_decoder.decode(job.warnings))
    return JobPage(
        row=view_row(job),
        steps=tuple(
            Step(
                stage_progress(stage) if stage.status != "succeeded" else f"{STAGES[stage.stage]}: done",
                stage.status == "succeeded",
                stage.completed,
                stage.total,
            )
            for stage in job.stages
        ),
        summary=None if result is None else view_summary(result),
        comparison=None
        if result is None or result.comparison is None
        else view_comparison(result.comparison, pictures),
        studies=studies,
        warnings=tuple(words for words in found if words not in placed),
        files=tuple(
            FileNote(file.index + 1, cause_of(file.code, file.detail or ""), advice_for(file.code), file.code)
            for file in _files_decoder.decode(job.files)
            if file.code is not None
        ),
        downloads=_downloads(job),
    )


def _downloads(job: Job) -> tuple[Download, ...]:
    """Give every format that the API has for this kind of job."""
    if not job.has_result:
        return ()
    return tuple(
        Download(
            FORMAT_WORDS[one.name],
            f"/jobs/{job.id}/result?format={one.name}{'&instances=true' if one.name is FormatName.JSON else ''}",
            f"result.{one.ending}",
        )
        for one in formats_of(job.kind)
    )


def _studies(
    result: ShownResult,
    rows: Mapping[SeriesKey, Sequence[ShownRow]],
    pictures: Mapping[SeriesSpot, tuple[Picture, ...]],
) -> tuple[StudyView, ...]:
    views = []
    for number, placed in enumerate(result.placed_studies, start=1):
        study = placed.study
        cards = tuple(
            view_series(
                series,
                f"study-{number}-series-{place + 1}",
                rows.get((placed.side, series.series_instance_uid), ()),
                pictures.get((placed.side, placed.place, place), ()),
            )
            for place, series in enumerate(study.series)
        )
        title = study.description or (f"Study {number}" if len(result.studies) > 1 else "Study")
        details = tuple(finding.detail for finding in study.warnings)
        side = "" if placed.side is None else f"{SIDE_WORDS[placed.side]}: "
        views.append(
            StudyView(f"{side}{title}", None if study.date is None else write_date(study.date), details, cards)
        )
    return tuple(views)


def _pictures(job: Job, result: ShownResult) -> dict[SeriesSpot, tuple[Picture, ...]]:
    """Give the previews by the place of their series; sources count the series of all studies, side after side."""
    sources: dict[int, list[int | None]] = {}
    for source in read_sources(job.previews):
        sources.setdefault(source.series_number, []).append(source.phase_index)
    numbers = itertools.count()
    return {
        (placed.side, placed.place, place): _pictures_of_series(
            job, series, sources.get(next(numbers), []), placed.side
        )
        for placed in result.placed_studies
        for place, series in enumerate(placed.study.series)
    }


def _pictures_of_series(
    job: Job, series: ShownSeries, indices: Sequence[int | None], side: str | None
) -> tuple[Picture, ...]:
    """Give the previews of a series in the order of its phases; without the one that stands for none, where it has."""
    phases = sorted(index for index in indices if index is not None)
    address = f"/jobs/{job.id}/preview.png?series={series.series_instance_uid}"
    address += "" if side is None else f"&side={side}"
    if not phases:
        return (Picture(address, "Middle slice"),) if indices else ()
    words = {phase.index: _phase_words(phase.phase_percent, phase.trigger_delay_ms) for phase in _phases(series)}
    return tuple(
        Picture(f"{address}&phase={index}", f"Middle slice, phase {index + 1}{words.get(index, '')}")
        for index in phases
    )


def _phases(series: ShownSeries) -> tuple[CardiacPhase, ...]:
    return series.cardiac.phases if series.cardiac is not None else ()


def _phase_words(percent: float | None, delay: float | None) -> str:
    if percent is not None:
        return f" at {percent:g} %"
    return "" if delay is None else f" at {delay:g} ms"
