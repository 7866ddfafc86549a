"""The respiratory timing of one instance or frame, from the standard's own attributes.

References
----------
PS3.3 C.7.6.18.2 (Respiratory Synchronization Module), C.7.6.16.2.17 (Respiratory Synchronization Macro), C.7.6.16.2.2
(Frame Content Macro) and C.8.3.1.1.1 (ScanOptions of MR).
"""

from msgspec import Struct, convert

from shared.dicom.attributes import Attributes
from shared.dicom.parameters import Extract, Kind, Parameter, Table

_PROOFS = Table(
    (
        Parameter("technique", "RespiratoryMotionCompensationTechnique", Kind.TEXT),
        Parameter("phase_percent", "NominalPercentageOfRespiratoryPhase", Kind.NUMBER, least=0, most=100),
        Parameter("cycle_position", "RespiratoryCyclePosition", Kind.TEXT),
    )
)
"""Attributes without which there is nothing respiratory to say."""

_DETAILS = Table(
    (
        Parameter("signal_source", "RespiratorySignalSource", Kind.TEXT),
        Parameter("trigger_type", "RespiratoryTriggerType", Kind.TEXT),
        Parameter("trigger_delay_threshold_percent", "RespiratoryTriggerDelayThreshold", Kind.NUMBER),
        Parameter("interval_time_ms", "RespiratoryIntervalTime", Kind.NUMBER, least=0),
        Parameter("trigger_delay_ms", "NominalRespiratoryTriggerDelayTime", Kind.NUMBER),
        Parameter("starting_amplitude_percent", "StartingRespiratoryAmplitude", Kind.NUMBER),
        Parameter("starting_phase", "StartingRespiratoryPhase", Kind.TEXT),
        Parameter("ending_amplitude_percent", "EndingRespiratoryAmplitude", Kind.NUMBER),
        Parameter("ending_phase", "EndingRespiratoryPhase", Kind.TEXT),
    )
)

_SCAN_OPTIONS = Parameter("scan_options", "ScanOptions", Kind.TEXTS)
_GATED_MR_OPTION = "RG"
_UNCOMPENSATED = {"NONE", "UNKNOWN"}


class RespiratoryTiming(Struct, frozen=True, omit_defaults=True):
    """The respiratory facts of one instance; ``evidence`` names the attributes that prove them."""

    evidence: tuple[str, ...]
    technique: str | None = None
    signal_source: str | None = None
    trigger_type: str | None = None
    trigger_delay_threshold_percent: float | None = None
    interval_time_ms: float | None = None
    trigger_delay_ms: float | None = None
    phase_percent: float | None = None
    cycle_position: str | None = None
    starting_amplitude_percent: float | None = None
    starting_phase: str | None = None
    ending_amplitude_percent: float | None = None
    ending_phase: str | None = None


def read_respiratory_timing(attributes: Attributes, modality: str, extract: Extract) -> RespiratoryTiming | None:
    """Read the respiratory timing; None where nothing was done about breathing, which a technique of NONE says.

    Parameters
    ----------
    extract
        Receives the provenance of what is used and the attributes that could not be used.
    """
    own = Extract()
    own.take_table(attributes, _PROOFS)
    is_gated = modality == "MR" and _GATED_MR_OPTION in _options(attributes)
    if own.values.get("technique") in _UNCOMPENSATED or not (own.values or is_gated):
        extract.unreadable += own.unreadable
        return None
    evidence = [row.keyword for row in _PROOFS.rows if row.key in own.values]
    own.take_table(attributes, _DETAILS)
    extract.unreadable += own.unreadable
    extract.provenance.update({f"respiratory.{key}": origin for key, origin in own.provenance.items()})
    proofs = (*evidence, *(("ScanOptions",) if is_gated else ()))
    return convert({**own.values, "evidence": proofs}, RespiratoryTiming)


def _options(attributes: Attributes) -> tuple[object, ...]:
    options = Extract()
    options.take_one(attributes, _SCAN_OPTIONS)
    value = options.values.get(_SCAN_OPTIONS.key)
    return value if isinstance(value, tuple) else ()
