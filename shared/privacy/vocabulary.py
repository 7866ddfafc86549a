"""Free text to controlled words: a description leaves the service only as the terms of a closed table.

Descriptions, protocol and sequence names, comments and contrast agents are typed by people and may hold anything, a
name or an instruction included. Unknown words are dropped; nothing of the text itself is kept.
"""

import re
import unicodedata
from enum import StrEnum

MAX_TEXT_LENGTH = 1024
"""Characters of a text that are looked at; the longest text representation of a description (LT aside) is shorter."""

OLDEST_EXACT_AGE = 89
"""Ages above identify a person in a small population (45 CFR 164.514(b)(2)(i)(C)); they become one band."""


class Token(StrEnum):
    """The words that free text can become; the value is what a reader sees."""

    CALCIUM_SCORE = "calcium scoring"
    CORONARY = "coronary"
    CARDIAC = "cardiac"
    ANGIOGRAPHY = "angiography"
    PERFUSION = "perfusion"
    CINE = "cine"
    SHORT_AXIS = "short axis"
    LONG_AXIS = "long axis"
    TWO_CHAMBER = "two-chamber view"
    THREE_CHAMBER = "three-chamber view"
    FOUR_CHAMBER = "four-chamber view"
    LATE_ENHANCEMENT = "late enhancement"
    FLOW = "flow"
    TAGGING = "tagging"
    STRESS = "stress"
    REST = "rest"
    T1 = "T1-weighted"
    T2 = "T2-weighted"
    T2_STAR = "T2*-weighted"
    PROTON_DENSITY = "proton density"
    FLAIR = "FLAIR"
    STIR = "STIR"
    DIFFUSION = "diffusion"
    ADC_MAP = "ADC map"
    SUSCEPTIBILITY = "susceptibility"
    SPECTROSCOPY = "spectroscopy"
    FUNCTIONAL = "functional"
    FAT_SUPPRESSION = "fat suppression"
    SPIN_ECHO = "spin echo"
    GRADIENT_ECHO = "gradient echo"
    ECHO_PLANAR = "echo planar"
    DIXON = "Dixon"
    MAXIMUM_INTENSITY = "maximum intensity projection"
    MULTIPLANAR = "multiplanar reformat"
    LOCALIZER = "localizer"
    CONTRAST = "contrast"
    NATIVE = "without contrast"
    ARTERIAL = "arterial timing"
    VENOUS = "venous timing"
    DELAYED = "delayed timing"
    HIGH_RESOLUTION = "high resolution"
    LOW_DOSE = "low dose"
    BREATH_HOLD = "breath hold"
    FREE_BREATHING = "free breathing"
    SCREENING = "screening"
    TOMOSYNTHESIS = "tomosynthesis"
    ATTENUATION_CORRECTION = "attenuation correction"
    TRAUMA = "trauma protocol"
    HEAD = "head"
    BRAIN = "brain"
    NECK = "neck"
    CHEST = "chest"
    LUNG = "lungs"
    ABDOMEN = "abdomen"
    PELVIS = "pelvis"
    LIVER = "liver"
    KIDNEY = "kidneys"
    PROSTATE = "prostate"
    BREAST = "breast"
    SPINE = "spine"
    AORTA = "aorta"
    CAROTID = "carotid arteries"
    SHOULDER = "shoulder"
    HIP = "hip"
    KNEE = "knee"
    WHOLE_BODY = "whole body"


