"""The gating verdict, its evidence, and what is not evidence."""

import pytest

from shared.dicom.gating import CardiacTiming
from tests.support.datasets import MR_IMAGE, Value, describe, private_block

MR: dict[str, Value] = {"Modality": "MR", "SOPClassUID": MR_IMAGE}


def timing(attributes: dict[str, Value], raw: dict[int, bytes] | None = None) -> CardiacTiming | None:
    """The cardiac timing of a made instance."""
    return describe(attributes, raw=raw).cardiac


def ge(rate: str = "76", percent: str = "70", **more: float) -> dict[int, bytes]:
    """GE's private cardiac elements."""
    elements: dict[int, tuple[str, Value]] = {0x31: ("CS", rate), 0x33: ("CS", percent)}
    if "resolution" in more:
        elements[0x32] = ("FL", more["resolution"])
    return private_block(0x0045, "GEMS_HELIOS_01", elements)


def test_nothing_cardiac_gives_nothing() -> None:
    """A plain CT has no cardiac block."""
    assert timing({}) is None


def test_an_mr_with_cardiac_gating_in_its_options_is_gated() -> None:
    """ScanOptions CG is the standard's own word for it (PS3.3 C.8.3.1.1.1)."""
    found = timing({**MR, "ScanOptions": "FC\\CG", "HeartRate": "60", "NominalInterval": "1000", "TriggerTime": "380"})
    assert found == CardiacTiming(
        gated=True,
        evidence=("ScanOptions",),
        heart_rate_bpm=60.0,
        rr_interval_ms=1000.0,
        rr_source="NominalInterval",
        trigger_delay_ms=380.0,
        phase_percent=38.0,
        phase_source="trigger_delay/rr_interval",
        phase_label="end-systole",
        phase_rule="v1",
        aortic_valve_closure_ms=384.5,
    )


def test_several_images_in_a_cycle_are_evidence() -> None:
    """More than one image per cycle with an interval is a cine."""
    found = timing({**MR, "CardiacNumberOfImages": "25", "NominalInterval": "900", "TriggerTime": "0"})
    assert found is not None
    assert (found.gated, found.evidence) == (True, ("CardiacNumberOfImages", "NominalInterval"))


@pytest.mark.parametrize(
    "attributes",
    [
        {**MR, "HeartRate": "60", "LowRRValue": "0", "HighRRValue": "0"},
        {**MR, "TriggerTime": "1234"},
        {**MR, "HeartRate": "72"},
        {**MR, "CardiacNumberOfImages": "1", "NominalInterval": "900"},
        {**MR, "TriggerTime": "500", "BodyPartExamined": "HEART"},
    ],
    ids=["default-60", "dynamic-time", "rate-alone", "one-image", "heart"],
)
def test_what_is_not_evidence_does_not_gate(attributes: dict[str, Value]) -> None:
    """A heart rate, a time or a body part alone says nothing about gating."""
    found = timing(attributes)
    assert found is not None
    assert (found.gated, found.trigger_delay_ms, found.phase_percent) == (False, None, None)


@pytest.mark.parametrize("attributes", [{**MR, "BeatRejectionFlag": "Y"}, {**MR, "CardiacNumberOfImages": "0"}])
def test_flags_that_devices_always_write_say_nothing(attributes: dict[str, Value]) -> None:
    """GE writes a beat rejection flag and a zero on every MR."""
    assert timing(attributes) is None


def test_the_default_rate_of_an_ungated_image_is_not_shown() -> None:
    """60 is what devices write when they measured nothing."""
    found = timing({**MR, "HeartRate": "60"})
    assert found is not None
    assert found.heart_rate_bpm is None


def test_a_stated_technique_of_none_wins() -> None:
    """An object that says it was not synchronized was not."""
    found = timing({**MR, "CardiacSynchronizationTechnique": "NONE", "ScanOptions": "CG"})
    assert found is not None
    assert (found.gated, found.technique) == (False, "NONE")


@pytest.mark.parametrize("technique", ["PROSPECTIVE", "RETROSPECTIVE", "PACED"])
def test_a_stated_technique_is_the_verdict(technique: str) -> None:
    """The attribute that was made for it is believed first."""
    found = timing({"CardiacSynchronizationTechnique": technique, "CardiacSignalSource": "ECG"})
    assert found is not None
    assert (found.gated, found.evidence, found.signal_source) == (True, ("CardiacSynchronizationTechnique",), "ECG")


@pytest.mark.parametrize("rate", ["474", "-1", "0", "19"])
def test_an_implausible_heart_rate_is_left_out_with_a_warning(rate: str) -> None:
    """Real files hold 474, -1 and 0; none is shown as a heart rate."""
    found = timing({**MR, "ScanOptions": "CG", "HeartRate": rate})
    assert found is not None
    assert (found.heart_rate_bpm, [warning.code for warning in found.warnings]) == (
        None,
        ["cardiac.heart_rate_implausible"],
    )


