"""What holds of cardiac timing whatever a file says."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.dicom.cardiac import LABEL_MAX_BPM, LABEL_MIN_BPM, phase_label
from shared.dicom.cardiac_series import PlacedTiming, find_phase, merge_cardiac
from shared.dicom.gating import CardiacTiming
from tests.support.datasets import Value, describe, private_block, standard
from tests.support.heartbeats import timing

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=24)
NUMBER_TEXT = st.one_of(
    st.floats(-3000, 3000).map(lambda number: f"{number:.6g}"),
    st.sampled_from(["0", "60", "474", "-1", "72 bpm, 55 %, 153 ms", "TP55PC0842", "80%", "400 ms", "1e300", "12,5"]),
    TEXT,
)
FLOAT = st.floats(allow_nan=True, allow_infinity=True)

ATTRIBUTES = st.fixed_dictionaries(
    {"Modality": st.sampled_from(["CT", "MR", "PT", "NM", "US", "XA"])},
    optional={
        **dict.fromkeys(("HeartRate", "NominalInterval", "TriggerTime", "CardiacNumberOfImages"), NUMBER_TEXT),
        **dict.fromkeys(("ScanOptions", "ImageComments", "SeriesDescription"), NUMBER_TEXT),
        "CardiacSynchronizationTechnique": st.sampled_from(["NONE", "PROSPECTIVE", "RETROSPECTIVE", "PACED", "?"]),
        "CardiacCyclePosition": st.sampled_from(["END_SYSTOLE", "END_DIASTOLE", "UNDETERMINED"]),
        "SeriesType": st.sampled_from(["GATED\\IMAGE", "STATIC\\IMAGE"]),
        "ImageType": st.sampled_from(["ORIGINAL\\PRIMARY\\GATED", "ORIGINAL"]),
        "CardiacFramingType": st.sampled_from(["PCNT", "FORW"]),
        "NumberOfTimeSlots": st.integers(0, 65535),
        **dict.fromkeys(
            (
                "RRIntervalTimeNominal",
                "CardiacRRIntervalSpecified",
                "NominalCardiacTriggerDelayTime",
                "ActualCardiacTriggerDelayTime",
            ),
            FLOAT,
        ),
        "NominalPercentageOfCardiacPhase": st.floats(width=32),
        "NominalCardiacTriggerTimePriorToRPeak": st.floats(width=32),
    },
)

PRIVATE = st.builds(
    lambda ge, canon, newer, philips: {
        **private_block(0x0045, "GEMS_HELIOS_01", dict(zip((0x31, 0x33, 0x3F), ge, strict=True))),
        **private_block(0x7005, "TOSHIBA_MEC_CT3", dict(zip((0x03, 0x04, 0x05), canon, strict=True))),
        **private_block(0x0049, "GEMS_CT_CARDIAC_001", dict(zip((0x16, 0x23), newer, strict=True))),
        **private_block(0x01F1, "ELSCINT1", dict(zip((0x41, 0x45), philips, strict=True))),
    },
    *(st.tuples(*[st.tuples(st.just("LO"), NUMBER_TEXT)] * count) for count in (3, 3, 2, 2)),
)


@settings(max_examples=300, deadline=None)
@given(ATTRIBUTES, PRIVATE, st.lists(st.floats(width=32), max_size=5))
def test_a_phase_is_a_share_of_a_beat_whatever_the_file_says(
    attributes: dict[str, Value], private: dict[int, bytes], r_waves: list[float]
) -> None:
    """No text and no number makes the reader fail, or gives a phase outside 0 to 100 %."""
    waves = dict([standard("RWaveTimeVector", struct.pack(f"<{len(r_waves)}f", *r_waves))])
    found = timing(attributes, private | waves) or CardiacTiming(gated=False)
    shown = (found.phase_percent or 0, *(one.phase_percent for one in found.phase_candidates))
    assert all(0 <= percent <= 100 for percent in (*shown, *(slot.phase_percent for slot in found.slots)))


@settings(max_examples=300, deadline=None)
@given(ATTRIBUTES, PRIVATE)
def test_only_believable_rates_and_intervals_are_shown(attributes: dict[str, Value], private: dict[int, bytes]) -> None:
    """20 to 250 bpm, 240 to 3000 ms, and a delay that is not negative."""
    found = timing(attributes, private) or CardiacTiming(gated=False)
    assert found.heart_rate_bpm is None or 20 <= found.heart_rate_bpm <= 250
    assert found.rr_interval_ms is None or 240 <= found.rr_interval_ms <= 3000
    assert found.trigger_delay_ms is None or 0 <= found.trigger_delay_ms < math.inf


@settings(max_examples=300, deadline=None)
@given(ATTRIBUTES, PRIVATE)
def test_a_name_by_the_rule_needs_a_rate_that_the_rule_knows(
    attributes: dict[str, Value], private: dict[int, bytes]
) -> None:
    """Outside 35 to 150 bpm, and without gating, there is no name by timing."""
    found = timing(attributes, private) or CardiacTiming(gated=False)
    rate = found.heart_rate_bpm or 0
    assert found.phase_rule is None or (found.gated and LABEL_MIN_BPM - 0.1 <= rate <= LABEL_MAX_BPM + 0.1)


@settings(max_examples=200, deadline=None)
@given(ATTRIBUTES, PRIVATE)
def test_a_technique_of_none_always_wins(attributes: dict[str, Value], private: dict[int, bytes]) -> None:
    """Nothing else in the file makes it gated or gives it a phase."""
    found = timing({**attributes, "CardiacSynchronizationTechnique": "NONE"}, private)
    assert found is not None
    assert (found.gated, found.phase_percent, found.phase_label, found.slots) == (False, None, None, ())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ATTRIBUTES, PRIVATE), min_size=1, max_size=6))
def test_every_image_with_a_phase_finds_it_in_its_series(
    files: list[tuple[dict[str, Value], dict[int, bytes]]],
) -> None:
    """The phases of a series are those of its images, in order and each with an index."""
    timings = [found for attributes, raw in files if (found := describe(attributes, raw=raw).cardiac) is not None]
    cardiac = merge_cardiac([PlacedTiming(one) for one in timings])
    phases = cardiac.phases if cardiac is not None else ()
    placed = [one for one in timings if one.phase_percent is not None and not one.slots]
    assert [phase.index for phase in phases] == list(range(len(phases)))
    assert [one for one in placed if find_phase(one, phases) is None] == []


@pytest.mark.parametrize("rate", [math.nan, math.inf, -math.inf])
def test_a_rate_that_is_no_number_has_no_name(rate: float) -> None:
    """The rule never answers what it was not made for."""
    assert phase_label(380, 38, rate) is None
