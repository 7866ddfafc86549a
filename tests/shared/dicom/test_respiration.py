"""What was done about breathing: PS3.3 C.7.6.18.2 and the respiratory macro of a frame, flat as a frame is read."""

import pytest

from shared.dicom.respiration import RespiratoryTiming
from shared.dicom.values import Provenance
from tests.support.datasets import Value, describe
from tests.support.heartbeats import MR


def test_module_and_frame_attributes_make_one_block() -> None:
    """Technique, signal and trigger of the module, interval and phase of the frame."""
    facts = describe(
        {
            "RespiratoryMotionCompensationTechnique": "GATING",
            "RespiratorySignalSource": "BELT",
            "RespiratoryTriggerType": "AMPLITUDE",
            "RespiratoryTriggerDelayThreshold": 20.0,
            "RespiratoryIntervalTime": 4000.0,
            "NominalPercentageOfRespiratoryPhase": 30.0,
            "NominalRespiratoryTriggerDelayTime": 1200.0,
            "RespiratoryCyclePosition": "END_EXHALE",
            "StartingRespiratoryAmplitude": 10.0,
            "StartingRespiratoryPhase": "EXPIRATION",
            "EndingRespiratoryAmplitude": 15.0,
            "EndingRespiratoryPhase": "EXPIRATION",
        }
    )
    assert facts.respiratory == RespiratoryTiming(
        evidence=(
            "RespiratoryMotionCompensationTechnique",
            "NominalPercentageOfRespiratoryPhase",
            "RespiratoryCyclePosition",
        ),
        technique="GATING",
        signal_source="BELT",
        trigger_type="AMPLITUDE",
        trigger_delay_threshold_percent=20.0,
        interval_time_ms=4000.0,
        trigger_delay_ms=1200.0,
        phase_percent=30.0,
        cycle_position="END_EXHALE",
        starting_amplitude_percent=10.0,
        starting_phase="EXPIRATION",
        ending_amplitude_percent=15.0,
        ending_phase="EXPIRATION",
    )
    assert facts.provenance["respiratory.phase_percent"] == Provenance(
        "NominalPercentageOfRespiratoryPhase", "(0020,9245)", "30"
    )


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"RespiratoryMotionCompensationTechnique": "NONE", "RespiratorySignalSource": "BELT"},
        {"RespiratoryMotionCompensationTechnique": "UNKNOWN"},
        {"RespiratoryMotionCompensationTechnique": "NONE", "NominalPercentageOfRespiratoryPhase": 30.0},
        {"ScanOptions": "RG"},
        {**MR, "ScanOptions": "FC"},
        {**MR},
    ],
)
def test_nothing_done_about_breathing_gives_nothing(attributes: dict[str, Value]) -> None:
    """NONE wins, and RG is a term of MR alone."""
    assert describe(attributes).respiratory is None


def test_an_mr_with_respiratory_gating_in_its_options_is_gated() -> None:
    """ScanOptions RG (PS3.3 C.8.3.1.1.1)."""
    assert describe({**MR, "ScanOptions": "RG\\FC"}).respiratory == RespiratoryTiming(evidence=("ScanOptions",))


@pytest.mark.parametrize("percent", [0.0, 100.0])
def test_the_ends_of_a_breath_are_phases(percent: float) -> None:
    """A percentage includes 0 and 100."""
    found = describe({"NominalPercentageOfRespiratoryPhase": percent}).respiratory
    assert found is not None
    assert found.phase_percent == percent


def test_a_percentage_over_100_is_unreadable() -> None:
    """It is no share of a breath."""
    facts = describe({"NominalPercentageOfRespiratoryPhase": 130.0})
    assert (facts.respiratory, [(one.keyword, one.reason) for one in facts.unreadable]) == (
        None,
        [("NominalPercentageOfRespiratoryPhase", "value.range")],
    )
