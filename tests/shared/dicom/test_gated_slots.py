"""A gated nuclear medicine object holds a whole cycle in time slots (PS3.3 C.8.4.12)."""

import struct

import pytest

from shared.dicom.attributes import standard_attribute
from shared.dicom.gated_slots import Slot
from tests.support.datasets import Value, encode, standard
from tests.support.heartbeats import gated

GATED_TOMO: dict[str, Value] = {
    "Modality": "NM",
    "SOPClassUID": "1.2.840.10008.5.1.4.1.1.20",
    "ImageType": "ORIGINAL\\PRIMARY\\RECON GATED TOMO\\EMISSION",
}


def item(*elements: tuple[int, bytes]) -> bytes:
    """Encode one sequence item of defined length (PS3.5 section 7.5.1)."""
    content = b"".join(encoded for _, encoded in sorted(elements))
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def sequence(keyword: str, *items: bytes) -> tuple[int, bytes]:
    """Encode a sequence of defined length."""
    tag = standard_attribute(keyword).tag
    return tag, encode(tag, "SQ", b"".join(items))


def gate(framing: str = "PCNT", interval: str = "1000", slots: int = 8) -> dict[int, bytes]:
    """GatedInformationSequence with one gate, its interval and its slots."""
    slot = item(standard("TimeSlotTime", "125"))
    data = item(
        standard("NominalInterval", interval),
        standard("IntervalsAcquired", "600"),
        sequence("TimeSlotInformationSequence", *[slot] * slots),
    )
    framed = item(standard("CardiacFramingType", framing), sequence("DataInformationSequence", data))
    return dict([sequence("GatedInformationSequence", framed)])


def test_slots_by_percent_divide_the_cycle() -> None:
    """Slot k of N lies at (k - 1/2) / N; names by the rule at 60 bpm, mid-diastole from 66.75 to 80.75 %."""
    found = gated({**GATED_TOMO, "NumberOfSlices": 20}, gate())
    assert found.slots == (
        Slot(6.2, 20, "systole"),
        Slot(18.8, 20, "systole"),
        Slot(31.2, 20, "end-systole"),
        Slot(43.8, 20, "early diastole"),
        Slot(56.2, 20, "early to mid diastole"),
        Slot(68.8, 20, "mid-diastole"),
        Slot(81.2, 20, "late diastole"),
        Slot(93.8, 20, "late diastole"),
    )


def test_the_interval_of_the_gate_is_the_beats() -> None:
    """NominalInterval and the counts stand in DataInformationSequence."""
    found = gated(GATED_TOMO, gate(interval="800"))
    assert (found.rr_interval_ms, found.rr_source, found.intervals_acquired, found.framing_type, found.evidence) == (
        800.0,
        "NominalInterval",
        600,
        "PCNT",
        ("ImageType",),
    )


def test_the_stated_number_of_slots_goes_before_the_counted_one() -> None:
    """NumberOfTimeSlots (0054,0071) is made for it."""
    assert len(gated({**GATED_TOMO, "NumberOfTimeSlots": 16}, gate(slots=8)).slots) == 16


def test_the_first_gate_describes_the_object() -> None:
    """A second gate may hold the beats of another length."""
    gates = [
        item(
            standard("CardiacFramingType", "PCNT"),
            sequence("DataInformationSequence", item(standard("NominalInterval", interval))),
        )
        for interval in ("800", "1200")
    ]
    assert gated(GATED_TOMO, dict([sequence("GatedInformationSequence", *gates)])).rr_interval_ms == 800.0


def test_a_beat_may_have_as_many_slots_as_the_limit() -> None:
    """256 is still a division of a beat."""
    assert len(gated({**GATED_TOMO, "NumberOfTimeSlots": 256, "CardiacFramingType": "PCNT"}).slots) == 256


@pytest.mark.parametrize("framing", ["FORW", "BACK", ""])
def test_slots_of_fixed_time_have_no_share_of_the_cycle(framing: str) -> None:
    """Only framing by percent makes a slot a share of the R-R interval."""
    found = gated({**GATED_TOMO, "TriggerTime": "100"}, gate(framing))
    assert (found.slots, found.phase_percent, found.trigger_delay_ms) == ((), None, None)


@pytest.mark.parametrize("number", [0, 1, 257])
def test_a_number_that_divides_no_beat_gives_no_slots(number: int) -> None:
    """One slot is no gating, and no scanner divides a beat by hundreds."""
    assert gated({**GATED_TOMO, "NumberOfTimeSlots": number, "CardiacFramingType": "PCNT"}).slots == ()


def test_slots_without_an_interval_have_no_name() -> None:
    """Their place is known, the heart rate is not."""
    found = gated({**GATED_TOMO, "NumberOfTimeSlots": 2, "CardiacFramingType": "PCNT"})
    assert found.slots == (Slot(25.0, 1), Slot(75.0, 1))


def test_a_gate_without_an_interval_still_divides_the_cycle() -> None:
    """An item may leave everything out but its framing."""
    data = sequence("DataInformationSequence", item(standard("FrameTime", "100")))
    raw = dict([sequence("GatedInformationSequence", item(standard("CardiacFramingType", "PCNT"), data))])
    assert gated({**GATED_TOMO, "NumberOfTimeSlots": 2}, raw).slots == (Slot(25.0, 1), Slot(75.0, 1))
