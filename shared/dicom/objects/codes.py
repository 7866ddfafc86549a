"""Coded entries: a code, the scheme that defines it, and what it means. Implements PS3.3 section 8.8.

A meaning is text of the file. It is shown where the scheme is public, since there it repeats the scheme's own wording;
a local scheme's meaning is whatever a site typed, and stays out.
"""

from msgspec import Struct

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.objects.ledger import Ledger

PUBLIC_SCHEMES = frozenset(
    {
        "ACR", "BI", "CPT4", "DCM", "FMA", "ICD10", "I10", "I9C", "ISO3166_1", "LN", "MDC", "MSH", "NCIt",
        "NDC", "NEU", "PUBCHEM_CID", "RADLEX", "RXNORM", "SCPECG", "SCT", "SNM3", "SRT", "UCUM", "UMLS",
    }
)  # fmt: skip
"""Coding scheme designators of public terminologies, from PS3.16 Table 8-1."""

MAX_CODE_CHARACTERS = 64
"""A code longer than this is none: SH has 16 characters, and long codes (LongCodeValue) are UIDs or URNs."""


class Code(Struct, frozen=True, omit_defaults=True):
    """A coded entry; ``meaning`` only where the scheme is public."""

    value: str
    scheme: str | None = None
    meaning: str | None = None


def read_code(attributes: Attributes, keyword: str, ledger: Ledger) -> Code | None:
    """Read the first item of a code sequence; None where there is none or it names no code."""
    item = ledger.first(attributes, keyword)
    return None if item is None else _code_of(item, ledger)


def _code_of(item: Attributes, ledger: Ledger) -> Code | None:
    for keyword in ("CodeValue", "LongCodeValue", "URNCodeValue"):
        value = ledger.text(item, keyword)
        if value is not None and len(value) > MAX_CODE_CHARACTERS:
            ledger.reject(keyword, "value.length")
        elif value is not None:
            scheme = ledger.text(item, "CodingSchemeDesignator")
            meaning = item.read(standard_attribute("CodeMeaning")) if scheme in PUBLIC_SCHEMES else None
            return Code(value, scheme, str(meaning.values[0]) if isinstance(meaning, Present) else None)
    return None
