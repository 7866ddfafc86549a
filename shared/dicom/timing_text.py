"""Cardiac timing that stands in free text, in forms that can mean nothing else.

Only the matched digits are kept as raw text: the rest of a comment or description may name a person.
Siemens writes ``72 bpm, 55 %, 153 ms`` into ImageComments (heart rate, phase, temporal resolution: the third number
follows the heart rate as a resolution does and is no delay) and ``BestDiast 77 %`` into SeriesDescription.
"""

import re

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.cardiac_candidates import Candidates, Stated
from shared.dicom.values import Provenance

COMMENTS = "ImageComments"
DESCRIPTION = "SeriesDescription"

_TRIPLE = re.compile(r"\b(?P<rate>\d{2,3}) ?bpm, ?(?P<percent>\d{1,3}) ?%, ?(?P<resolution>\d{1,4}) ?ms\b")
_BEST = re.compile(r"Best ?(?:Diast|Syst)[a-z]* (?P<number>\d{1,4}) ?(?P<unit>%|ms\b)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.,%/-])(?P<number>\d{1,3}) ?%(?![\w%/-])")
_BLENDING = re.compile(r"AIDR|ADMIRE|ASI?R|IDOSE|IMR|SAFIRE|VEO", re.IGNORECASE)
"""Names of iterative reconstructions, whose strength is written as a percentage too."""

_COMMENTS, _DESCRIPTION = standard_attribute(COMMENTS), standard_attribute(DESCRIPTION)


def read_comments(attributes: Attributes, candidates: Candidates) -> None:
    """Read heart rate, phase and temporal resolution from ImageComments; proves gating by itself."""
    reading = attributes.read(_COMMENTS)
    match = _TRIPLE.search(reading.raw) if isinstance(reading, Present) else None
    if match is None:
        return
    if candidates.add_percent(candidates.vendor_percents, _stated(COMMENTS, match["percent"])):
        candidates.proofs.append(COMMENTS)
        candidates.heart_rates.append(_stated(COMMENTS, match["rate"]))
        candidates.resolutions.append(_stated(COMMENTS, match["resolution"]))


def read_description(attributes: Attributes, candidates: Candidates) -> None:
    """Read the phase from SeriesDescription, of an image that something else proves to be gated.

    A bare percentage counts only where no other source gives a phase, nothing names an iterative reconstruction, and it
    stands alone.
    """
    reading = attributes.read(_DESCRIPTION)
    text = reading.raw if isinstance(reading, Present) else ""
    best = _BEST.search(text)
    if best is not None:
        stated = _stated(DESCRIPTION, best["number"])
        if best["unit"] == "%":
            candidates.add_percent(candidates.vendor_percents, stated)
        else:
            candidates.vendor_delays.append(stated)
    elif not (candidates.percents or candidates.vendor_percents or _BLENDING.search(text)):
        bare = _BARE.findall(text)
        if len(bare) == 1:
            candidates.add_percent(candidates.vendor_percents, _stated(DESCRIPTION, bare[0]))


def _stated(keyword: str, digits: str) -> Stated:
    attribute = standard_attribute(keyword)
    return Stated(float(digits), keyword, Provenance(keyword, attribute.tag_text, digits, source="pattern in text"))
