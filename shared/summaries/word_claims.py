"""Words that claim something, held against the facts: kind of examination, region, plane, vendor, technique."""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from shared.privacy.vocabulary import ContrastKind, Token
from shared.summaries import lexicon
from shared.summaries.evidence import Evidence


class WordClaim(Struct, frozen=True):
    """A claim made by words: its rule, the words, and the question that the facts must answer with yes."""

    code: str
    words: str
    is_borne_out: Callable[[Evidence], bool]


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w*])", re.IGNORECASE)


_MODALITIES = [(_compile(pattern), codes) for pattern, codes in lexicon.MODALITIES]
_REGIONS = [(_compile(pattern), word) for pattern, word in lexicon.REGIONS]
_PLANES = [(_compile(pattern), word) for pattern, word in lexicon.PLANES]
_VENDORS = [(re.compile(rf"\b(?:{pattern})\b"), name) for pattern, name in lexicon.VENDORS]
_TECHNIQUES = [(_compile(pattern), words) for pattern, words in lexicon.TECHNIQUES]
_KIND = "|".join(pattern for pattern, _ in lexicon.MODALITIES)
_PLACE = "|".join(pattern for pattern, _ in lexicon.REGIONS)
_PAIRS = (
    _compile(rf"(?P<kind>{_KIND})(?: [a-z]+){{0,2}} of (?:the |an? )?(?:left |right )?(?P<place>{_PLACE})"),
    _compile(rf"(?P<place>{_PLACE}) (?P<kind>{_KIND})"),
)
_BREATHING, _HELD_BREATH = _compile(lexicon.BREATHING), _compile(lexicon.HELD_BREATH)
_SIGNALS = [(_compile(pattern), word) for pattern, word in lexicon.BREATHING_SIGNALS]
_ECG = _compile(r"ECGs?|EKGs?|electrocardio\w+")
_OF_PLACE = _compile(rf"of (?:the )?(?:left |right )?(?P<place>{_PLACE})")
_BOTH = _compile(rf"both (?:sides|{_PLACE})")
_SIDES = _compile(r"left|right")
_POSITION = _compile(r"head first|feet first|on (?:the|their) (?:back|front|left side|right side)|supine|prone")
_POSITION_WORDS = {"supine": "on the back", "prone": "on the front"}
_NO_CONTRAST = _compile(r"(?:without|no|not using) (?:an? )?(?:\w+ )?contrast(?: \w+)?|non-?contrast|unenhanced|native")
_CONTRAST = _compile(
    r"(?:iodine|iodinated|gadolinium)(?:-based)?(?: contrast)?|contrast[- ](?:agent|medium|media|material|dye|"
    r"injection|enhanced)|(?:with|after|given) (?:an? )?(?:\w+ )?contrast|dyes?"
)


def find_word_claims(text: str) -> Iterator[WordClaim]:
    """Find the claims that words of a sentence make."""
    yield from _find_contrast(text)
    plain = lexicon.HARMLESS.sub(lambda found: "_" * len(found[0]), text)
    for pattern, codes in _MODALITIES:
        for found in pattern.finditer(plain):
            yield WordClaim("modality.unsupported", found[0], _modality_is(codes, found[0]))
    for code, patterns, question in _NAMED:
        for pattern, name in patterns:
            for found in pattern.finditer(plain):
                yield WordClaim(code, found[0], question(name))
    yield from _find_pairs(plain)
    yield from _find_techniques(text)
    yield from _find_positions(text, plain)


def _find_pairs(plain: str) -> Iterator[WordClaim]:
    """Find "CT scan of the heart" and "heart CT": both must be true of the same series."""
    for pattern in _PAIRS:
        for found in pattern.finditer(plain):
            codes = next(codes for kind, codes in _MODALITIES if kind.fullmatch(found["kind"]))
            region = next(word for place, word in _REGIONS if place.fullmatch(found["place"]))
            yield WordClaim("series.mixed_up", found[0], _pair_is(codes, found["kind"], region))


