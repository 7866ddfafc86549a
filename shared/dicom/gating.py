"""The cardiac timing of one instance: is it gated, by which evidence, and where in the cycle does it lie?

What is not evidence stays out: a heart rate alone, a beat rejection flag (GE writes it on every MR), a trigger time
without gating (Philips writes dynamic times there), R-R limits of zero, a body part.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from shared.dicom.attributes import Attributes
from shared.dicom.cardiac import (
    MAX_HEART_RATE_BPM,
    MAX_RR_MS,
    MIN_HEART_RATE_BPM,
    MIN_RR_MS,
    PHASE_RULE,
    aortic_valve_closure_ms,
    phase_label,
    phase_percent,
)
from shared.dicom.findings import Finding
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance

DEFAULT_HEART_RATE_BPM = 60
"""What devices write when they measured nothing; believed only of a gated instance."""

HEART_RATE_DISAGREEMENT = 0.1
"""Share by which heart rate and R-R interval may differ before both are reported."""

_HEART_RATE = Parameter("cardiac.heart_rate_bpm", "HeartRate", Kind.NUMBER)
_NOMINAL_INTERVAL = Parameter("cardiac.nominal_interval_ms", "NominalInterval", Kind.NUMBER)
_TRIGGER_TIME = Parameter("cardiac.trigger_delay_ms", "TriggerTime", Kind.NUMBER)
_NUMBER_OF_IMAGES = Parameter("cardiac.number_of_images", "CardiacNumberOfImages", Kind.INTEGER)
_TECHNIQUE = Parameter("cardiac.technique", "CardiacSynchronizationTechnique", Kind.TEXT)
_SIGNAL_SOURCE = Parameter("cardiac.signal_source", "CardiacSignalSource", Kind.TEXT)
_RR_SPECIFIED = Parameter("cardiac.rr_interval_ms", "CardiacRRIntervalSpecified", Kind.NUMBER)
_PERCENT = Parameter("cardiac.phase_percent", "NominalPercentageOfCardiacPhase", Kind.NUMBER)
_SCAN_OPTIONS = Parameter("cardiac.scan_options", "ScanOptions", Kind.TEXTS)

_GATED_TECHNIQUES = {"PROSPECTIVE", "RETROSPECTIVE", "PACED"}
_GATED_MR_OPTIONS = {"CG", "PPG"}

_DERIVED = "60000/HeartRate"

_GE_IMAGE = (0x0045, "GEMS_HELIOS_01")
"""GE's private block of reconstruction facts; element names as in pydicom's private dictionary."""


class CardiacTiming(Struct, frozen=True, omit_defaults=True):
    """The cardiac facts of one instance; each quantity with its source."""

    gated: bool
    evidence: tuple[str, ...] = ()
    technique: str | None = None
    signal_source: str | None = None
    heart_rate_bpm: float | None = None
    rr_interval_ms: float | None = None
    rr_source: str | None = None
    trigger_delay_ms: float | None = None
    phase_percent: float | None = None
    phase_source: str | None = None
    phase_label: str | None = None
    phase_rule: str | None = None
    aortic_valve_closure_ms: float | None = None
    temporal_resolution_ms: float | None = None
    warnings: tuple[Finding, ...] = ()


class _Vendor(Struct, frozen=True):
    heart_rate_bpm: float | None = None
    phase_percent: float | None = None
    temporal_resolution_ms: float | None = None
    source: str | None = None


def read_cardiac_timing(attributes: Attributes, modality: str, extract: Extract) -> CardiacTiming | None:
    """Read the cardiac timing of an instance; None where there is nothing cardiac to say.

    Parameters
    ----------
    extract
        Receives the provenance of what is used and the attributes that could not be used.
    """
    found = Extract()
    found.take(
        attributes,
        (_HEART_RATE, _NOMINAL_INTERVAL, _TRIGGER_TIME, _NUMBER_OF_IMAGES, _TECHNIQUE, _SIGNAL_SOURCE)
        + ((_RR_SPECIFIED, _PERCENT) if modality == "CT" else (_RR_SPECIFIED,)),
    )
    scan_options = Extract()
    scan_options.take_one(attributes, _SCAN_OPTIONS)
    vendor = _read_ge(attributes, found) if modality == "CT" else _Vendor()
    extract.unreadable += found.unreadable
    evidence, gated = _judge(found, scan_options.values.get(_SCAN_OPTIONS.key, ()), modality, vendor)
    if not evidence:
        return None
    warnings: list[Finding] = []
    timing = CardiacTiming(
        gated=gated,
        evidence=evidence,
        technique=_text(found, _TECHNIQUE),
        signal_source=_text(found, _SIGNAL_SOURCE),
        heart_rate_bpm=_heart_rate(found, vendor, warnings, gated=gated),
    )
    if gated:
        timing = _with_phase(timing, found, vendor, warnings)
    _hand_over(found, timing, extract)
    return replace(timing, warnings=tuple(warnings))


def _judge(found: Extract, options: object, modality: str, vendor: _Vendor) -> tuple[tuple[str, ...], bool]:
    """Give the evidence and the verdict; a stated technique of NONE always wins."""
    technique = _text(found, _TECHNIQUE)
    if technique is not None:
        return (_TECHNIQUE.keyword,), technique in _GATED_TECHNIQUES
    proofs = []
    if modality == "MR" and isinstance(options, tuple) and _GATED_MR_OPTIONS.intersection(options):
        proofs.append(_SCAN_OPTIONS.keyword)
    images, interval = _number(found, _NUMBER_OF_IMAGES), _number(found, _NOMINAL_INTERVAL)
    if images is not None and interval is not None and images > 1 and interval > 0:
        proofs += [_NUMBER_OF_IMAGES.keyword, _NOMINAL_INTERVAL.keyword]
    if _number(found, _PERCENT) is not None:
        proofs.append(_PERCENT.keyword)
    if vendor.phase_percent is not None and vendor.source is not None:
        proofs.append(vendor.source)
    if proofs:
        return tuple(proofs), True
    hints = [
        parameter.keyword
        for parameter in (_HEART_RATE, _TRIGGER_TIME, _NOMINAL_INTERVAL)
        if (_number(found, parameter) or 0) > 0
    ]
    return tuple(hints), False


def _heart_rate(found: Extract, vendor: _Vendor, warnings: list[Finding], *, gated: bool) -> float | None:
    stated = _number(found, _HEART_RATE)
    rate = vendor.heart_rate_bpm if stated is None else stated
    if rate is None:
        return None
    if not MIN_HEART_RATE_BPM <= rate <= MAX_HEART_RATE_BPM:
        text = f"The stated heart rate lies outside {MIN_HEART_RATE_BPM} to {MAX_HEART_RATE_BPM} bpm and is not used."
        warnings.append(Finding("cardiac.heart_rate_implausible", text))
        return None
    if not gated and rate == DEFAULT_HEART_RATE_BPM:
        return None
    return rate


def _with_phase(timing: CardiacTiming, found: Extract, vendor: _Vendor, warnings: list[Finding]) -> CardiacTiming:
    interval, interval_source = _rr_interval(found, timing.heart_rate_bpm)
    delay = _number(found, _TRIGGER_TIME)
    percent, percent_source = _percent(found, vendor, delay, interval, warnings)
    if delay is None and percent is not None and interval is not None:
        time_ms: float | None = percent * interval / 100
    else:
        time_ms = delay
    rate = timing.heart_rate_bpm or (60000 / interval if interval else None)
    label = None
    if percent is not None and time_ms is not None and rate is not None:
        label = phase_label(time_ms, percent, rate)
    _compare(timing.heart_rate_bpm, interval, interval_source, warnings)
    return replace(
        timing,
        rr_interval_ms=None if interval is None else round(interval, 1),
        rr_source=interval_source,
        trigger_delay_ms=delay,
        phase_percent=None if percent is None else round(percent, 1),
        phase_source=percent_source,
        phase_label=label,
        phase_rule=PHASE_RULE if label else None,
        aortic_valve_closure_ms=round(aortic_valve_closure_ms(rate), 1) if label and rate else None,
        temporal_resolution_ms=vendor.temporal_resolution_ms,
    )


def _rr_interval(found: Extract, heart_rate: float | None) -> tuple[float | None, str | None]:
    for parameter in (_RR_SPECIFIED, _NOMINAL_INTERVAL):
        interval = _number(found, parameter)
        if interval is not None and MIN_RR_MS <= interval <= MAX_RR_MS:
            return interval, parameter.keyword
    if heart_rate is not None:
        return 60000 / heart_rate, _DERIVED
    return None, None


def _percent(
    found: Extract, vendor: _Vendor, delay: float | None, interval: float | None, warnings: list[Finding]
) -> tuple[float | None, str | None]:
    stated = _number(found, _PERCENT)
    if stated is not None and 0 <= stated <= 100:
        return stated, _PERCENT.keyword
    if delay is not None and interval is not None:
        percent = phase_percent(delay, interval)
        if percent is None:
            text = "The trigger delay does not lie inside the R-R interval; no phase is given."
            warnings.append(Finding("cardiac.delay_beyond_rr", text))
        return percent, "trigger_delay/rr_interval" if percent is not None else None
    return vendor.phase_percent, vendor.source


def _compare(rate: float | None, interval: float | None, source: str | None, warnings: list[Finding]) -> None:
    if rate is None or interval is None or source == _DERIVED:
        return
    if abs(60000 / interval - rate) > HEART_RATE_DISAGREEMENT * rate:
        text = "Heart rate and R-R interval of the file differ by more than 10 %; both are shown as given."
        warnings.append(Finding("cardiac.rate_interval_conflict", text))


def _read_ge(attributes: Attributes, found: Extract) -> _Vendor:
    """Read GE's cardiac reconstruction facts: AvgHeartRateForImage, TemporalResolution, PctRpeakDelay."""
    rate = _private(attributes, found, "cardiac.heart_rate_bpm", 0x31, "AvgHeartRateForImage", "CS")
    resolution = _private(attributes, found, "cardiac.temporal_resolution_ms", 0x32, "TemporalResolution", "FL")
    percent = _private(attributes, found, "cardiac.phase_percent", 0x33, "PctRpeakDelay", "CS")
    if percent is None or not 0 <= percent <= 100 or not rate:
        return _Vendor()
    return _Vendor(
        heart_rate_bpm=rate,
        phase_percent=percent,
        temporal_resolution_ms=None if resolution is None else round(resolution * 1000, 1),
        source="PctRpeakDelay (GEMS_HELIOS_01)",
    )


