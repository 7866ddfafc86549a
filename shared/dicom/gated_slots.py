"""The time slots of a gated nuclear medicine object: one instance that holds a whole cycle (PS3.3 C.8.4.12)."""

from collections.abc import Iterator

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.cardiac_candidates import Candidates, number_row, text_row
from shared.dicom.cardiac_phase import name_by_rule
from shared.dicom.parameters import Kind, Parameter
from shared.dicom.rr_interval import Beat

MAX_SLOTS = 256
"""Slots beyond are no division of a heartbeat; scanners use 8 to 64."""

_FRAMING = text_row("CardiacFramingType")
_SLOTS = Parameter("NumberOfTimeSlots", "NumberOfTimeSlots", Kind.INTEGER)
_SLICES = Parameter("NumberOfSlices", "NumberOfSlices", Kind.INTEGER)
_PERCENT_FRAMING = "PCNT"
"""CardiacFramingType (0018,1064): slots are shares of the R-R interval. Slots of fixed time have no fixed share."""


class Slot(Struct, frozen=True, omit_defaults=True):
    """One time slot: the middle of its share of the cycle, its name, and at how many slice positions it stands."""

    phase_percent: float
    positions: int
    label: str | None = None


def read_multi_gated(attributes: Attributes, candidates: Candidates) -> None:
    """Read what stands in GatedInformationSequence (0054,0062): framing, interval and slots of the first gate."""
    candidates.take(attributes, (_FRAMING, _SLOTS, _SLICES))
    for gate in _first(attributes, "GatedInformationSequence"):
        candidates.take(gate, (_FRAMING,))
        for data in _first(gate, "DataInformationSequence"):
            candidates.take(data, (number_row("NominalInterval"), *COUNTS))
            interval = candidates.stated("NominalInterval")
            if interval is not None:
                candidates.intervals.append(interval)
            slots = sum(1 for _ in data.items("TimeSlotInformationSequence"))
            if slots and candidates.number("NumberOfTimeSlots") is None:
                candidates.facts.values["NumberOfTimeSlots"] = slots


def divide_cycle(candidates: Candidates, beat: Beat) -> tuple[Slot, ...]:
    """Divide the cycle into its slots: slot k of N lies at (k - 1/2) / N; empty unless framing is by percent."""
    number = candidates.number("NumberOfTimeSlots")
    if candidates.text("CardiacFramingType") != _PERCENT_FRAMING or number is None or not 1 < number <= MAX_SLOTS:
        return ()
    positions = max(1, int(candidates.number("NumberOfSlices") or 1))
    percents = [round((slot + 0.5) / number * 100, 1) for slot in range(int(number))]
    return tuple(Slot(percent, positions, name_by_rule(percent, beat).phase_label) for percent in percents)


def _first(attributes: Attributes, keyword: str) -> Iterator[Attributes]:
    yield from (item for item, _ in zip(attributes.items(keyword), range(1), strict=False))


COUNTS = (
    *(
        Parameter(keyword, keyword, Kind.INTEGER)
        for keyword in ("IntervalsAcquired", "IntervalsRejected", "LowRRValue", "HighRRValue", "SkipBeats")
    ),
    number_row("TriggerWindow"),
    text_row("CardiacBeatRejectionTechnique"),
    _FRAMING,
)
"""How beats were accepted: PS3.3 C.7.6.18.1 and C.8.3.1; LowRRValue and HighRRValue in ms, TriggerWindow in percent."""
