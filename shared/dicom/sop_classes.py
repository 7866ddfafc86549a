"""SOP Classes and transfer syntaxes: names and what follows from them (PS3.4 Table B.5-1, PS3.6 Table A-1)."""

from functools import cache

from pydicom._uid_dict import UID_dictionary  # the module that pydicom.uid itself reads; it names no public one

from shared.dicom.series import SopClass, TransferSyntax

ENHANCED = {
    "1.2.840.10008.5.1.4.1.1.2.1": "Enhanced CT",
    "1.2.840.10008.5.1.4.1.1.2.2": "Legacy Converted Enhanced CT",
    "1.2.840.10008.5.1.4.1.1.4.1": "Enhanced MR",
    "1.2.840.10008.5.1.4.1.1.4.3": "Enhanced MR Color",
    "1.2.840.10008.5.1.4.1.1.4.4": "Legacy Converted Enhanced MR",
    "1.2.840.10008.5.1.4.1.1.12.1.1": "Enhanced XA",
    "1.2.840.10008.5.1.4.1.1.12.2.1": "Enhanced XRF",
    "1.2.840.10008.5.1.4.1.1.13.1.1": "X-Ray 3D Angiographic",
    "1.2.840.10008.5.1.4.1.1.13.1.2": "X-Ray 3D Craniofacial",
    "1.2.840.10008.5.1.4.1.1.13.1.3": "Breast Tomosynthesis",
    "1.2.840.10008.5.1.4.1.1.14.1": "Intravascular Optical Coherence Tomography, For Presentation",
    "1.2.840.10008.5.1.4.1.1.14.2": "Intravascular Optical Coherence Tomography, For Processing",
    "1.2.840.10008.5.1.4.1.1.77.1.5.4": "Ophthalmic Tomography",
    "1.2.840.10008.5.1.4.1.1.128.1": "Legacy Converted Enhanced PET",
    "1.2.840.10008.5.1.4.1.1.130": "Enhanced PET",
    "1.2.840.10008.5.1.4.1.1.6.2": "Enhanced US Volume",
}
"""SOP Classes whose values stand in functional groups; the class decides, never the presence of a sequence."""

LOSSY_TRANSFER_SYNTAXES = {
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.93",
    "1.2.840.10008.1.2.4.100",
    "1.2.840.10008.1.2.4.101",
    "1.2.840.10008.1.2.4.102",
    "1.2.840.10008.1.2.4.103",
    "1.2.840.10008.1.2.4.104",
    "1.2.840.10008.1.2.4.105",
    "1.2.840.10008.1.2.4.106",
    "1.2.840.10008.1.2.4.107",
    "1.2.840.10008.1.2.4.108",
    "1.2.840.10008.1.2.4.112",
    "1.2.840.10008.1.2.4.203",
}
"""Transfer syntaxes that can lose information (PS3.5 section 10)."""


def is_image(uid: str) -> bool:
    """Tell the standard's image classes, maps included, from other objects, private and unknown classes."""
    return uid in ENHANCED or (_name(uid) or "").split(" - ")[0].endswith(("Image Storage", "Map Storage"))


@cache
def sop_class(uid: str) -> SopClass:
    """Name a SOP Class."""
    return SopClass(uid, _name(uid))


@cache
def transfer_syntax(uid: str) -> TransferSyntax:
    """Name a transfer syntax."""
    return TransferSyntax(uid, lossy=uid in LOSSY_TRANSFER_SYNTAXES, name=_name(uid))


def _name(uid: str) -> str | None:
    entry = UID_dictionary.get(uid)
    return entry[0] if entry else None
