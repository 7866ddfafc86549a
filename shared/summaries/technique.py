"""The sentence about how images were made where the heartbeat plays no part."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.privacy.vocabulary import ContrastKind, Token
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


def write_technique(facts: ModelFacts) -> Sentence | None:
    """Say how the images were made; None where the facts hold nothing a reader would want to know."""
    wording = Wording(facts)
    modality = facts.word("modality")
    match modality:
        case "MR":
            told = _magnet(wording)
        case "CT" | "MG" | "CR" | "DX" | "IO" | "PX" | "RG":
            told = _tube(wording)
        case "XA" | "RF":
            told = _first(_frame_rate(wording), _tube(wording))
        case "US" | "IVUS" | "ES":
            told = _frame_rate(wording)
        case "PT" | "NM":
            told = _tracer(wording)
        case _:
            told = None
    agent = _agent(wording)
    parts = [part for part in (told, agent) if part is not None]
    return wording.sentence(f"{', and '.join(parts)}.") if parts else None


def _first(*told: str | None) -> str | None:
    return next((text for text in told if text is not None), None)


def _magnet(wording: Wording) -> str | None:
    field = wording.number("acquisition.field_strength_t")
    words = wording.facts.words("described_as")
    weightings = [token.value for token in _WEIGHTINGS if token in words]
    if weightings:
        wording.cite("described_as")
    kind = f" with {join_words(weightings)} settings" if weightings else ""
    if field is None:
        return f"it was made{kind}" if kind else None
    return f"it was made in a magnet with a field strength of {write_number(round(field, 1))} tesla{kind}"


def _tube(wording: Wording) -> str | None:
    voltage = wording.number("acquisition.kvp_kv")
    return f"the X-ray tube ran at {write_number(voltage)} kV" if voltage else None


def _frame_rate(wording: Wording) -> str | None:
    rate = wording.number("acquisition.frame_rate_fps")
    return f"it was recorded at {write_number(rate)} frames per second" if rate else None


def _tracer(wording: Wording) -> str | None:
    dose = wording.number("acquisition.injected_dose_mbq")
    return f"a radioactive tracer of {write_number(dose)} MBq was given for it" if dose else None


def _agent(wording: Wording) -> str | None:
    match wording.facts.word("acquisition.contrast"):
        case ContrastKind.IODINE | ContrastKind.GADOLINIUM as agent:
            wording.cite("acquisition.contrast")
            return f"a contrast agent with {agent} was given to make vessels and organs stand out"
        case ContrastKind.OTHER:
            wording.cite("acquisition.contrast")
            return "a contrast agent was given to make vessels and organs stand out"
        case _:
            return None