def _pair_is(codes: frozenset[str], words: str, region: str) -> Callable[[Evidence], bool]:
    modality, place = _modality_is(codes, words), _region_is(region)
    return lambda evidence: any(modality(one) and place(one) for one in evidence.each_series())


def _find_positions(text: str, plain: str) -> Iterator[WordClaim]:
    for found in _SIDES.finditer(_POSITION.sub(" ", plain)):
        yield WordClaim("laterality.unsupported", found[0], _is_side(found[0].lower()))
    for found in _BOTH.finditer(plain):
        yield WordClaim("laterality.unsupported", found[0], _reads("laterality", "both"))
    for found in _POSITION.finditer(text):
        words = found[0].lower().replace("their", "the")
        yield WordClaim("position.unsupported", found[0], _reads("patient_position", _POSITION_WORDS.get(words, words)))


def region_of_noun(text: str) -> Callable[[Evidence], bool] | None:
    """Give the question of the region that follows a noun: "images of the heart"; None where none follows."""
    found = _OF_PLACE.search(text)
    return _region_is(next(word for place, word in _REGIONS if place.fullmatch(found["place"]))) if found else None


def last_region(text: str) -> Callable[[Evidence], bool] | None:
    """Give the question that the last part of the body named in a text asks of a series; None where none is named."""
    plain = lexicon.HARMLESS.sub(lambda found: "_" * len(found[0]), text)
    named = [(found.start(), word) for pattern, word in _REGIONS for found in pattern.finditer(plain)]
    return _region_is(max(named)[1]) if named else None


def only_region(text: str) -> Callable[[Evidence], bool] | None:
    """Give the question of the one part of the body that a sentence names; None where it names none or several."""
    plain = lexicon.HARMLESS.sub(lambda found: "_" * len(found[0]), text)
    named = {word for pattern, word in _REGIONS if pattern.search(plain)}
    return _region_is(named.pop()) if len(named) == 1 else None


def _find_contrast(text: str) -> Iterator[WordClaim]:
    for found in _NO_CONTRAST.finditer(text):
        yield WordClaim("contrast.unsupported", found[0], _has_no_contrast)
    for found in _CONTRAST.finditer(_NO_CONTRAST.sub(" ", text)):
        agent = re.search("iod|gadolinium", found[0], re.IGNORECASE)
        kinds = {"iod": ContrastKind.IODINE, "gadolinium": ContrastKind.GADOLINIUM}
        yield WordClaim("contrast.unsupported", found[0], _has_contrast(kinds[agent[0].lower()] if agent else None))


def _find_techniques(text: str) -> Iterator[WordClaim]:
    for pattern, words in _TECHNIQUES:
        for found in pattern.finditer(text):
            yield WordClaim("technique.unsupported", found[0], _technique_is(words))
    for found in _BREATHING.finditer(_HELD_BREATH.sub(" ", text)):
        yield WordClaim("technique.unsupported", found[0], _follows_breathing)
    for pattern, word in _SIGNALS:
        for found in pattern.finditer(text):
            yield WordClaim("technique.unsupported", found[0], _reads("respiratory.signal_source", word))
    for found in _ECG.finditer(text):
        yield WordClaim("technique.unsupported", found[0], _has_ecg)


def _modality_is(codes: frozenset[str], words: str) -> Callable[[Evidence], bool]:
    return lambda evidence: (
        bool(codes & evidence.words("modality"))
        or any(words.lower() in text.lower() for text in _examinations(evidence))
        or ("fluoro" in words.lower() and bool(evidence.quantities("dose.fluoroscopy_time_s")))
    )


def _examinations(evidence: Evidence) -> set[str]:
    """Give the words that name what was done: of the object, and of the procedure that a dose report is about."""
    return evidence.texts("object") | evidence.texts("modality") | evidence.texts("dose.procedure")


def _region_is(word: str) -> Callable[[Evidence], bool]:
    return lambda evidence: word in _regions(evidence).split()


