"""What the standard's own attributes say about the heart's cycle, classic and enhanced.

The attributes are read as if they all stood at the top level: a frame of an enhanced object comes as a flattened view.

References
----------
PS3.3 C.7.6.18.1 (Cardiac Synchronization Module), C.7.6.16.2.7 (Cardiac Synchronization Macro), C.7.6.16.2.2 (Frame
Content Macro), C.8.3.1 (MR Image), C.8.4.12 (NM Multi-gated), C.8.9.1 and C.8.9.3 (PET), C.8.5.6 (US Image),
C.8.7.1 (X-Ray Image) and C.7.6.5 (Cine).
"""

from itertools import pairwise

from shared.dicom.attributes import Attributes
from shared.dicom.cardiac_candidates import Candidates, Stated, number_row, text_row, texts_row
from shared.dicom.parameters import Kind, Parameter, Table

TECHNIQUE = "CardiacSynchronizationTechnique"
SIGNAL_SOURCES = ("CardiacSignalSource", "TriggerSourceOrType")
CYCLE_POSITION = "CardiacCyclePosition"
PERCENT = "NominalPercentageOfCardiacPhase"
HEART_RATE = "HeartRate"
TRIGGER_TIME = "TriggerTime"
NOMINAL_INTERVAL = "NominalInterval"
R_WAVES = {"RWaveTimeVector", "RWavePointer"}
"""Sources that show the R waves themselves: an interval taken from them needs no gating to be true."""

_NUMBERS = tuple(
    number_row(keyword)
    for keyword in (
        HEART_RATE,
        "RRIntervalTimeNominal",
        "CardiacRRIntervalSpecified",
        NOMINAL_INTERVAL,
        PERCENT,
        "NominalCardiacTriggerDelayTime",
        "ActualCardiacTriggerDelayTime",
        "NominalCardiacTriggerTimePriorToRPeak",
        "ActualCardiacTriggerTimePriorToRPeak",
        TRIGGER_TIME,
    )
)
_TEXTS = tuple(text_row(keyword) for keyword in (TECHNIQUE, SIGNAL_SOURCES[0], CYCLE_POSITION))
NUMBER_OF_IMAGES = "CardiacNumberOfImages"
_EVERYWHERE = Table((*_TEXTS, *_NUMBERS, Parameter(NUMBER_OF_IMAGES, NUMBER_OF_IMAGES, Kind.INTEGER)))

_R_WAVE_POINTER = Table([Parameter("RWavePointer", "RWavePointer", Kind.NUMBERS)])
_OF_MODALITY = {
    "MR": Table([texts_row("ScanOptions")]),
    "NM": Table([texts_row("ImageType"), text_row("TriggerSourceOrType")]),
    "PT": Table([texts_row("SeriesType"), text_row("TriggerSourceOrType")]),
    "US": Table([Parameter("RWaveTimeVector", "RWaveTimeVector", Kind.NUMBERS)]),
    "XA": _R_WAVE_POINTER,
    "RF": _R_WAVE_POINTER,
}
"""Attributes that say something about the cycle in one modality only."""

_FRAME_TIMES = (number_row("FrameTime"), Parameter("FrameTimeVector", "FrameTimeVector", Kind.NUMBERS))
_INTERVALS = ("RRIntervalTimeNominal", "CardiacRRIntervalSpecified", NOMINAL_INTERVAL)
_DELAYS = ("NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime")
_TIMES_PRIOR = ("NominalCardiacTriggerTimePriorToRPeak", "ActualCardiacTriggerTimePriorToRPeak")


def read_standard_sources(attributes: Attributes, modality: str, candidates: Candidates) -> None:
    """Read what the standard's attributes say, each list of the candidates in the order of belief."""
    candidates.facts.take_table(attributes, _EVERYWHERE)
    if modality in _OF_MODALITY:
        candidates.facts.take_table(attributes, _OF_MODALITY[modality])
    if not candidates.facts.values:
        return
    for keywords, into in (
        ((HEART_RATE,), candidates.heart_rates),
        (_INTERVALS, candidates.intervals),
        (_TIMES_PRIOR, candidates.times_prior),
    ):
        into += [stated for keyword in keywords if (stated := candidates.stated(keyword)) is not None]
    _take_delays(candidates, _DELAYS, candidates.delays)
    _take_delays(candidates, (TRIGGER_TIME,), candidates.trigger_times)
    percent = candidates.stated(PERCENT)
    if percent is not None and candidates.add_percent(candidates.percents, percent):
        candidates.proofs.append(PERCENT)
    _read_r_waves(attributes, candidates)


def _take_delays(candidates: Candidates, keywords: tuple[str, ...], into: list[Stated]) -> None:
    for keyword in keywords:
        stated = candidates.stated(keyword)
        if stated is not None and stated.value >= 0:
            into.append(stated)
        elif stated is not None:
            candidates.warn("cardiac.delay_negative")


def _read_r_waves(attributes: Attributes, candidates: Candidates) -> None:
    """Take the R-R interval from the R waves of an ultrasound (times) or of an X-ray cine (frame numbers)."""
    for keyword in R_WAVES & candidates.facts.values.keys():
        value = candidates.facts.values[keyword]
        marks = [float(mark) for mark in value] if isinstance(value, tuple) else []
        if keyword == "RWavePointer":
            candidates.take(attributes, _FRAME_TIMES)
            marks = _times_of_frames(marks, candidates)
        gaps = sorted(later - earlier for earlier, later in pairwise(marks))
        if not gaps:
            continue
        if gaps[0] <= 0:
            candidates.warn("cardiac.r_waves_unordered")
            continue
        middle = len(gaps) // 2
        median = gaps[middle] if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2
        candidates.intervals.append(Stated(median, keyword, candidates.provenance(keyword)))


def _times_of_frames(numbers: list[float], candidates: Candidates) -> list[float]:
    """Give the times in ms of frames counted from one; empty where the frames have no time."""
    frame_time = candidates.number("FrameTime")
    if frame_time is not None:
        return [(number - 1) * frame_time for number in numbers]
    value = candidates.facts.values.get("FrameTimeVector")
    steps = [float(step) for step in value] if isinstance(value, tuple) else []
    if not all(1 <= number <= len(steps) for number in numbers):
        return []
    return [sum(steps[: int(number)]) for number in numbers]