def _private(attributes: Attributes, found: Extract, key: str, element: int, keyword: str, vr: str) -> float | None:
    group, creator = _GE_IMAGE
    attribute = attributes.private(group, creator, element, keyword, vr)
    if attribute is None:
        return None
    own = Extract()
    parameter = Parameter(key, keyword, Kind.NUMBER)
    value = own.record(parameter, attribute, typed_reading(attributes.read(attribute), parameter))
    found.unreadable += own.unreadable
    if value is not None and key not in found.values:  # a standard attribute that gave this key keeps it
        found.provenance[key] = replace(own.provenance[key], source=f"private, {creator}")
    return value if isinstance(value, float) else None


def _hand_over(found: Extract, timing: CardiacTiming, extract: Extract) -> None:
    """Keep the provenance of the quantities that the timing really shows."""
    for key, provenance in found.provenance.items():
        name = key.removeprefix("cardiac.")
        if name != "rr_interval_ms" and getattr(timing, name, None) is not None:
            extract.provenance[key] = provenance
    if timing.rr_source == _DERIVED:
        rate = extract.provenance[_HEART_RATE.key]
        extract.provenance[_RR_SPECIFIED.key] = Provenance(rate.keyword, rate.tag, source=_DERIVED)
    elif timing.rr_source is not None:
        chosen = _RR_SPECIFIED if timing.rr_source == _RR_SPECIFIED.keyword else _NOMINAL_INTERVAL
        extract.provenance[_RR_SPECIFIED.key] = found.provenance[chosen.key]


def _number(found: Extract, parameter: Parameter) -> float | None:
    value = found.values.get(parameter.key)
    return value if isinstance(value, int | float) else None


def _text(found: Extract, parameter: Parameter) -> str | None:
    value = found.values.get(parameter.key)
    return value if isinstance(value, str) else None


def gathered_warnings(timings: Sequence[CardiacTiming]) -> tuple[Finding, ...]:
    """Give each warning of a series once."""
    return tuple(dict.fromkeys(finding for timing in timings for finding in timing.warnings))
