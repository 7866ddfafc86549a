"""The sentence about fitness for purpose: how thick the slices are, whether the stack is whole, and what follows."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.privacy.vocabulary import Token
from shared.summaries.sentences import Sentence, Wording

NOT_AN_IMAGE = "It is not an image itself, so there is no image quality to judge."
"""Stands for reports, recordings, plans and the like."""

FINE_CT_MM, FINE_MR_MM = 1.0, 1.5
"""Up to this thickness slices can be viewed from any direction without steps."""

OVERVIEW_CT_MM, OVERVIEW_MR_MM = 3.0, 5.0
"""Above this thickness small structures are averaged out."""

CALCIUM_MM = (2.4, 3.1)
"""Slice thickness usual for calcium scoring (2.5 or 3 mm by the guidelines of the cardiac CT societies)."""


MANY_SLICES = 10
"""From here on a stack is deep enough to be viewed from the side."""


def write_fitness(facts: ModelFacts) -> Sentence | None:
    """Say how good the stack is for its purpose; without slices, how many picture points an image has."""
    wording = Wording(facts)
    if facts.holds("is_localizer"):
        wording.cite("is_localizer")
        return wording.sentence("such images only serve to plan the scan itself.")
    if not facts.number("image_count"):
        return wording.sentence(NOT_AN_IMAGE) if "object" in facts or "modality" in facts else None
    thickness = wording.number("geometry.slice_thickness_mm")
    if not thickness:
        return _matrix(wording)
    told = ", ".join(part for part in (f"the slices are {write_number(thickness)} mm thick", _state(wording)) if part)
    return wording.sentence(f"{told}; {_use(wording, thickness)}.")


def _state(wording: Wording) -> str:
    missing = wording.number("geometry.missing_slices")
    if missing:
        return "with gaps in the stack"
    uniform = wording.facts.holds("geometry.is_uniform")
    if uniform:
        wording.cite("geometry.is_uniform")
    if uniform and missing == 0:
        return "evenly spaced and none is missing"
    return "evenly spaced" if uniform else ""


def _use(wording: Wording, thickness: float) -> str:
    words = (*wording.facts.words("described_as"), *wording.facts.words("study.described_as"))
    if Token.CALCIUM_SCORE in words and CALCIUM_MM[0] <= thickness <= CALCIUM_MM[1]:
        wording.cite("described_as", "study.described_as")
        return "this is the usual thickness for calcium scoring, but too coarse to follow small vessels"
    fine, overview = (FINE_MR_MM, OVERVIEW_MR_MM) if _is_mr(wording) else (FINE_CT_MM, OVERVIEW_CT_MM)
    few = (wording.facts.number("geometry.positions") or 0) < MANY_SLICES
    if thickness <= fine and (few or wording.facts.number("geometry.missing_slices")):
        return "this is thin enough for fine detail"
    if thickness <= fine:
        return "this is thin enough for fine detail and for views from any direction"
    if thickness <= overview:
        return "this is good for a general look, while very small structures may blur together"
    return "this suits an overview rather than fine detail"


def _is_mr(wording: Wording) -> bool:
    return wording.facts.word("modality") == "MR"


def _matrix(wording: Wording) -> Sentence | None:
    columns, rows = wording.number("image.columns"), wording.number("image.rows")
    if columns is None or rows is None:
        return None
    which = "the image has" if wording.facts.number("image_count") == 1 else "each image has"
    told = f"{which} {write_number(columns)} by {write_number(rows)} picture points"
    if wording.facts.word("modality") in {"CT", "MR", "PT"}:
        return wording.sentence(f"{told}, but the files do not say how thick a slice is.")
    return wording.sentence(f"{told}.")
