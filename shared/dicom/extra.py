"""Attributes that an operator asks for beyond the tables: named in EXTRA_ATTRIBUTES, found in ``series[].extra``.

They never become facts for the model. Without PATIENT_IDENTITY=include only numbers, codes and texts of the equipment
are taken: everything that PS3.15 Table E.1-1 (Basic Application Level Confidentiality Profile) would have removed,
emptied or replaced is refused when the service starts.
"""

import re
from collections.abc import Iterable

from msgspec import Struct
from pydicom.datadict import private_dictionary_VR

from shared.dicom.attributes import (
    Attribute,
    Attributes,
    Invalid,
    Present,
    Reading,
    as_integers,
    as_numbers,
    standard_attribute,
)
from shared.dicom.values import Provenance, Unreadable, Value

_NUMBERS = {"DS", "FD", "FL"}
_INTEGERS = {"IS", "SL", "SS", "SV", "UL", "US", "UV"}
_CODES = {"AT", "CS"}
_TEXTS = {"AE", "AS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}

PROFILED = frozenset(
    {
        "GPSAltitude",
        "GPSAltitudeRef",
        "GPSDOP",
        "GPSDestBearing",
        "GPSDestBearingRef",
        "GPSDestDistance",
        "GPSDestDistanceRef",
        "GPSDestLatitude",
        "GPSDestLatitudeRef",
        "GPSDestLongitude",
        "GPSDestLongitudeRef",
        "GPSDifferential",
        "GPSImgDirection",
        "GPSImgDirectionRef",
        "GPSLatitude",
        "GPSLatitudeRef",
        "GPSLongitude",
        "GPSLongitudeRef",
        "GPSMeasureMode",
        "GPSSpeed",
        "GPSSpeedRef",
        "GPSStatus",
        "GPSTrack",
        "GPSTrackRef",
        "InstanceOriginStatus",
        "LensSpecification",
        "ModifyingDeviceID",
        "PatientSex",
        "PatientSexNeutered",
        "PatientSize",
        "PatientWeight",
        "PregnancyStatus",
        "ReasonForTheAttributeModification",
        "SmokingStatus",
    }
)
"""The numbers and codes among the attributes of PS3.15 Table E.1-1, edition 2026c; its texts, dates and UIDs are
refused by their value representation."""

EQUIPMENT_TEXTS = frozenset(
    {
        "ConvolutionKernel",
        "Manufacturer",
        "ManufacturerModelName",
        "ReceiveCoilName",
        "SoftwareVersions",
        "TransmitCoilName",
    }
)
"""Texts that the equipment writes and Table E.1-1 keeps; every other text may have been typed by a person."""

_TAG = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{2})\)(\S.*)")
_CODE = re.compile(r"[A-Z0-9 _]{1,16}")


class NotAllowed(ValueError):
    """The setting asks for what is not understood or not allowed; the message says what and why."""


class ExtraAttribute(Struct, frozen=True):
    """One attribute asked for: its name in the result, and where it is found.

    ``creator`` is that of a private block, whose element number is the tag's last byte.
    """

    name: str
    tag: int
    vr: str
    creator: str | None = None

    def find(self, attributes: Attributes) -> Attribute | None:
        """Give the place of this attribute in a data set; None for a private one whose block is not there."""
        if self.creator is None:
            return Attribute(self.name, self.tag, self.vr)
        return attributes.private(self.tag >> 16, self.creator, self.tag & 0xFF, self.name, self.vr)


class Extra(Struct, frozen=True):
    """What was found of the attributes asked for."""

    values: dict[str, Value]
    provenance: dict[str, Provenance]
    unreadable: tuple[Unreadable, ...] = ()


def parse_extra_attributes(text: str, *, include_identity: bool) -> tuple[ExtraAttribute, ...]:
    """Read the setting: keywords and ``(gggg,ee)CREATOR``, separated by commas outside of parentheses or semicolons.

    Raises
    ------
    NotAllowed
        Naming what is not understood or not allowed, and why.
    """
    names = (name.strip() for name in re.split(r"[;,](?![0-9A-Fa-f]{2}\))", text))
    wanted = tuple(dict.fromkeys(_parse_one(name) for name in names if name))
    if not include_identity:
        refused = [(one.name, reason) for one in wanted if (reason := objection(one.name, one.vr)) is not None]
        if refused:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in refused)
            raise NotAllowed(f"EXTRA_ATTRIBUTES asks for what needs PATIENT_IDENTITY=include. {reasons}.")
    return wanted


def _parse_one(name: str) -> ExtraAttribute:
    if found := _TAG.fullmatch(name):
        group, element, creator = int(found[1], 16), int(found[2], 16), found[3].strip()
        return _private(name, group, element, creator)
    try:
        attribute = standard_attribute(name)
    except KeyError:
        raise NotAllowed(
            f"EXTRA_ATTRIBUTES: {name} is neither a keyword of DICOM PS3.6 nor a private tag like (0045,31)CREATOR."
        ) from None
    return _checked(ExtraAttribute(attribute.keyword, attribute.tag, attribute.vr.split(" or ")[0]))


def _private(name: str, group: int, element: int, creator: str) -> ExtraAttribute:
    if group % 2 == 0:
        raise NotAllowed(f"EXTRA_ATTRIBUTES: {name} has an even group, which is never private; give its keyword.")
    try:
        vr = private_dictionary_VR(group << 16 | 0x1000 | element, creator)
    except KeyError:
        raise NotAllowed(f"EXTRA_ATTRIBUTES: no value representation is known for {name}.") from None
    return _checked(ExtraAttribute(f"({group:04X},{element:02X}){creator}", group << 16 | element, vr, creator))


def _checked(wanted: ExtraAttribute) -> ExtraAttribute:
    if wanted.vr not in _NUMBERS | _INTEGERS | _CODES | _TEXTS:
        raise NotAllowed(f"EXTRA_ATTRIBUTES: {wanted.name} is {wanted.vr}, which is no value to show.")
    return wanted


def objection(name: str, vr: str) -> str | None:
    """Say why an attribute, named by its keyword, may identify a patient; None where it may not."""
    if name in PROFILED:
        return "removed or replaced by the basic profile of PS3.15 Table E.1-1"
    if vr in _TEXTS and name not in EQUIPMENT_TEXTS:
        return f"{vr} is a name, a date, a UID or free text"
    return None


def is_code(text: str) -> bool:
    """Tell whether text has the form of a code (CS); what has not could be anything that somebody typed."""
    return _CODE.fullmatch(text) is not None


def read_extra(attributes: Attributes, wanted: Iterable[ExtraAttribute]) -> Extra:
    """Read what was asked for, typed by value representation; a list where there are several values."""
    extra = Extra({}, {})
    unreadable = []
    for one in wanted:
        place = one.find(attributes)
        reading = None if place is None else _typed(attributes.read(place), one.vr)
        if place is not None and isinstance(reading, Present):
            extra.values[one.name] = reading.values if len(reading.values) > 1 else reading.values[0]
            extra.provenance[one.name] = Provenance(place.keyword, place.tag_text, reading.raw)
        elif place is not None and isinstance(reading, Invalid):
            unreadable.append(Unreadable(place.keyword, place.tag_text, reading.reason))
    return Extra(extra.values, extra.provenance, tuple(unreadable))


def _typed(reading: Reading, vr: str) -> Reading:
    if vr in _NUMBERS:
        return as_numbers(reading)
    if vr in _INTEGERS:
        return as_integers(reading)
    if vr == "CS" and isinstance(reading, Present) and not all(is_code(str(one)) for one in reading.values):
        return Invalid("value.code")
    return reading
