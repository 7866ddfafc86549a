"""The cardiac timing of one instance or frame: is it gated, by which evidence, and where in the cycle does it lie?

What is not evidence stays out: a heart rate alone, a beat rejection flag (GE writes it on every MR), a trigger time
without gating (Philips writes dynamic times there), R-R limits of zero, a body part.
"""

from msgspec import Struct
from msgspec.structs import asdict, replace

from shared.dicom import cardiac_sources as source
from shared.dicom.attributes import Attributes
from shared.dicom.cardiac_candidates import Candidates, Stated
from shared.dicom.cardiac_phase import PhaseCandidate, place_in_cycle
from shared.dicom.findings import Finding
from shared.dicom.gated_slots import COUNTS, Slot, divide_cycle, read_multi_gated
from shared.dicom.parameters import Extract
from shared.dicom.rr_interval import Beat, choose_beat
from shared.dicom.timing_text import read_comments, read_description
from shared.dicom.vendor_timing import read_vendor_sources

GATED_TECHNIQUES = {"PROSPECTIVE", "RETROSPECTIVE", "PACED"}
UNGATED_TECHNIQUES = {"NONE", "REALTIME"}
"""PS3.3 C.7.6.18.1: a real-time acquisition is shorter than a beat, and no gating is applied."""

_GATED_MR_OPTIONS = {"CG", "PPG"}
"""ScanOptions (0018,0022) of MR: cardiac and peripheral pulse gating (C.8.3.1.1.1)."""

_HINTS = (source.HEART_RATE, source.TRIGGER_TIME, source.NOMINAL_INTERVAL, source.PERCENT, *sorted(source.R_WAVES))
"""Attributes that are worth a word where nothing proves gating."""


class CardiacTiming(Struct, frozen=True, omit_defaults=True):
    """The cardiac facts of one instance; each quantity with its source."""

    gated: bool
    evidence: tuple[str, ...] = ()
    technique: str | None = None
    signal_source: str | None = None
    heart_rate_bpm: float | None = None
    heart_rate_source: str | None = None
    rr_interval_ms: float | None = None
    rr_source: str | None = None
    trigger_delay_ms: float | None = None
    trigger_delay_source: str | None = None
    phase_percent: float | None = None
    phase_source: str | None = None
    phase_candidates: tuple[PhaseCandidate, ...] = ()
    phase_label: str | None = None
    phase_label_source: str | None = None
    phase_rule: str | None = None
    phase_note: str | None = None
    aortic_valve_closure_ms: float | None = None
    temporal_resolution_ms: float | None = None
    framing_type: str | None = None
    beat_rejection: str | None = None
    intervals_acquired: int | None = None
    intervals_rejected: int | None = None
    low_rr_value_ms: int | None = None
    high_rr_value_ms: int | None = None
    skip_beats: int | None = None
    trigger_window_percent: float | None = None
    slots: tuple[Slot, ...] = ()
    warnings: tuple[Finding, ...] = ()


def read_cardiac_timing(attributes: Attributes, modality: str, extract: Extract) -> CardiacTiming | None:
    """Read the cardiac timing of an instance; None where there is nothing cardiac to say.

    Parameters
    ----------
    attributes
        Of a classic instance, or the flattened view of one frame of an enhanced object.
    extract
        Receives the provenance of what is used and the attributes that could not be used.
    """
    candidates = Candidates()
    source.read_standard_sources(attributes, modality, candidates)
    if modality == "CT" and candidates.text(source.TECHNIQUE) not in UNGATED_TECHNIQUES:
        read_vendor_sources(attributes, candidates)
        read_comments(attributes, candidates)
    evidence, gated = judge(candidates, modality)
    timing = _describe(attributes, modality, candidates, extract, evidence) if gated else None
    if timing is None and evidence:
        timing = _describe_ungated(candidates, extract, evidence)
    extract.unreadable += candidates.unreadable
    return timing


def judge(candidates: Candidates, modality: str) -> tuple[tuple[str, ...], bool]:
    """Give the evidence and the verdict; a stated technique of NONE always wins."""
    technique = candidates.text(source.TECHNIQUE)
    if technique in UNGATED_TECHNIQUES:
        return (source.TECHNIQUE,), False
    if technique in GATED_TECHNIQUES:
        return (source.TECHNIQUE,), True
    proofs = [*_proofs_of_modality(candidates, modality), *candidates.proofs]
    if (candidates.number(source.NUMBER_OF_IMAGES) or 0) > 1 and (candidates.number(source.NOMINAL_INTERVAL) or 0) > 0:
        proofs += [source.NUMBER_OF_IMAGES, source.NOMINAL_INTERVAL]
    if proofs:
        return tuple(dict.fromkeys(proofs)), True
    hints = (keyword for keyword in _HINTS if candidates.facts.values.get(keyword))
    return tuple(hints), False


