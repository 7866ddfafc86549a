"""Heart rate and R-R interval: their sources in the guide's order, plausibility, and agreement."""

import struct

import pytest

from shared.dicom.rr_interval import Beat
from tests.support.datasets import Value, standard
from tests.support.heartbeats import GATED_MR, MR, RETROSPECTIVE, canon, codes, gated, ge, timing

ULTRASOUND: dict[str, Value] = {"Modality": "US", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.3.1"}
ANGIOGRAPHY: dict[str, Value] = {"Modality": "XA", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.12.1"}


def r_wave_times(*times: float) -> dict[int, bytes]:
    """RWaveTimeVector (0018,6060), ms from the first frame."""
    return dict([standard("RWaveTimeVector", struct.pack(f"<{len(times)}f", *times))])


def r_wave_frames(*frames: int) -> dict[int, bytes]:
    """RWavePointer (0028,6040), frame numbers from one."""
    return dict([standard("RWavePointer", struct.pack(f"<{len(frames)}H", *frames))])


@pytest.mark.parametrize(
    ("attributes", "interval", "source"),
    [
        (
            {**RETROSPECTIVE, "RRIntervalTimeNominal": 850.0, "CardiacRRIntervalSpecified": 900.0},
            850.0,
            "RRIntervalTimeNominal",
        ),
        (
            {**RETROSPECTIVE, "CardiacRRIntervalSpecified": 900.0, "NominalInterval": "950"},
            900.0,
            "CardiacRRIntervalSpecified",
        ),
        ({**RETROSPECTIVE, "NominalInterval": "950", "HeartRate": "62"}, 950.0, "NominalInterval"),
        ({"ScanOptions": "TP70PC0842", "HeartRate": "71"}, 842.0, "ScanOptions (Siemens PC, derived)"),
        ({**RETROSPECTIVE, "HeartRate": "62"}, 967.7, "60000/HeartRate"),
        ({**RETROSPECTIVE, "NominalInterval": "0", "HeartRate": "75"}, 800.0, "60000/HeartRate"),
    ],
)
def test_the_interval_comes_from_the_first_source_there_is(
    attributes: dict[str, Value], interval: float, source: str
) -> None:
    """The order of the guide, from a nominal interval of the frame down to the reciprocal of the heart rate."""
    found = gated(attributes)
    assert (found.rr_interval_ms, found.rr_source, found.warnings) == (interval, source, ())


def test_canons_mean_interval_comes_before_the_reciprocal() -> None:
    """Element xx03 of TOSHIBA_MEC_CT3, which no gated file was seen to hold, says that it is unverified."""
    found = gated({"HeartRate": "75"}, canon(interval="850 ", percent="75% "))
    assert (found.rr_interval_ms, found.rr_source) == (850.0, "CardiacRRMeanTime (TOSHIBA_MEC_CT3, unverified)")


@pytest.mark.parametrize("interval", ["10", "239", "3001", "-900"])
def test_an_implausible_interval_gives_way_to_the_heart_rate(interval: str) -> None:
    """No beat is shorter than 240 ms or longer than 3 s."""
    found = gated({**GATED_MR, "HeartRate": "75", "NominalInterval": interval})
    assert (found.rr_interval_ms, found.rr_source, codes(found)) == (
        800.0,
        "60000/HeartRate",
        ["cardiac.rr_implausible"],
    )


@pytest.mark.parametrize("rate", ["474", "-1", "0", "19", "251"])
def test_an_implausible_heart_rate_is_left_out_with_a_warning(rate: str) -> None:
    """Real files hold 474, -1 and 0; none is shown as a heart rate."""
    found = gated({**GATED_MR, "HeartRate": rate})
    assert (found.heart_rate_bpm, codes(found)) == (None, ["cardiac.heart_rate_implausible"])


@pytest.mark.parametrize("rate", ["474", "-1"])
def test_an_implausible_heart_rate_is_reported_of_an_ungated_image_too(rate: str) -> None:
    """What could not be trusted stands in the warnings."""
    found = timing({**MR, "HeartRate": rate})
    assert found is not None
    assert (found.gated, found.heart_rate_bpm, codes(found)) == (False, None, ["cardiac.heart_rate_implausible"])


def test_the_default_rate_of_a_gated_image_is_its_rate() -> None:
    """A heart may well beat 60 times a minute."""
    assert gated({**GATED_MR, "HeartRate": "60"}).heart_rate_bpm == 60.0


def test_a_rate_without_its_attribute_follows_from_the_interval() -> None:
    """PS3.3 C.7.6.18.1: the heart rate is not used there since it can be derived."""
    found = gated({**RETROSPECTIVE, "CardiacRRIntervalSpecified": 967.0})
    assert (found.heart_rate_bpm, found.heart_rate_source) == (62.0, "60000/rr_interval")


def test_rate_and_interval_that_disagree_are_both_shown() -> None:
    """61 bpm beside an interval of 700 ms (86 bpm) is a conflict that the reader should know."""
    found = gated({**GATED_MR, "HeartRate": "61", "NominalInterval": "700", "TriggerTime": "100"})
    assert (found.heart_rate_bpm, found.rr_interval_ms, codes(found)) == (
        61.0,
        700.0,
        ["cardiac.rate_interval_conflict"],
    )


def test_a_difference_of_less_than_a_tenth_is_no_conflict() -> None:
    """The heart rate includes rejected beats and may differ a little from the reciprocal."""
    assert gated({**GATED_MR, "HeartRate": "62", "NominalInterval": "900"}).warnings == ()


@pytest.mark.parametrize(("delay", "label"), [("100", "systole"), ("340", None)])
def test_a_conflict_leaves_a_name_only_where_both_rates_give_the_same(delay: str, label: str | None) -> None:
    """The valve closes at 302 ms at 100 bpm and at 384 ms at 60 bpm (guide's table): 340 ms lies on either side."""
    found = gated({**GATED_MR, "HeartRate": "100", "NominalInterval": "1000", "TriggerTime": delay})
    assert found.phase_label == label


def test_an_ultrasound_shows_the_interval_between_its_r_waves() -> None:
    """R waves of a Vivid E95 at 48.36 and 1130.03 ms are 1081.7 ms apart; nothing was gated."""
    found = timing(ULTRASOUND, r_wave_times(48.36, 1130.03))
    assert found is not None
    assert (found.gated, found.evidence, found.rr_interval_ms, found.rr_source, found.heart_rate_bpm) == (
        False,
        ("RWaveTimeVector",),
        1081.7,
        "RWaveTimeVector",
        55.5,
    )


@pytest.mark.parametrize(
    ("times", "interval"),
    [
        ((0.0, 800.0, 1700.0, 2500.0), 800.0),
        ((0.0, 700.0, 1600.0, 2400.0, 3500.0), 850.0),
        ((0.0, 800.0, 1700.0), 850.0),
        ((500.0,), None),
        ((0.0, 90.0), None),
    ],
)
def test_several_r_waves_give_the_median_interval(times: tuple[float, ...], interval: float | None) -> None:
    """One missed or early beat does not move the median; one wave alone gives none, and 90 ms is no beat."""
    found = timing(ULTRASOUND, r_wave_times(*times))
    assert found is not None
    assert found.rr_interval_ms == interval


@pytest.mark.parametrize("times", [(900.0, 100.0), (100.0, 100.0)])
def test_r_waves_out_of_order_give_no_interval(times: tuple[float, ...]) -> None:
    """Times that go back are not times of beats that follow each other."""
    found = timing(ULTRASOUND, r_wave_times(*times))
    assert found is not None
    assert (found.rr_interval_ms, codes(found)) == (None, ["cardiac.r_waves_unordered"])


@pytest.mark.parametrize(
    ("attributes", "frames", "interval"),
    [
        ({"FrameTime": "66.667"}, (3, 18), 1000.0),
        ({"FrameTimeVector": "0\\400\\400\\100"}, (1, 3), 800.0),
        ({"FrameTimeVector": "0\\400"}, (1, 3), None),
        ({"FrameTimeVector": "0\\400"}, (0, 2), None),
        ({}, (3, 18), None),
    ],
)
def test_an_x_ray_cine_shows_the_interval_between_frames_with_r_waves(
    attributes: dict[str, Value], frames: tuple[int, ...], interval: float | None
) -> None:
    """RWavePointer counts frames from one; FrameTime or FrameTimeVector of the Cine module gives their times."""
    found = timing({**ANGIOGRAPHY, **attributes}, r_wave_frames(*frames))
    assert found is not None
    assert (found.gated, found.rr_interval_ms) == (False, interval)


@pytest.mark.parametrize("interval", ["240", "3000"])
def test_the_limits_of_an_interval_are_believed(interval: str) -> None:
    """240 ms is 250 bpm, 3000 ms is 20 bpm."""
    assert gated({**GATED_MR, "NominalInterval": interval}).rr_source == "NominalInterval"


@pytest.mark.parametrize("rate", ["20", "250"])
def test_the_limits_of_a_heart_rate_are_believed(rate: str) -> None:
    """The plausible range includes its ends."""
    assert gated({**GATED_MR, "HeartRate": rate}).heart_rate_source == "HeartRate"


def test_a_tenth_apart_is_still_agreement() -> None:
    """55 bpm beside 1200 ms (50 bpm) are five apart, less than a tenth of the stated rate."""
    assert gated({**GATED_MR, "HeartRate": "55", "NominalInterval": "1200"}).warnings == ()


def test_an_agreeing_beat_is_named_by_its_heart_rate() -> None:
    """At 62 bpm end-systole ends 410 ms after R; the reciprocal of 900 ms alone would end it at 401 ms."""
    found = gated({**GATED_MR, "HeartRate": "62", "NominalInterval": "900", "TriggerTime": "405"})
    assert found.phase_label == "end-systole"


def test_an_unknown_beat_has_no_rate() -> None:
    """A rule that asks gets nothing."""
    assert Beat().rates_bpm == ()


def test_ge_rate_stands_where_the_standard_has_none() -> None:
    """AvgHeartRateForImage of GEMS_HELIOS_01."""
    found = gated({}, ge("76"))
    assert (found.heart_rate_bpm, found.heart_rate_source) == (76.0, "AvgHeartRateForImage (GEMS_HELIOS_01)")
