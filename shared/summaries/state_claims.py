"""Claims about the heartbeat and the stack: timing, phase, completeness, evenness, thinness."""

import re
from collections.abc import Callable, Iterator

from shared.summaries.evidence import Evidence
from shared.summaries.word_claims import WordClaim

THIN_MM, THICK_MM = 2.0, 2.5
"""Up to the first slices may be called thin, from the second thick."""

FINE_PIXEL_MM = 0.7
"""Up to this pixel spacing, or thin slices, an image may be said to have a high resolution."""

_DIASTOLE = frozenset(
    {
        "diastole",
        "early diastole",
        "early to mid diastole",
        "mid diastole",
        "late diastole",
        "end diastole",
        "end diastole r wave",
    }
)
_SYSTOLE = frozenset({"systole", "late systole", "end systole"})
_CALM = frozenset({"mid diastole", "late diastole", "end systole", "early to mid diastole"})

_LABEL = re.compile(
    r"\b(?:end diastole r wave|early to mid (?:diastole|systole)|(?:early|mid|middle|late|end) (?:diastole|systole)|"
    r"diastole|systole)\b"
)
_Flag = Callable[[Evidence], bool]


def normal_label(label: str) -> str:
    """Write a phase label for comparison: lower case, no hyphens or slashes, nouns for adjectives."""
    plain = re.sub(r"[-–/\s]+", " ", label.lower())
    return plain.replace("diastolic", "diastole").replace("systolic", "systole")


