"""The receipt: which parts of the result did not reach the facts, and why. Names places, never values.

The walk knows the shapes, not the allow-list, and anything it has no reason for is "not listed": a field that
somebody adds to the result appears here until it is dealt with.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from shared.dicom.objects.blocks import Blocks
from shared.dicom.study import Study
from shared.privacy.acquisition_terms import SPELLINGS, TERMS, WITHHELD
from shared.privacy.quantities import UNITS
from shared.privacy.receipt_reasons import Reason


class Withheld(Struct, frozen=True):
    """A place in the result whose values stayed behind, and how many there were."""

    place: str
    reason: Reason
    count: int


_REASONS = {
    "studies[].study_instance_uid": Reason.IDENTIFIER,
    "studies[].date": Reason.DATE_OR_TIME,
    "studies[].time": Reason.DATE_OR_TIME,
    "studies[].description": Reason.FREE_TEXT,
    "studies[].patient": Reason.IDENTIFIER,
    "studies[].modalities": Reason.NOT_NEEDED,
    "studies[].warnings": Reason.NOT_NEEDED,
    "studies[].multi_phase_sets": Reason.NOT_NEEDED,
    "series[].series_instance_uid": Reason.IDENTIFIER,
    "series[].sop_class": Reason.IDENTIFIER,
    "series[].series_number": Reason.NOT_NEEDED,
    "series[].description": Reason.FREE_TEXT,
    "series[].protocol_name": Reason.FREE_TEXT,
    "series[].transfer_syntaxes": Reason.NOT_NEEDED,
    "series[].provenance": Reason.FREE_TEXT,
    "series[].unreadable": Reason.NOT_NEEDED,
    "series[].warnings": Reason.NOT_NEEDED,
    "series[].instances": Reason.IDENTIFIER,
    "series[].equipment.institution": Reason.IDENTIFIER,
    "series[].equipment.manufacturer": Reason.FREE_TEXT,
    "series[].equipment.model": Reason.FREE_TEXT,
    "series[].equipment.software_versions": Reason.NOT_NEEDED,
    "series[].further_objects": Reason.NOT_NEEDED,
    "series[].extra": Reason.FREE_TEXT,
    **{f"series[].acquisition.{key}": Reason.FREE_TEXT for key in (*TERMS, *SPELLINGS)},
    **{f"series[].acquisition.{key}": reason for key, reason in WITHHELD.items()},
}

_TAKEN = frozenset(
    [
        "series[].modality",
        "series[].instance_count",
        "series[].is_localizer",
        "series[].is_enhanced",
        "series[].body_part",
        "series[].laterality",
        "series[].patient_position",
        "series[].frame_count",
        "series[].image",
        "series[].geometry",
        "series[].cardiac",
        "series[].respiratory",
        "series[].dose",
        *(f"series[].{name}" for name in Blocks.__struct_fields__),
        "series[].acquisition.suv_inputs_present",
        "series[].acquisition.pixel_spacing_calibration",
        "series[].acquisition.regions",
        "series[].acquisition.frame_axes",
    ]
)
"""Places the facts are made of; texts in them pass only as words of closed tables."""


def list_withheld(studies: Sequence[Study]) -> tuple[Withheld, ...]:
    """List what stays behind, in the order of the result."""
    counts = Counter(place for study in studies for place in _places(study))
    return tuple(Withheld(place, _REASONS.get(place, Reason.NOT_LISTED), count) for place, count in counts.items())


def _places(study: Study) -> Iterator[str]:
    yield from _present(study, "studies[]", skip={"series"})
    for series in study.series:
        yield from _present(series, "series[]", skip={"equipment", "acquisition"})
        if series.equipment is not None:
            yield from _present(series.equipment, "series[].equipment", skip=set())
        for key in series.acquisition:
            place = f"series[].acquisition.{key}"
            if key not in UNITS and place not in _TAKEN:
                yield place if place in _REASONS else "series[].acquisition.(other)"


def _present(struct: Struct, place: str, skip: set[str]) -> Iterator[str]:
    for field in struct.__struct_fields__:
        name = f"{place}.{field}"
        if field not in skip and name not in _TAKEN and getattr(struct, field) not in (None, (), {}):
            yield name
