"""The flat card: the few facts that first clients of this service know, as text exactly as the file has it.

It describes the series with the most images, localizers last; reports, segmentations, doses and other objects
only where an upload holds nothing else.
"""

from collections.abc import Sequence

from shared.dicom.series import Series
from shared.dicom.study import Study
from shared.dicom.values import Varying

KEYS = (
    "modality",
    "body_part",
    "study_date",
    "study_description",
    "series_description",
    "protocol_name",
    "institution",
    "manufacturer",
    "manufacturer_model",
    "rows",
    "columns",
    "pixel_spacing",
    "slice_thickness",
    "number_of_slices",
    "cardiac_trigger",
    "trigger_delay",
    "cardiac_phase_percent",
    "heart_rate",
    "patient_id",
)
"""The card's keys in the contract's order."""

_RAW = {
    "pixel_spacing": "image.pixel_spacing_mm",
    "slice_thickness": "geometry.slice_thickness_mm",
    "trigger_delay": "cardiac.trigger_delay_ms",
    "cardiac_phase_percent": "cardiac.phase_percent",
    "heart_rate": "cardiac.heart_rate_bpm",
}
"""Card keys whose text is the raw value behind a typed one."""


def write_flat_card(studies: Sequence[Study]) -> dict[str, str | int]:
    """Write the card of an upload.

    Parameters
    ----------
    studies
        At least one, with its series in order.

    Returns
    -------
    dict
        Keys in the contract's order, each left out where the file does not say it; ``rows``, ``columns`` and
        ``number_of_slices`` are integers, everything else is text.
    """
    study, series = max(
        ((study, series) for study in studies for series in study.series),
        key=lambda pair: (not pair[1].has_block, not pair[1].is_localizer, pair[1].instance_count),
    )
    card: dict[str, str | int | None] = {
        "modality": series.modality,
        "body_part": series.body_part,
        "study_date": study.date.replace("-", "") if study.date else None,
        "study_description": study.description,
        "series_description": series.description,
        "protocol_name": series.protocol_name,
        **_equipment(series),
        **_image(series),
        **_raw(series),
        "number_of_slices": _slices(series),
        "cardiac_trigger": series.cardiac.signal_source if series.cardiac and series.cardiac.gated else None,
        "patient_id": study.patient.patient_id if study.patient else None,
    }
    return {key: value for key in KEYS if (value := card.get(key)) is not None}


def _equipment(series: Series) -> dict[str, str | int | None]:
    equipment = series.equipment
    if equipment is None:
        return {}
    return {
        "institution": equipment.institution,
        "manufacturer": equipment.manufacturer,
        "manufacturer_model": equipment.model,
    }


def _image(series: Series) -> dict[str, str | int | None]:
    return {"rows": series.image.rows, "columns": series.image.columns} if series.image else {}


def _raw(series: Series) -> dict[str, str | int | None]:
    """Give raw texts; what was computed has none, and a delay or phase that varies is no one text of the series."""
    known = {name: series.provenance.get(key) for name, key in _RAW.items()}
    texts = {name: origin.raw for name, origin in known.items() if origin is not None and origin.raw is not None}
    cardiac = series.cardiac
    varying = {
        "trigger_delay": cardiac.trigger_delay_ms if cardiac else None,
        "cardiac_phase_percent": cardiac.phase_percent if cardiac else None,
    }
    percent = varying["cardiac_phase_percent"]
    if percent is not None and not isinstance(percent, Varying):
        texts.setdefault("cardiac_phase_percent", f"{percent:g}")
    return {name: text for name, text in texts.items() if not isinstance(varying.get(name), Varying)}


def _slices(series: Series) -> int | None:
    """Count the slices of the largest stack, or the frames where nothing says where they lie; an object has none."""
    if series.has_block:
        return None
    if series.geometry is not None:
        return series.geometry.stacks[0].positions
    return series.frame_count