def _regions(evidence: Evidence) -> str:
    tokens = evidence.words("described_as")
    structures = evidence.words("segmentation.named")
    named = [
        *evidence.texts("body_part"),
        *structures,
        *tokens,
        *(lexicon.REGION_TOKENS.get(Token(token), "") for token in tokens),
    ]
    if evidence.says("cardiac.gated", flag=True) or any("ECG" in noun for noun in evidence.texts("object")):
        named.append("heart")
    return " ".join(named).replace(",", " ")


def _plane_is(word: str) -> Callable[[Evidence], bool]:
    return lambda evidence: any(
        word in plane for plane in evidence.words("geometry.plane") | evidence.words("geometry.planes")
    )


def _vendor_is(name: str) -> Callable[[Evidence], bool]:
    return lambda evidence: name in evidence.words("manufacturer")


def _technique_is(words: frozenset[str]) -> Callable[[Evidence], bool]:
    if Token.DIFFUSION in words:
        return lambda evidence: _is_acquired(words, evidence) or _has_b_values(evidence)
    return lambda evidence: _is_acquired(words, evidence)


def _has_b_values(evidence: Evidence) -> bool:
    return any("b_values" in key for key, _, _ in evidence.numbers())


def _is_acquired(words: frozenset[str], evidence: Evidence) -> bool:
    told = set().union(*map(evidence.words, _TECHNIQUE_FACTS), *map(evidence.texts, _TECHNIQUE_TEXTS))
    return bool(words & told)


_TECHNIQUE_FACTS = (
    "described_as",
    "object",
    "acquisition.scanning_sequence",
    "acquisition.echo_pulse_sequence",
    "acquisition.acquisition_contrast",
    "acquisition.acquisition_type",
    "acquisition.contrast_phase",
    "acquisition.scan_options",
    "acquisition.tagging",
    "dose.acquisition_types",
)
_TECHNIQUE_TEXTS = ("modality", "respiratory.technique")
"""Facts that name how something was acquired, by their words or by how they read."""


def _follows_breathing(evidence: Evidence) -> bool:
    """Tell whether images were timed to breathing or corrected for it; a held breath is neither."""
    if evidence.texts("respiratory.technique") == {"breath hold"}:
        return False
    told = evidence.words("described_as") | evidence.words("acquisition.scan_options")
    compensated = evidence.says("respiratory.compensated", flag=True) or bool(evidence.texts("respiratory.technique"))
    return compensated or bool({Token.FREE_BREATHING.value, "timed to breathing"} & told)


def _has_ecg(evidence: Evidence) -> bool:
    told = evidence.texts("object") | evidence.texts("modality") | evidence.texts("cardiac.signal_source")
    return any("ECG" in text for text in told)


def _has_contrast(kind: ContrastKind | None) -> Callable[[Evidence], bool]:
    given = {ContrastKind.IODINE.value, ContrastKind.GADOLINIUM.value, ContrastKind.OTHER.value}

    def is_borne_out(evidence: Evidence) -> bool:
        agents = evidence.words("acquisition.contrast")
        if kind is not None:
            return kind.value in agents
        return bool(given & agents) or Token.CONTRAST.value in evidence.words("described_as")

    return is_borne_out


def _has_no_contrast(evidence: Evidence) -> bool:
    stated = ContrastKind.NONE.value in evidence.words("acquisition.contrast")
    return stated or Token.NATIVE.value in evidence.words("described_as")


def _is_side(side: str) -> Callable[[Evidence], bool]:
    return lambda evidence: (
        any(side in text for text in evidence.texts("laterality") | evidence.texts("acquisition.view_position"))
        or bool(evidence.quantities(f"dose.glandular_{side}_mgy"))
    )


def _reads(name: str, word: str) -> Callable[[Evidence], bool]:
    return lambda evidence: any(word in text for text in evidence.texts(name))


_NAMED: tuple[tuple[str, list[tuple[re.Pattern[str], str]], Callable[[str], Callable[[Evidence], bool]]], ...] = (
    ("body_part.unsupported", _REGIONS, _region_is),
    ("plane.unsupported", _PLANES, _plane_is),
    ("vendor.unsupported", _VENDORS, _vendor_is),
)
