"""The summary as prose, each sentence with the facts it rests on."""

from msgspec import Struct

from api.dashboard.views.quantities import name_of, unit_of, write_value
from api.dashboard.views.results import ShownResult, ShownSeries
from api.dashboard.wording import MODALITIES, SOURCES, TEMPLATE_REASON, TEMPLATE_REASONS
from shared.dicom.series_parts import Geometry


class ShownFact(Struct, frozen=True):
    """A fact behind a sentence: its name and, where the result has it under that key, its value."""

    name: str
    value: str | None


class SummarySentence(Struct, frozen=True):
    """One sentence and its facts."""

    text: str
    facts: tuple[ShownFact, ...]


class SummaryView(Struct, frozen=True):
    """The summary with its origin in words."""

    sentences: tuple[SummarySentence, ...]
    source: str
    reason: str | None
    model: str | None
    notice: str | None


def view_summary(result: ShownResult) -> SummaryView | None:
    """Give the summary of a result, None before or without one."""
    detail = result.summary_detail
    if detail is None or result.summary is None:
        return None
    sentences = tuple(
        SummarySentence(sentence.text, tuple(_fact(key, result.principal) for key in sentence.facts))
        for sentence in detail.sentences
    )
    reason = None if detail.reason is None else TEMPLATE_REASONS.get(detail.reason, TEMPLATE_REASON)
    return SummaryView(
        sentences or (SummarySentence(result.summary, ()),),
        SOURCES.get(detail.source, detail.source),
        reason,
        detail.model,
        detail.notice,
    )


def _fact(key: str, series: ShownSeries | None) -> ShownFact:
    value = None if series is None else _find(series, key)
    name = name_of(key.removesuffix(".min").removesuffix(".max"))
    if key == "modality" and isinstance(value, str):
        return ShownFact(name, MODALITIES.get(value, value))
    return ShownFact(name, None if value is None or value == () else write_value(value, unit_of(key)))


def _find(series: ShownSeries, key: str) -> object:
    """Follow a fact's key into its series; the geometry of a fact is that of the largest stack."""
    if key == "image_count":
        return series.frame_count or series.instance_count
    place: object = series
    for part in key.split("."):
        if isinstance(place, dict):
            place = place.get(part)
        elif isinstance(place, Geometry):
            place = getattr(place.stacks[0], part, None) if place.stacks else None
        else:
            place = getattr(place, part, None)
    return place