_PHRASES: dict[Token, str] = {
    Token.CALCIUM_SCORE: "calcium score|calcium scoring|ca score|ca scoring|cascore|casc|calcium|caci|smartscore",
    Token.CORONARY: "coronary|coronaries|cor cta|ccta|ctca|coro|coronarie|koronar|koronarien",
    Token.CARDIAC: "cardiac|heart|cardio|herz|coeur|cardiaque|corazon|cuore|hart|cmr|snap shot|snapshot",
    Token.ANGIOGRAPHY: "angio|angiography|angiographie|angiogram|cta|ccta|ctca|mra|dsa|tof",
    Token.PERFUSION: "perfusion|perf|dsc|dce|asl",
    Token.CINE: "cine|kino|ssfp cine",
    Token.SHORT_AXIS: "sax|short axis|shortaxis|sa stack|short ax|kurzachse",
    Token.LONG_AXIS: "lax|long axis|longaxis",
    Token.TWO_CHAMBER: "2ch|2 ch|2 chamber|two chamber|2cv",
    Token.THREE_CHAMBER: "3ch|3 ch|3 chamber|three chamber|3cv",
    Token.FOUR_CHAMBER: "4ch|4 ch|4 chamber|four chamber|4cv",
    Token.LATE_ENHANCEMENT: "lge|late enhancement|delayed enhancement|late gadolinium|psir",
    Token.FLOW: "flow|venc|phase contrast|qflow",
    Token.TAGGING: "tagging|tag|tagged",
    Token.STRESS: "stress|adenosine|dobutamine|regadenoson",
    Token.REST: "rest|resting",
    Token.T1: "t1|t1w|t1 weighted",
    Token.T2: "t2|t2w|t2 weighted",
    Token.T2_STAR: "t2*|t2star|t2 star",
    Token.PROTON_DENSITY: "pd|pdw|proton density",
    Token.FLAIR: "flair",
    Token.STIR: "stir|tirm",
    Token.DIFFUSION: "dwi|diffusion|dti|diff|trace",
    Token.ADC_MAP: "adc",
    Token.SUSCEPTIBILITY: "swi|swan|susceptibility|swip",
    Token.SPECTROSCOPY: "mrs|csi|spectroscopy|svs",
    Token.FUNCTIONAL: "fmri|bold|functional",
    Token.FAT_SUPPRESSION: "fs|fatsat|fat sat|spair|spir|fat suppressed|fat suppression",
    Token.SPIN_ECHO: "tse|fse|spin echo|haste|ssfse",
    Token.GRADIENT_ECHO: "gre|ge2d|gradient echo|flash|spgr|mprage|vibe|bravo|lava|thrive|fiesta|trufi|bffe|ssfp|tfe",
    Token.ECHO_PLANAR: "epi|echo planar",
    Token.DIXON: "dixon|mdixon|ideal|qdixon",
    Token.MAXIMUM_INTENSITY: "mip|maximum intensity",
    Token.MULTIPLANAR: "mpr|reformat|reformats|mpvr",
    Token.LOCALIZER: "localizer|localiser|scout|topogram|surview|scanogram|survey|3 plane loc|loc",
    Token.CONTRAST: "contrast|with contrast|post contrast|gad|gadolinium|gd|kontrast|km|+c|c+|ce",
    Token.NATIVE: "without contrast|non contrast|noncontrast|no contrast|native|nativ|unenhanced|pre contrast|wo|w/o",
    Token.ARTERIAL: "arterial|arteriell|arterielle",
    Token.VENOUS: "venous|portal|portovenous|venoes",
    Token.DELAYED: "delayed|delay|late phase",
    Token.HIGH_RESOLUTION: "hrct|high resolution|hires|high res",
    Token.LOW_DOSE: "low dose|lowdose|ldct",
    Token.BREATH_HOLD: "bh|breath hold|breathhold|breath held",
    Token.FREE_BREATHING: "fb|free breathing|navigator|nav|resp trig",
    Token.SCREENING: "screening|screen",
    Token.TOMOSYNTHESIS: "tomo|tomosynthesis|dbt",
    Token.ATTENUATION_CORRECTION: "ac|ctac|mrac|attenuation correction",
    Token.TRAUMA: "trauma|polytrauma",
    Token.HEAD: "head|skull|cranium|kopf|tete|cabeza|testa|schaedel|crane|cranio|cerebro|hoofd",
    Token.BRAIN: "brain|cerebral|hirn|cerveau|cerebro|encephale",
    Token.NECK: "neck|hals|cou|cuello|collo|nek|cervical soft",
    Token.CHEST: "chest|thorax|thoracic|torax|torace|thorakal",
    Token.LUNG: "lung|lungs|pulmonary|lunge|poumon|pulmon|polmone",
    Token.ABDOMEN: "abdomen|abdominal|abd|abdomino|bauch",
    Token.PELVIS: "pelvis|pelvic|becken|bassin|pelvi",
    Token.LIVER: "liver|hepatic|leber|foie|higado|fegato",
    Token.KIDNEY: "kidney|kidneys|renal|niere|urogram",
    Token.PROSTATE: "prostate|prostata",
    Token.BREAST: "breast|mamma|mammo|mammography|mammogram|sein",
    Token.SPINE: "spine|lspine|cspine|tspine|l spine|c spine|t spine|lumbar|cervical spine|wirbelsaeule|lws|hws",
    Token.AORTA: "aorta|aortic|aortal|aorte",
    Token.CAROTID: "carotid|carotids|carotis",
    Token.SHOULDER: "shoulder|schulter|epaule|hombro|spalla",
    Token.HIP: "hip|huefte|hanche|cadera|anca",
    Token.KNEE: "knee|knie|genou|rodilla|ginocchio",
    Token.WHOLE_BODY: "whole body|wholebody|ganzkoerper|wb",
}

