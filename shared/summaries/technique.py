"""The sentence about how images were made where the heartbeat plays no part."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.privacy.vocabulary import ContrastKind, Token
from shared.summaries.breathing import tell_breathing
from shared.summaries.sentences import Sentence, Wording, join_words

_WEIGHTINGS = (
    Token.T1,
    Token.T2,
    Token.T2_STAR,
    Token.PROTON_DENSITY,
    Token.FLAIR,
    Token.STIR,
    Token.SUSCEPTIBILITY,
)
"""Words that tell what kind of MR contrast was chosen; diffusion is told by the opening."""

_STATED = "acquisition.acquisition_contrast"


def write_technique(facts: ModelFacts) -> Sentence | None:
    """Say how the images were made; None where the facts hold nothing a reader would want to know."""
    wording = Wording(facts)
    modality = facts.word("modality")
    match modality:
        case "MR":
            told = _also(_magnet(wording), _diffusion(wording) or _velocity(wording))
        case "MG":
            told = _also(_tube(wording), _compression(wording))
        case "CT" | "CR" | "DX" | "IO" | "PX" | "RG":
            told = _also(_tube(wording), _view(wording))
        case "XA" | "RF":
            told = _first(_frame_rate(wording), _tube(wording))
        case "US" | "IVUS" | "ES":
            told = _first(_frame_rate(wording), _probe(wording))
        case "PT" | "NM":
            told = _tracer(wording)
        case _:
            told = None
    agent = _agent(wording)
    parts = [part for part in (told, agent, tell_breathing(wording)) if part is not None]
    return wording.sentence(f"{', and '.join(parts)}.") if parts else None


def _first(*told: str | None) -> str | None:
    return next((text for text in told if text is not None), None)


def _also(told: str | None, more: str | None) -> str | None:
    return f"{told} and {more}" if told and more else told or more


def _magnet(wording: Wording) -> str | None:
    field = wording.number("acquisition.field_strength_t")
    words = wording.facts.words("described_as")
    weightings = [token.value for token in _WEIGHTINGS if token in words]
    if weightings:
        wording.cite("described_as")
    else:
        weightings = [token.value for token in _WEIGHTINGS if token in wording.facts.words(_STATED)]
        wording.cite(*([_STATED] if weightings else []))
    kind = f" with {join_words(weightings)} settings" if weightings else ""
    if field is None:
        return f"it was made{kind}" if kind else None
    return f"it was made in a magnet with a field strength of {write_number(round(field, 1))} tesla{kind}"


def _diffusion(wording: Wording) -> str | None:
    values = wording.text("acquisition.b_values_s_mm2")
    return None if values is None else f"it used diffusion strengths (b-values) of {values}"


def _velocity(wording: Wording) -> str | None:
    speed = wording.text("acquisition.velocity_encoding_cm_per_s")
    return None if speed is None else f"it can tell speeds of flow up to {speed}"


def _compression(wording: Wording) -> str | None:
    thickness = wording.number("acquisition.body_part_thickness_mm")
    return f"the breast was pressed to a thickness of {write_number(thickness)} mm" if thickness else None


def _view(wording: Wording) -> str | None:
    view = next((word for word in wording.facts.words("acquisition.view_position") if word.startswith("from ")), None)
    if view is None:
        return None
    wording.cite("acquisition.view_position")
    return f"the picture was taken {view}"


def _probe(wording: Wording) -> str | None:
    frequency = wording.text("acquisition.transducer_frequency_mhz")
    return None if frequency is None else f"the probe ran at {frequency}"


def _tube(wording: Wording) -> str | None:
    voltage = wording.number("acquisition.kvp_kv")
    return f"the X-ray tube ran at {write_number(voltage)} kV" if voltage else None


def _frame_rate(wording: Wording) -> str | None:
    rate = wording.number("acquisition.frame_rate_fps")
    return f"it was recorded at {write_number(rate)} frames per second" if rate else None


def _tracer(wording: Wording) -> str | None:
    dose = wording.number("acquisition.injected_dose_mbq")
    nuclide = wording.text("acquisition.radionuclide") if dose else None
    named = f" ({nuclide})" if nuclide else ""
    return f"a radioactive tracer of {write_number(dose)} MBq{named} was given for it" if dose else None


def _agent(wording: Wording) -> str | None:
    match wording.facts.word("acquisition.contrast"):
        case ContrastKind.IODINE | ContrastKind.GADOLINIUM as agent:
            wording.cite("acquisition.contrast")
            return f"a contrast agent with {agent}{_volume(wording)} was given to make vessels and organs stand out"
        case ContrastKind.OTHER:
            wording.cite("acquisition.contrast")
            return f"a contrast agent{_volume(wording)} was given to make vessels and organs stand out"
        case _:
            return None


def _volume(wording: Wording) -> str:
    volume = wording.number("acquisition.contrast_volume_ml")
    return f" ({write_number(volume)} ml)" if volume else ""
