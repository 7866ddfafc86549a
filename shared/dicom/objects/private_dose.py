"""The dose length product that CT scanners write into private attributes of images.

Neither vendor documents the element or its unit in public: the names stand in pydicom's private dictionary, the unit is
taken as mGy.cm because every scanner displays it so. Both stay marked as unverified in the provenance.
"""

from shared.dicom.attributes import Attributes, Present
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance

UNVERIFIED = "unverified vendor note"
"""Says in a provenance that no public document of the vendor backs the reading."""

_DLP = Parameter("acquisition.dlp_mgy_cm", "DLP", Kind.NUMBER, least=0, most=100_000)
_PLACES = ((0x00E1, "ELSCINT1", 0x21, "DS"), (0x7005, "TOSHIBA_MEC_CT3", 0x40, "FD"))
"""Group, private creator, element and VR: Philips and Canon."""


def take_private_dose(attributes: Attributes, extract: Extract) -> None:
    """Read the dose length product of a CT image where a known private block has one."""
    for group, creator, element, vr in _PLACES:
        attribute = attributes.private(group, creator, element, _DLP.keyword, vr)
        if attribute is None:
            continue
        reading = typed_reading(attributes.read(attribute), _DLP)
        extract.record(_DLP, attribute, reading)
        if isinstance(reading, Present):
            source = f"private, {creator}; {UNVERIFIED}"
            extract.provenance[_DLP.key] = Provenance(attribute.keyword, attribute.tag_text, reading.raw, source)
