"""Contrast agents: classic attributes at the top level, a sequence of agents in enhanced objects.

Implements the reader's view of PS3.3 C.7.6.4 (Contrast/Bolus) and C.7.6.4b (Enhanced Contrast/Bolus); of several agents
the first is given.
"""

from shared.dicom.parameters import Kind, Parameter

_SEQUENCE = "ContrastBolusAgentSequence"


def _amount(key: str, keyword: str) -> tuple[Parameter, Parameter]:
    return (
        Parameter(key, keyword, Kind.NUMBER, least=0, section="C.7.6.4"),
        Parameter(key, keyword, Kind.NUMBER, least=0, sequence=_SEQUENCE, section="C.7.6.4b"),
    )


CONTRAST: tuple[Parameter, ...] = (
    Parameter("acquisition.contrast_agent", "ContrastBolusAgent", Kind.TEXT, section="C.7.6.4"),
    Parameter("acquisition.contrast_agent", "CodeMeaning", Kind.TEXT, sequence=_SEQUENCE, section="C.7.6.4b"),
    Parameter("acquisition.contrast_route", "ContrastBolusRoute", Kind.TEXT, section="C.7.6.4"),
    Parameter(
        "acquisition.contrast_route",
        "CodeMeaning",
        Kind.TEXT,
        sequence=f"{_SEQUENCE}.ContrastBolusAdministrationRouteSequence",
        section="C.7.6.4b",
    ),
    *_amount("acquisition.contrast_volume_ml", "ContrastBolusVolume"),
    *_amount("acquisition.contrast_total_dose_ml", "ContrastBolusTotalDose"),
    *_amount("acquisition.contrast_flow_rate_ml_per_s", "ContrastFlowRate"),
    *_amount("acquisition.contrast_flow_duration_s", "ContrastFlowDuration"),
    *_amount("acquisition.contrast_concentration_mg_per_ml", "ContrastBolusIngredientConcentration"),
    Parameter(
        "acquisition.contrast_phase",
        "ContrastBolusAgentPhase",
        Kind.TEXT,
        macro="ContrastBolusUsageSequence",
        section="C.7.6.16.2.12",
    ),
)
"""Agent, route, amounts and phase of contrast."""