def _proofs_of_modality(candidates: Candidates, modality: str) -> list[str]:
    match modality:
        case "MR":
            return ["ScanOptions"] if _GATED_MR_OPTIONS.intersection(candidates.texts("ScanOptions")) else []
        case "PT":
            return ["SeriesType"] if candidates.texts("SeriesType")[:1] == ("GATED",) else []
        case "NM":
            kinds = candidates.texts("ImageType")[2:3]  # "GATED", "GATED TOMO" and "RECON GATED TOMO" of C.8.4.9.1.1
            return ["ImageType"] if any("GATED" in kind.split() for kind in kinds) else []
        case _:
            return []


def _describe_ungated(candidates: Candidates, extract: Extract, evidence: tuple[str, ...]) -> CardiacTiming:
    """Show what is true of an instance without gating: a believable rate, and an interval between seen R waves."""
    if candidates.number(source.TRIGGER_TIME):
        candidates.warn("cardiac.trigger_time_untrusted")
    beat = choose_beat(candidates, gated=False)
    timing = CardiacTiming(gated=False, evidence=evidence)
    return _finish(candidates, extract, timing, beat)


def _describe(
    attributes: Attributes, modality: str, candidates: Candidates, extract: Extract, evidence: tuple[str, ...]
) -> CardiacTiming:
    if modality == "NM":
        read_multi_gated(attributes, candidates)
    if modality == "CT":
        read_description(attributes, candidates)
    candidates.take(attributes, COUNTS)
    beat = choose_beat(candidates, gated=True)
    # The CT IOD has no TriggerTime: GE writes seconds from the start of a multiphase series there. In an NM object it
    # is the delay of the whole gate, whose slots lie all over the cycle.
    trust_trigger_time = modality not in {"CT", "NM"} or source.TECHNIQUE in evidence
    if candidates.trigger_times and modality == "CT" and not trust_trigger_time:
        candidates.warn("cardiac.trigger_time_untrusted")
    slots = divide_cycle(candidates, beat) if modality == "NM" else ()
    place = place_in_cycle(candidates, beat, trust_trigger_time=trust_trigger_time)
    resolution = candidates.resolutions[0] if candidates.resolutions else None
    _credit(extract, "trigger_delay_ms", place.delay)
    _credit(extract, "phase_percent", place.percent)
    _credit(extract, "temporal_resolution_ms", resolution)
    low, high = _count(candidates, "LowRRValue"), _count(candidates, "HighRRValue")
    is_limited = bool(low or high)
    timing = CardiacTiming(
        gated=True,
        evidence=evidence,
        trigger_delay_ms=None if place.delay is None else place.delay.value,
        trigger_delay_source=None if place.delay is None else place.delay.source,
        phase_percent=_rounded(place.percent),
        phase_source=None if place.percent is None else place.percent.source,
        phase_candidates=place.candidates,
        temporal_resolution_ms=_rounded(resolution),
        framing_type=candidates.text("CardiacFramingType"),
        beat_rejection=candidates.text("CardiacBeatRejectionTechnique"),
        intervals_acquired=_count(candidates, "IntervalsAcquired"),
        intervals_rejected=_count(candidates, "IntervalsRejected"),
        low_rr_value_ms=low if is_limited else None,
        high_rr_value_ms=high if is_limited else None,
        skip_beats=_count(candidates, "SkipBeats"),
        trigger_window_percent=candidates.number("TriggerWindow"),
        slots=slots,
    )
    return _finish(candidates, extract, replace(timing, **asdict(place.naming)), beat)


def _finish(candidates: Candidates, extract: Extract, timing: CardiacTiming, beat: Beat) -> CardiacTiming:
    """Add what every timing has: technique, signal, beat and warnings, with their provenance."""
    signal = next((keyword for keyword in source.SIGNAL_SOURCES if candidates.text(keyword)), source.SIGNAL_SOURCES[0])
    for name, keyword in (("technique", source.TECHNIQUE), ("signal_source", signal)):
        if candidates.text(keyword) is not None:
            extract.provenance[f"cardiac.{name}"] = candidates.provenance(keyword)
    _credit(extract, "heart_rate_bpm", beat.heart_rate)
    _credit(extract, "rr_interval_ms", beat.interval)
    return replace(
        timing,
        technique=candidates.text(source.TECHNIQUE),
        signal_source=candidates.text(signal),
        heart_rate_bpm=_rounded(beat.heart_rate),
        heart_rate_source=None if beat.heart_rate is None else beat.heart_rate.source,
        rr_interval_ms=_rounded(beat.interval),
        rr_source=None if beat.interval is None else beat.interval.source,
        warnings=tuple(candidates.warnings),
    )


def _credit(extract: Extract, name: str, stated: Stated | None) -> None:
    if stated is not None:
        extract.provenance[f"cardiac.{name}"] = stated.provenance


def _rounded(stated: Stated | None) -> float | None:
    return None if stated is None else round(stated.value, 1)


def _count(candidates: Candidates, keyword: str) -> int | None:
    value = candidates.number(keyword)
    return None if value is None else int(value)
