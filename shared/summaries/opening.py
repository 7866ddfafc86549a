"""The first sentence: what was examined, with what, and how much of it there is."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.privacy.vocabulary import Token
from shared.summaries.sentences import Sentence, Wording

_REGIONS = {
    Token.CORONARY: "heart",
    Token.CALCIUM_SCORE: "heart",
    Token.CARDIAC: "heart",
    Token.BRAIN: "brain",
    Token.HEAD: "head",
    Token.NECK: "neck",
    Token.CAROTID: "carotid arteries",
    Token.LUNG: "lungs",
    Token.CHEST: "chest",
    Token.AORTA: "aorta",
    Token.LIVER: "liver",
    Token.KIDNEY: "kidneys",
    Token.ABDOMEN: "abdomen",
    Token.PROSTATE: "prostate",
    Token.PELVIS: "pelvis",
    Token.BREAST: "breast",
    Token.SPINE: "spine",
    Token.SHOULDER: "shoulder",
    Token.HIP: "hip",
    Token.KNEE: "knee",
    Token.WHOLE_BODY: "whole body",
}
"""The region that a described word stands for, most telling first."""

_KINDS = {
    ("CT", Token.CALCIUM_SCORE): "calcium-scoring CT scan",
    ("CT", Token.ANGIOGRAPHY): "CT angiography scan",
    ("CT", Token.PERFUSION): "CT perfusion scan",
    ("MR", Token.CINE): "cine (moving) MRI scan",
    ("MR", Token.ANGIOGRAPHY): "MRI angiography scan",
    ("MR", Token.PERFUSION): "MRI perfusion scan",
    ("MR", Token.DIFFUSION): "diffusion MRI scan",
    ("MG", Token.TOMOSYNTHESIS): "mammogram with tomosynthesis",
}
"""A modality and a described word to a closer name."""

_PLANES = {
    "axial": "axial (cross-section)",
    "coronal": "coronal (front view)",
    "sagittal": "sagittal (side view)",
}
"""Planes with what they mean to a reader."""


def write_opening(facts: ModelFacts) -> Sentence:
    """Say what the principal series is; where nothing is known, that the files could be read."""
    wording = Wording(facts)
    kind = _kind(wording)
    if kind is None:
        wording.cite("total.series")
        return wording.sentence("The files are valid DICOM objects of a kind that this service cannot name.")
    region = _region(wording)
    text = f"This is {_article(kind)} {kind}{f' of the {region}' if region else ''}"
    return wording.sentence(f"{text}{_amount(wording, kind)}{_vendor(wording)}.")


def _kind(wording: Wording) -> str | None:
    named = wording.text("object")
    modality = wording.facts.word("modality")
    if named is not None or modality is None:
        return named
    for key in _DESCRIPTIONS:
        for (of_modality, token), kind in _KINDS.items():
            if of_modality == modality and token in wording.facts.words(key):
                wording.cite("modality", key)
                return kind
    if wording.facts.holds("is_localizer"):
        wording.cite("is_localizer", "modality")
        return f"planning image of a {wording.text('modality')}"
    return wording.text("modality")


_DESCRIPTIONS = ("described_as", "study.described_as", "acquisition.acquisition_contrast")


def _region(wording: Wording) -> str | None:
    side = {"L": "left ", "R": "right "}.get(wording.facts.word("laterality") or "", "")
    body_part = wording.text("body_part")
    if body_part is not None:
        if side:
            wording.cite("laterality")
        return side + body_part
    for key in _DESCRIPTIONS:
        for token, region in _REGIONS.items():
            if token in wording.facts.words(key):
                wording.cite(key)
                return region
    return None


_SINGLE = ("image", "photograph", "mammogram")
"""Ends of kinds that say by themselves that there is one image."""


def _amount(wording: Wording, kind: str) -> str:
    count = wording.number("image_count")
    if not count:
        return ""
    plane = wording.word("geometry.plane")
    if count == 1 and kind.endswith(_SINGLE) and not plane:
        return ""
    if wording.facts.word("modality") == "SM" and count > 1:
        return f", stored as {write_number(count)} images side by side"
    if count == 1:
        return f", a single {plane} image" if plane else ", a single image"
    described = f"{_PLANES.get(plane, plane)} " if plane else ""
    return f", made up of {write_number(count)} {described}images"


def _vendor(wording: Wording) -> str:
    vendor = wording.facts.word("manufacturer")
    if vendor in {None, "other"}:
        return ""
    wording.cite("manufacturer")
    return f" from {_article(str(vendor))} {vendor} device"


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOaeio" or word.startswith(("X-ray", "MRI", "ultrasound")) else "a"