def _has(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


def _labels(evidence: Evidence) -> set[str]:
    told = evidence.words("cardiac.phase_label") | evidence.words("cardiac.phase_labels")
    return {normal_label(label) for label in told} | ({"end diastole"} if "end-diastole / R wave" in told else set())


def _label_is(label: str) -> _Flag:
    def is_borne_out(evidence: Evidence) -> bool:
        labels = _labels(evidence)
        return label in labels

    return is_borne_out


def _label_in(family: frozenset[str]) -> _Flag:
    return lambda evidence: bool(family & _labels(evidence))


def find_phase_claims(text: str) -> Iterator[WordClaim]:
    """Find phase labels; the bare word may follow where the full label was told in the same sentence."""
    found = [match[0] for match in _LABEL.finditer(normal_label(text))]
    for label in found:
        if label in {"diastole", "systole"} and any(other != label and label in other for other in found):
            family = _DIASTOLE if label == "diastole" else _SYSTOLE
            yield WordClaim("phase.unsupported", label, _label_in(family))
        else:
            yield WordClaim("phase.unsupported", label, _label_is(label.replace("middle", "mid")))


def _is(name: str, *, flag: bool) -> _Flag:
    return lambda evidence: evidence.says(name, flag=flag)


def _missing(*, some: bool) -> _Flag:
    return lambda evidence: any((count > 0) is some for count in evidence.quantities("geometry.missing_slices"))


def _thickness(least: float, most: float) -> _Flag:
    return lambda evidence: any(least <= mm <= most for mm in evidence.quantities("geometry.slice_thickness_mm"))


def _high_resolution(evidence: Evidence) -> bool:
    spacing = evidence.quantities("image.pixel_spacing_mm")
    thin = _thickness(0, THIN_MM)(evidence)
    return thin or any(mm <= FINE_PIXEL_MM for mm in spacing) or "high resolution" in evidence.words("described_as")


def _technique(term: str) -> _Flag:
    return lambda evidence: term in evidence.words("cardiac.technique")


_UNGATED = _has(
    r"(?:not|never|isn't|wasn't|weren't) (?:\w+ ){0,2}(?:gated|triggered|synchroni[sz]ed|timed)|un-?gated|non-?gated|"
    r"without (?:\w+[ -]){0,2}(?:gating|triggering|synchroni[sz]ation|timing)|no (?:\w+[ -]){0,2}gating"
)
_UNEVEN = _has(
    r"(?:not|un)[- ]?evenly|un-?even(?:ly)?|irregular(?:ly)?|not (?:uniform|regular)(?:ly)?|not equally|varying spacing"
)
_WHOLE = _has(
    r"(?:no|zero|without(?: any)?) (?:missing )?(?:slices|images|gaps|slice)(?: \w+){0,2} missing|"
    r"none (?:of \w+ \w+ )?(?:is|are|were|being)? ?missing|"
    r"(?:no|without(?: any)?|free of|zero) (?:gaps|missing (?:slices|images))|gap-free|nothing (?:is )?missing|"
    r"(?:is|are|looks|stack is|set is) complete|complete (?:stack|set|series|coverage)|every slice is (?:there|present)"
)
_GAPPY = _has(
    r"(?:slices?|images?|some) (?:\w+ )?(?:is|are|seems?|appears?|was|were)(?: to be)? (?:missing|absent)|"
    r"(?:has|have|with|shows?|contains?) (?:\w+ )?gaps?|incomplete|missing (?:slices?|images?)|gaps in"
)

_RULES: tuple[tuple[str, re.Pattern[str], _Flag], ...] = (
    ("gating.contradicted", _UNGATED, _is("cardiac.gated", flag=False)),
    ("geometry.unsupported", _UNEVEN, _is("geometry.is_uniform", flag=False)),
    ("geometry.unsupported", _WHOLE, _missing(some=False)),
    ("geometry.unsupported", _GAPPY, _missing(some=True)),
    (
        "gating.unsupported",
        _has(
            r"gat(?:ed|ing)|(?:\w+-)?trigger(?:ed|ing)|synchroni[sz](?:ed|ation)|"
            r"(?:timed|matched|linked|tied|locked) to (?:the |each |every )?(?:heart\w*|beat\w*|cardiac \w+)|ECG-timed"
        ),
        _is("cardiac.gated", flag=True),
    ),
    ("gating.unsupported", _has(r"retrospective(?:ly)?"), _technique("RETROSPECTIVE")),
    ("gating.unsupported", _has(r"prospective(?:ly)?"), _technique("PROSPECTIVE")),
    (
        "geometry.unsupported",
        _has(r"even(?:ly)?[- ]spaced|evenly|uniform(?:ly)?|regular(?:ly)? (?:spaced|spacing)|equally spaced"),
        _is("geometry.is_uniform", flag=True),
    ),
    ("geometry.unsupported", _has(r"(?:very |ultra-?)?thin|fine slices"), _thickness(0, THIN_MM)),
    (
        "geometry.unsupported",
        _has(r"(?:quite |fairly |rather |too |relatively )?(?:thick(?:er)? slices|coarse)"),
        _thickness(THICK_MM, 1000),
    ),
    ("geometry.unsupported", _has(r"high(?:est)?[- ]resolution|fine detail is preserved"), _high_resolution),
    (
        "image.unsupported",
        _has(r"lossy|(?:stored|saved|kept|images?|pictures?|files?|data) (?:\w+ ){0,4}compress(?:ed|ion)"),
        _is("image.lossy_compression", flag=True),
    ),
    (
        "phase.unsupported",
        _has(r"(?:is|was|while|still|heart) (?:\w+ )?(?:contract(?:s|ing)|squeez(?:es|ing)|pump(?:s|ing))|ejecti\w+"),
        _label_in(_SYSTOLE),
    ),
    (
        "phase.unsupported",
        _has(r"relax(?:es|ed|ing|ation)?|fill(?:s|ed|ing)|at its fullest"),
        _label_in(_DIASTOLE),
    ),
    (
        "phase.unsupported",
        _has(
            r"(?:a |the |at )?rest(?:ing|s)?(?: (?:moment|phase|point|period|pause))?|quiet\w*|calm\w*|"
            r"(?:nearly|almost|relatively|mostly) still|moves? (?:the )?least|hardly moves|least motion|short pause"
        ),
        _label_in(_CALM),
    ),
)
_UNLESS = re.compile(
    r"\brest of\b|\bthe rest\b|\brests? (?:on|upon)\b|\bbefore the (?:heart|next) contract\w*", re.IGNORECASE
)


def find_state_claims(text: str) -> Iterator[WordClaim]:
    """Find claims about timing and stack; a denial is one claim and hides the word it denies."""
    yield from find_phase_claims(text)
    plain = _UNLESS.sub(" ", text)
    for code, pattern, is_borne_out in _RULES:
        for found in pattern.finditer(plain):
            yield WordClaim(code, found[0], is_borne_out)
        if pattern in {_UNGATED, _UNEVEN, _WHOLE}:
            plain = pattern.sub(" ", plain)
