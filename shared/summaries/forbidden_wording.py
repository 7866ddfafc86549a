"""Wording that no fact can bear out: findings, advice, instructions, persons, other languages, markup."""

import re
from collections.abc import Iterator

_ALLOWED = re.compile(
    r"\b(?:not|no|never|isn't|rather than|without) (?:(?:itself|meant|intended|as|a|an|any|make|makes|give|gives|"
    r"offer|offers|contain|contains|include|includes|to|be|medical|provide|provides) )*"
    r"(?:diagnos\w+|medical findings?|findings?|medical advice)\b|motion blur is (?:less|least) likely|"
    r"some motion blur is (?:to be expected|likely)|motion blur",
    re.IGNORECASE,
)
"""Disclaimers and general remarks that would otherwise be taken for what they deny."""

_RULES: tuple[tuple[str, str], ...] = (
    (
        "wording.diagnosis",
        (
            r"diagnos\w*|findings?|tumou?rs?|cancer\w*|lesions?|mass(?:es)?|nodules?|cysts?|stenos\w+|narrowing\w*|"
            r"blockages?|blocked|occlu\w+|plaques?|calcifications?|calcified|calcium deposits?|fractur\w+|broken|"
            r"h(?:a)?emorrhag\w+|bleed\w*|strokes?|infarct\w*|isch(?:a)?emi\w*|aneurysm\w*|embol\w+|thromb\w+|clots?|"
            r"edema|oedema|effusions?|pneumo\w+|infection\w*|inflamm\w*|fibrosis|scar\w*|malignan\w+|benign|metasta\w+|"
            r"patholog\w*|abnormal\w*|anomal\w+|normal(?:ly)?|unremarkable|healthy|disease\w*|disorders?|"
            r"(?:medical|heart) conditions?|"
            r"syndromes?|enlarg\w+|dilat\w+|hypertroph\w+|atroph\w+|swell\w*|swollen|degenerat\w+|tears?|torn|"
            r"arrhythmia\w*|tachycardi\w*|bradycardi\w*|fibrillation|heart failure|ejection fraction|risks?|symptoms?|"
            r"suspicio\w+|suspected|evidence of|signs? of|consistent with|suggest(?:s|ive|ing)?|indicat(?:es|ive|ing)|"
            r"reveal\w*|rules? out|ruled out|confirms?|good health|in good shape|"
            r"(?:slightly|mildly|very|too|dangerously) (?:fast|slow|high|low|elevated|raised)|elevated|raised|"
            r"function(?:s|ing) (?:well|poorly|normally|properly)|problems?|"
            r"(?:pump|contract|beat|squeez)\w* (?:\w+ )?(?:strong|weak|efficient|well|poor)\w*|"
            r"(?:dose|radiation) (?:\w+ ){0,4}(?:small|low|high|large|minimal|tiny|modest|moderate|little)|"
            r"(?:small|high|minimal|tiny|modest|moderate) (?:amount of )?(?:radiation|dose)|unusual|as it should|"
            r"rhythm\w*|reference levels?|"
            r"(?:below|above|within|under|over) (?:the )?(?:usual|typical|expected|average|recommended|reference)|"
            r"beats (?:ir)?regular\w*|beats (?:steadily|evenly|well)|worr\w+|concern\w*|safe(?:ly)?|harm\w*"
        ),
    ),
    (
        "wording.image_content",
        (
            r"(?:are|is|look|looks|looked|very|perfectly|crystal|razor)[- ](?:sharp|clear|crisp|blurr\w+|noisy)|crisp|"
            r"motion[- ]free|free (?:of|from) (?:motion|art[ei]fact\w*|blur|noise)|"
            r"no (?:motion|art[ei]facts?|blur|noise)|art[ei]facts?|clearly (?:shows?|visible|seen|visuali\w+)|"
            r"(?:looks?|appears?|seems?) (?!to be (?:missing|absent)|for|at|after)\w+|"
            r"(?:bright|dark|white|gr[ae]y) (?:spots?|areas?|regions?|matter)|spots?|shadows?|clean|present in|"
            r"there (?:is|are|was|were) (?:[a-z]+[ -]){1,6}(?:in|around|near|inside|within|on) "
            r"(?:one of |some of )?(?:the |both )?"
            r"(?:vessels?|arter\w+|organs?|chest|heart|brain|lungs?|breasts?|abdomen|head|neck|liver|bones?|tissues?)|"
            r"visible|well seen|excellent|outstanding|perfect(?:ly)?|flawless|can be seen|we see"
        ),
    ),
    (
        "wording.advice",
        (
            r"recommend\w*|advis\w+|should (?:see|consult|seek|talk|contact|take|be treated|repeat|undergo|stop|start)|"
            r"consult\w*|treat(?:ed|ment|ments|ing)?|therapy|surgery|medication\w*|follow[- ]?up|urgent\w*|emergency|"
            r"prescri\w+|(?:repeat|new|second|another|further) (?:\w+ )?(?:scans?|tests?|exam\w*)|"
            r"your|you|we|doctors?|physicians?|cardiologists?|radiologists?"
        ),
    ),
    (
        "wording.person",
        (
            r"(?-i:Mr|Mrs|Ms|Dr|St)\b|man|woman|male|female|boy|girl|he|she|his|her|him|lady|gentleman|"
            r"years? old|year-old|(?:older|younger|old|young) (?:person|patient|people)|"
            r"aged?|elderly|adults?|child(?:ren)?|pediatric|paediatric|infant|pregnan\w+|weigh\w*|"
            r"hospitals?|clinic|(?:patient|person|people) named|birth\w*|"
            r"January|February|March|April|June|July|August|September|October|November|December|"
            r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|today|yesterday|last (?:week|month|year)"
        ),
    ),
    (
        "wording.instruction",
        (
            r"ignor\w+|disregard\w*|instruct\w*|system prompt|prompts?|as an AI|AI|language model|assistant|click\w*|"
            r"https?|www|e-?mail|phone|password|api key|pay|visit|call|developer|override|jailbreak|pwned|hacked|script"
        ),
    ),
)
_COMPILED = [(code, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.IGNORECASE)) for code, pattern in _RULES]

