"""Real world value mappings: from stored values to quantities with units. Implements PS3.3 C.7.6.16.2.11."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references

MAX_MAPPINGS = 100
"""Distinct mappings that are listed."""


class Mapping(Struct, frozen=True, omit_defaults=True):
    """Real world value = slope x stored value + intercept, in ``unit``; a table instead of a line has neither."""

    unit: Code | None = None
    slope: float | None = None
    intercept: float | None = None
    first_value: int | None = None
    last_value: int | None = None


class RealWorldValues(Struct, frozen=True, omit_defaults=True):
    """The distinct mappings of an object, and what they apply to."""

    mappings: tuple[Mapping, ...] = ()
    references: References | None = None


def read_real_world_values(attributes: Attributes, ledger: Ledger) -> RealWorldValues:
    """Read a mapping object."""
    mappings = dict.fromkeys(
        _mapping(item, ledger)
        for place in ledger.items(attributes, "ReferencedImageRealWorldValueMappingSequence")
        for item in ledger.items(place, "RealWorldValueMappingSequence")
    )
    return RealWorldValues(tuple(mappings)[:MAX_MAPPINGS], read_references(attributes, ledger))


def _mapping(item: Attributes, ledger: Ledger) -> Mapping:
    return Mapping(
        unit=read_code(item, "MeasurementUnitsCodeSequence", ledger),
        slope=ledger.number(item, "RealWorldValueSlope"),
        intercept=ledger.number(item, "RealWorldValueIntercept"),
        first_value=ledger.integer(item, "RealWorldValueFirstValueMapped", least=None),
        last_value=ledger.integer(item, "RealWorldValueLastValueMapped", least=None),
    )