_TOKEN_OF = {phrase: token for token, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _TOKEN_OF)


class ContrastKind(StrEnum):
    """What a contrast agent's name becomes."""

    IODINE = "iodine"
    GADOLINIUM = "gadolinium"
    OTHER = "other"
    NONE = "none"


_IODINE = re.compile(
    r"iodine|iod|iohexol|iopamidol|iopromide?|iomeprol|ioversol|iodixanol|iobitridol|omni?paque|visipaque|isovue|"
    r"ultravist|optiray|imeron|iomeron|xenetix|solutrast|accupaque|ioxilan|oxilan|ioxaglate|hexabrix|conray"
)
_GADOLINIUM = re.compile(
    r"gad|gd|gadolinium|gadobutrol|gadoterate|gadoteridol|gadobenate|gadoxetate|gadopentetate|gadopiclenol|gadavist|"
    r"gadovist|dotarem|prohance|multihance|magnevist|primovist|eovist|omniscan|clariscan|elucirem|vueway"
)
_NO_AGENT = frozenset({"no", "none", "without", "nil", "no contrast", "n", "0"})


def read_tokens(text: str) -> tuple[Token, ...]:
    """Find the controlled words of a free text.

    Parameters
    ----------
    text
        Any text of a header; only its first 1024 characters count.

    Returns
    -------
    tuple of Token
        Each found token once, in the order of the table; empty where no word is known. A longer phrase wins over the
        shorter ones inside it, so "without contrast" is not "contrast".
    """
    words = _words(text)
    found: set[Token] = set()
    start = 0
    while start < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - start), 0, -1):
            token = _TOKEN_OF.get(" ".join(words[start : start + length]))
            if token is not None:
                found.add(token)
                found.update(_also(words[start : start + length]))
                start += length
                break
        else:
            start += 1
    return tuple(token for token in Token if token in found)


def _also(words: list[str]) -> tuple[Token, ...]:
    """Give what a phrase means beside its own token: coronary CT angiography is both."""
    return (Token.CORONARY, Token.ANGIOGRAPHY) if words in (["ccta"], ["ctca"]) else ()


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:MAX_TEXT_LENGTH]).encode("ascii", "ignore").decode().lower()
    return re.findall(r"w/o|t2\*|\+c\b|\bc\+|[a-z0-9]+", plain)


def name_contrast(agent: str) -> ContrastKind:
    """Name the kind of a ContrastBolusAgent text; OTHER where the product is unknown, NONE where it says none."""
    words = _words(agent)
    if " ".join(words) in _NO_AGENT:
        return ContrastKind.NONE
    if any(_IODINE.match(word) for word in words):
        return ContrastKind.IODINE
    if any(_GADOLINIUM.match(word) for word in words):
        return ContrastKind.GADOLINIUM
    return ContrastKind.OTHER


def generalize_age(age: str) -> str | None:
    """Turn a PatientAge (AS: ``045Y``, ``018M``) into whole years, "under 1" or "90 or older"; None for other text."""
    found = re.fullmatch(r"(\d{3})([DWMY])", age)
    if not found:
        return None
    years = int(found[1]) // {"D": 365, "W": 52, "M": 12, "Y": 1}[found[2]]
    if years > OLDEST_EXACT_AGE:
        return "90 or older"
    return "under 1" if years == 0 else str(years)