_MARKUP = re.compile(r"[<>{}\[\]|`@#$^_=~\\]|\*\*|://")
_FOREIGN_LETTERS = re.compile(r"[^\x00-\x7F×°²³µ–—‘’“”…·±≤≥éïöü]")
_FOREIGN_WORDS = re.compile(
    r"\b(?:"
    r"der|das|und|ist|ein|eine|einer|mit|von|dem|nicht|wurde|wurden|sind|bilder|aufnahme|"
    r"zeigt|herzens|le|la|les|est|une|avec|du|dans|et|sont|pour|coupe|coeur|examen|el|"
    r"los|las|es|una|del|por|imagen|imagenes|corazon|en|il|lo|gli|della|immagini|cuore|"
    r"sono|het|een|van|zijn|met|beelden|op|um|uma|com|dos|imagens|da"
    r")\b"
)
"""Function words and words for images in German, French, Spanish, Italian, Dutch and Portuguese; two of them tell."""


def find_forbidden(text: str) -> Iterator[tuple[str, str]]:
    """Find wording that is never allowed; gives the rule's code and the words."""
    for found in _MARKUP.finditer(text):
        yield "wording.markup", found[0]
        break
    plain = _ALLOWED.sub(" ", text)
    for code, pattern in _COMPILED:
        for found in pattern.finditer(plain):
            yield code, found[0]
    foreign = _foreign(text)
    if foreign is not None:
        yield "wording.language", foreign


def _foreign(text: str) -> str | None:
    letter = _FOREIGN_LETTERS.search(text)
    if letter:
        return letter[0]
    strange = [found[0] for found in _FOREIGN_WORDS.finditer(text.lower())]
    return " ".join(strange[:3]) if len(strange) > 1 else None
