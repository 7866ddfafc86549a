"""Value representations: which there are, how long their lengths are, and which may be sequences; PS3.5 section 6.2."""

_LONG = ("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV")
_SHORT = (
    *("AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST"),
    *("TM", "UI", "UL", "US"),
)
REPRESENTATIONS = {vr.encode(): (vr, vr in _LONG) for vr in (*_LONG, *_SHORT)}
"""Every value representation of PS3.5 table 6.2-1 and whether its length has four bytes (section 7.1.2)."""

MAY_HOLD_ITEMS = {"SQ", "UN", None}
"""Representations of values that are sequences, or may be."""


def is_representation(stated: bytes) -> bool:
    """Tell whether two bytes look like a representation, be it one that PS3.5 does not know yet."""
    return stated.isalpha() and stated.isupper()
