"""Measured values of content items with their units, and units in the one form the result uses.

Devices spell units in many ways (``Gy.m2``, ``Gym2``, ``dGy.cm2``; ``mA.s``, ``uAs``). A spelling that a table knows
is converted; any other leaves the value out with a finding, since a unit is never guessed.
Implements PS3.3 C.18.1 (Numeric Measurement) with units of PS3.16 CID 82 (UCUM).
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from shared.dicom.attributes import Absent, Empty, Invalid, Present, as_numbers, as_single, standard_attribute
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ledger import Ledger
from shared.dicom.values import Provenance

MAX_NUMBER_CHARACTERS = 64
"""DS has 16 characters; text that is longer by this much is no measurement."""


class Measured(Struct, frozen=True):
    """A number as the file has it, with the code of its unit."""

    raw: str
    value: float
    unit: Code | None


class Units(Struct, frozen=True):
    """The spellings of one dimension's units, each with the factor to the result's unit."""

    factors: dict[str, str]


DOSE_LENGTH_MGY_CM = Units({"mGycm": "1", "Gycm": "1000", "uGycm": "0.001", "mGym": "100"})
DOSE_AREA_GY_M2 = Units(
    {
        "Gym2": "1", "mGym2": "0.001", "uGym2": "0.000001",
        "Gycm2": "0.0001", "dGycm2": "0.00001", "cGycm2": "0.000001", "mGycm2": "0.0000001", "uGycm2": "0.0000000001",
    }
)  # fmt: skip
DOSE_GY = Units({"Gy": "1", "dGy": "0.1", "cGy": "0.01", "mGy": "0.001", "uGy": "0.000001"})
DOSE_MGY = Units({"mGy": "1", "Gy": "1000", "dGy": "100", "cGy": "10", "uGy": "0.001"})
TIME_S = Units({"s": "1", "sec": "1", "ms": "0.001", "us": "0.000001", "min": "60"})
TIME_MS = Units({"ms": "1", "s": "1000", "us": "0.001"})
VOLTAGE_KV = Units({"kV": "1", "kVp": "1", "V": "0.001"})
CURRENT_MA = Units({"mA": "1", "A": "1000", "uA": "0.001"})
CHARGE_MAS = Units({"mAs": "1", "uAs": "0.001", "As": "1000"})
LENGTH_MM = Units({"mm": "1", "cm": "10", "m": "1000"})
ANGLE_DEG = Units({"deg": "1"})
ACTIVITY_MBQ = Units({"MBq": "1", "kBq": "0.001", "Bq": "0.000001", "GBq": "1000", "mCi": "37"})
COUNT = Units({"1": "1", "{events}": "1", "{frames}": "1", "{pulses}": "1", "events": "1", "no units": "1"})
RATIO = Units({"{ratio}": "1", "ratio": "1", "1": "1", "no units": "1"})


class Quantity(Struct, frozen=True):
    """One row: the field it fills, the DCM code of its concept, its units and what is plausible, inclusive."""

    field: str
    concept: str
    units: Units
    most: float
    least: float = 0


def read_measured(item: ContentItem, ledger: Ledger) -> Measured | None:
    """Read the number of a NUM item; None where the device measured nothing, as the standard lets it say."""
    value = ledger.first(item.attributes, "MeasuredValueSequence")
    if value is None:
        return None
    reading = as_single(as_numbers(value.read(standard_attribute("NumericValue"))))
    if isinstance(reading, Present) and len(reading.raw) > MAX_NUMBER_CHARACTERS:
        reading = Invalid("value.length")
    match reading:
        case Present(raw, values):
            return Measured(raw, float(values[0]), read_code(value, "MeasurementUnitsCodeSequence", ledger))
        case Invalid(reason):
            ledger.reject("NumericValue", reason)
            return None
        case Absent() | Empty():
            return None


def measure(
    place: ContentItem, quantity: Quantity, ledger: Ledger, *, key: str | None = None, path: str = ""
) -> float | None:
    """Read one quantity below a content item, in the result's unit.

    Parameters
    ----------
    key, path
        The dotted key under which provenance is kept, and the concept codes of the containers above.
    """
    return _first(place.within(quantity.concept), quantity, ledger, key, path)


def measure_item(item: ContentItem, quantity: Quantity, ledger: Ledger) -> float | None:
    """Read one quantity from the NUM item that holds it, in the result's unit."""
    measured = read_measured(item, ledger)
    return None if measured is None else _converted(measured, quantity, ledger)


def measure_all(
    place: ContentItem, quantities: tuple[Quantity, ...], ledger: Ledger, *, key: str | None = None, path: str = ""
) -> dict[str, float | None]:
    """Read every quantity of a table in one walk; ``key`` and ``path`` as above, for the place."""
    found: dict[str, list[ContentItem]] = {quantity.concept: [] for quantity in quantities}
    for item in place.below():
        if item.concept is not None and item.is_named(found):
            found[item.concept.value].append(item)
    return {
        quantity.field: _first(
            found[quantity.concept], quantity, ledger, f"{key}.{quantity.field}" if key else None, path
        )
        for quantity in quantities
    }


def _first(
    items: Iterable[ContentItem], quantity: Quantity, ledger: Ledger, key: str | None, path: str
) -> float | None:
    """Take the first item that holds a number at all."""
    for item in items:
        measured = read_measured(item, ledger)
        if measured is not None:
            value = _converted(measured, quantity, ledger)
            if value is not None and key is not None:
                source = f"concept {path}{quantity.concept} (DCM)"
                ledger.trace(key, Provenance("ContentSequence", "(0040,A730)", measured.raw, source))
            return value
    return None


def _converted(measured: Measured, quantity: Quantity, ledger: Ledger) -> float | None:
    factor = None if measured.unit is None else _factor(measured.unit, quantity.units)
    if factor is None:
        text = f"{quantity.field} is given without a unit of its kind; the value is left out, its unit is not guessed."
        ledger.find("dose.unknown_unit", text)
        return None
    value = measured.value if factor == "1" else float(Decimal(measured.raw) * Decimal(factor))
    if not quantity.least <= value <= quantity.most:
        text = (
            f"{quantity.field} lies outside {quantity.least:g} to {quantity.most:g} in its stated unit and is left "
            "out; some devices write one unit and mean another."
        )
        ledger.find("dose.implausible_value", text)
        return None
    return value


def _factor(unit: Code, units: Units) -> str | None:
    for spelling in (unit.value, unit.meaning):
        if spelling is not None:
            known = units.factors.get(spelling) or units.factors.get(
                spelling.replace(".", "").replace("*", "").replace("^", "")
            )
            if known is not None:
                return known
    return None