def test_ges_private_elements_give_rate_phase_and_resolution() -> None:
    """AvgHeartRateForImage, PctRpeakDelay and TemporalResolution (seconds) of GEMS_HELIOS_01."""
    found = timing({}, raw=ge(resolution=0.3268))
    assert found is not None
    assert (found.gated, found.heart_rate_bpm, found.phase_percent, found.temporal_resolution_ms, found.rr_source) == (
        True,
        76.0,
        70.0,
        326.8,
        "60000/HeartRate",
    )


@pytest.mark.parametrize(("rate", "percent"), [("0", "0"), ("76", "120"), ("76", "-5"), ("", "70"), ("x", "70")])
def test_ges_elements_without_a_believable_rate_and_phase_say_nothing(rate: str, percent: str) -> None:
    """An ungated GE image may carry the block with zeros."""
    assert timing({}, raw=ge(rate, percent)) is None


def test_a_standard_percentage_is_believed_before_a_vendors() -> None:
    """NominalPercentageOfCardiacPhase at the top level (GE Revolution) comes first."""
    found = timing({"NominalPercentageOfCardiacPhase": 40.0}, raw=ge())
    assert found is not None
    assert (found.phase_percent, found.phase_source, found.evidence[0]) == (
        40.0,
        "NominalPercentageOfCardiacPhase",
        "NominalPercentageOfCardiacPhase",
    )


def test_a_percentage_over_100_is_not_a_phase() -> None:
    """Values over 100 have been seen in the wild and mean something else."""
    found = timing({"NominalPercentageOfCardiacPhase": 130.0, "HeartRate": "70"})
    assert found is not None
    assert found.phase_percent is None


def test_a_delay_beyond_the_interval_gives_no_phase_and_a_warning() -> None:
    """A delay of 1200 ms in a beat of 1000 ms is not wrapped."""
    found = timing({**MR, "ScanOptions": "CG", "NominalInterval": "1000", "TriggerTime": "1200"})
    assert found is not None
    assert (found.phase_percent, found.phase_source, found.warnings[0].code) == (None, None, "cardiac.delay_beyond_rr")


def test_rate_and_interval_that_disagree_are_both_shown() -> None:
    """60 bpm beside an interval of 700 ms (86 bpm) is a conflict that the reader should know."""
    found = timing({**MR, "ScanOptions": "CG", "HeartRate": "61", "NominalInterval": "700", "TriggerTime": "100"})
    assert found is not None
    assert (found.heart_rate_bpm, found.rr_interval_ms, found.warnings[0].code) == (
        61.0,
        700.0,
        "cardiac.rate_interval_conflict",
    )


def test_without_rate_and_interval_there_is_no_percent() -> None:
    """A delay alone cannot be placed in the cycle."""
    found = timing({**MR, "ScanOptions": "PPG", "TriggerTime": "300"})
    assert found is not None
    assert (found.trigger_delay_ms, found.rr_interval_ms, found.phase_percent) == (300.0, None, None)


def test_an_implausible_interval_gives_way_to_the_heart_rate() -> None:
    """An interval of 10 ms is no beat."""
    found = timing({**MR, "ScanOptions": "CG", "HeartRate": "75", "NominalInterval": "10"})
    assert found is not None
    assert (found.rr_interval_ms, found.rr_source) == (800.0, "60000/HeartRate")


@pytest.mark.parametrize(
    ("attributes", "raw", "keyword", "source"),
    [
        (
            {"CardiacRRIntervalSpecified": 900.0, "CardiacSynchronizationTechnique": "PACED"},
            {},
            "CardiacRRIntervalSpecified",
            None,
        ),
        ({**MR, "ScanOptions": "CG", "NominalInterval": "900"}, {}, "NominalInterval", None),
        ({**MR, "ScanOptions": "CG", "HeartRate": "75"}, {}, "HeartRate", "60000/HeartRate"),
    ],
)
def test_the_interval_says_where_it_comes_from(
    attributes: dict[str, Value], raw: dict[int, bytes], keyword: str, source: str | None
) -> None:
    """A derived interval names its formula."""
    provenance = describe(attributes, raw=raw).provenance["cardiac.rr_interval_ms"]
    assert (provenance.keyword, provenance.source) == (keyword, source)


def test_a_private_value_says_so() -> None:
    """A reader can see that a value rests on a vendor's private element."""
    provenance = describe({}, raw=ge()).provenance["cardiac.phase_percent"]
    assert (provenance.keyword, provenance.tag, provenance.raw, provenance.source) == (
        "PctRpeakDelay",
        "(0045,1033)",
        "70",
        "private, GEMS_HELIOS_01",
    )


def test_a_standard_rate_keeps_its_provenance_beside_a_private_one() -> None:
    """What the standard attribute says is not overwritten by the vendor's."""
    facts = describe({"HeartRate": "66"}, raw=ge())
    assert facts.cardiac is not None
    assert (facts.cardiac.heart_rate_bpm, facts.provenance["cardiac.heart_rate_bpm"].keyword) == (66.0, "HeartRate")
