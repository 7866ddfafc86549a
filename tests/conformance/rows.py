"""Lines of the table of output keys, and how attributes are written in them."""

from msgspec import Struct

from shared.dicom.attributes import standard_attribute


class Row(Struct, frozen=True):
    """One line of the page."""

    key: str
    attribute: str
    classic: str
    enhanced: str
    unit: str
    rule: str
    section: str


def named(*keywords: str) -> str:
    """Write attributes with their tags."""
    return ", ".join(f"{keyword} {standard_attribute(keyword).tag_text}" for keyword in keywords)


def ours(key: str, rule: str, section: str = "", *, unit: str = "") -> Row:
    """Write the row of a value that is ours alone."""
    return Row(key, "", "derived", "derived", unit, rule, section)
