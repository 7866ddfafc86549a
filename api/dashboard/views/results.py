"""The result as the dashboard reads it: the wire's own JSON, and of it only what a page shows.

A series is read with the fields that a page shows: ``shared.dicom.series`` would bring the parser along, which this
process must not load; its parts do not. A test decodes what those shapes encode.
"""

from typing import Any

import msgspec
from msgspec import Struct, structs

from shared.dicom.findings import Finding
from shared.dicom.series_parts import Cardiac, Equipment, Geometry, Image, Stack
from shared.dicom.values import Provenance, Unreadable, Value
from shared.jobs.job import JobKind
from shared.jobs.parameters import SIDES

Tree = dict[str, Any]  # Any: JSON as it came

SeriesSpot = tuple[str | None, int, int]
"""A series by its side, which only a comparison has, its study's place there and its own place in the study."""

SeriesKey = tuple[str | None, str]
"""A series by its side and its UID: both sides may hold the same one."""

BLOCKS = frozenset(
    {
        *("dose_report", "structured_report", "waveform", "document", "segmentation", "surface", "rt"),
        *("presentation_state", "key_objects", "whole_slide", "real_world_value_mapping", "registration", "raw_data"),
    }
)
"""Keys of a series that describe an object which is more, or other, than an image."""


class ShownSentence(Struct, frozen=True):
    """A sentence of the summary with the keys of its facts."""

    text: str
    facts: tuple[str, ...] = ()


class ShownDetail(Struct, frozen=True):
    """What the page says about the origin of a summary."""

    source: str
    reason: str | None = None
    sentences: tuple[ShownSentence, ...] = ()
    model: str | None = None
    notice: str | None = None


class ShownRow(Struct, frozen=True):
    """Where one instance lies along its stack's normal."""

    position_mm: float | None = None


class ShownSeries(Struct, frozen=True):
    """A series; ``tree`` is all of it, for the technical table."""

    series_instance_uid: str
    modality: str
    instance_count: int
    is_localizer: bool
    series_number: int | None = None
    description: str | None = None
    body_part: str | None = None
    frame_count: int | None = None
    equipment: Equipment | None = None
    image: Image | None = None
    acquisition: dict[str, Value] = {}
    geometry: Geometry | None = None
    cardiac: Cardiac | None = None
    provenance: dict[str, Provenance] = {}
    unreadable: tuple[Unreadable, ...] = ()
    warnings: tuple[Finding, ...] = ()
    instances: tuple[ShownRow, ...] = ()
    tree: Tree = {}

    @property
    def main_stack(self) -> Stack | None:
        """The largest stack."""
        return self.geometry.stacks[0] if self.geometry is not None and self.geometry.stacks else None

    @property
    def has_block(self) -> bool:
        """Whether an object that is not an image is described."""
        return not BLOCKS.isdisjoint(self.tree)


class ShownStudy(Struct, frozen=True):
    """A study."""

    series: tuple[ShownSeries, ...]
    date: str | None = None
    description: str | None = None
    warnings: tuple[Finding, ...] = ()


class ShownPlace(Struct, frozen=True):
    """A series of one side of a comparison; ``study`` and ``series`` count from zero."""

    study: int
    series: int
    modality: str
    instance_count: int
    series_number: int | None = None


class ShownDifference(Struct, frozen=True):
    """A quantity in which two series differ; a side that does not state it is left out."""

    label: str
    group: str
    baseline: Value | None = None
    followup: Value | None = None
    unit: str | None = None
    change: float | None = None


class ShownPair(Struct, frozen=True):
    """Two series that were compared, with how many quantities are the same."""

    baseline: ShownPlace
    followup: ShownPlace
    same: int
    differences: tuple[ShownDifference, ...] = ()


class ShownUnmatched(Struct, frozen=True):
    """Series without a counterpart."""

    baseline: tuple[ShownPlace, ...] = ()
    followup: tuple[ShownPlace, ...] = ()


class ShownComparison(Struct, frozen=True):
    """What differs between two uploads."""

    pairs: tuple[ShownPair, ...]
    unmatched: ShownUnmatched


class ShownSide(Struct, frozen=True):
    """One side of a comparison."""

    studies: tuple[ShownStudy, ...]


class PlacedStudy(Struct, frozen=True):
    """A study, its place among those of its side, and the side of a comparison that it is on."""

    side: str | None
    place: int
    study: ShownStudy


class ShownResult(Struct, frozen=True):
    """The parts of a result that a page shows; a comparison has two sides in the place of ``studies``."""

    studies: tuple[ShownStudy, ...] = ()
    baseline: ShownSide | None = None
    followup: ShownSide | None = None
    comparison: ShownComparison | None = None
    summary: str | None = None
    summary_detail: ShownDetail | None = None

    @property
    def placed_studies(self) -> tuple[PlacedStudy, ...]:
        """Every study; of a comparison the first side's before the second's."""
        sides = {None: self.studies} | {
            name: side.studies
            for name, side in zip(SIDES, (self.baseline, self.followup), strict=True)
            if side is not None
        }
        return tuple(
            PlacedStudy(side, place, one) for side, all_of in sides.items() for place, one in enumerate(all_of)
        )

    @property
    def principal(self) -> ShownSeries | None:
        """The series that the summary is about: the most images, localizers and objects without images last."""
        series = [one for study in self.studies for one in study.series]
        return max(series, key=lambda one: (not one.has_block, not one.is_localizer, one.instance_count), default=None)


_result_decoder = msgspec.json.Decoder(ShownResult)
_rows_decoder = msgspec.json.Decoder(dict[str, tuple[ShownRow, ...]])
_compared_rows_decoder = msgspec.json.Decoder(dict[str, dict[str, tuple[ShownRow, ...]]])


def read_result(content: bytes) -> ShownResult:
    """Decode a result as the API serves it."""
    result, tree = _result_decoder.decode(content), msgspec.json.decode(content)
    if result.baseline is None or result.followup is None:
        return structs.replace(result, studies=_with_trees(result.studies, tree["studies"]))
    return structs.replace(
        result,
        baseline=ShownSide(_with_trees(result.baseline.studies, tree["baseline"]["studies"])),
        followup=ShownSide(_with_trees(result.followup.studies, tree["followup"]["studies"])),
    )


def _with_trees(studies: tuple[ShownStudy, ...], trees: list[Tree]) -> tuple[ShownStudy, ...]:
    return tuple(
        structs.replace(
            study,
            series=tuple(
                structs.replace(series, tree=part) for series, part in zip(study.series, tree["series"], strict=True)
            ),
        )
        for study, tree in zip(studies, trees, strict=True)
    )


def read_rows(content: bytes, kind: JobKind) -> dict[SeriesKey, tuple[ShownRow, ...]]:
    """Decode the instance lists that a result leaves out; those of a comparison stand below their side."""
    if kind is not JobKind.COMPARE:
        return {(None, uid): rows for uid, rows in _rows_decoder.decode(content).items()}
    sides = _compared_rows_decoder.decode(content)
    return {(side, uid): rows for side, lists in sides.items() for uid, rows in lists.items()}
