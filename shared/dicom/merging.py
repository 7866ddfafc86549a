"""From the instances of a series to the series: what is the same once, what varies as a range."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from shared.dicom.cardiac_series import PlacedTiming, find_phase, gathered_warnings, merge_cardiac, merge_respiratory
from shared.dicom.geometry import build_stacks
from shared.dicom.instance import InstanceFacts
from shared.dicom.object_merging import merge_objects
from shared.dicom.respiration import RespiratoryTiming
from shared.dicom.series import (
    Cardiac,
    Equipment,
    Geometry,
    Image,
    InstanceRow,
    Series,
)
from shared.dicom.slices import PlacedInstance, check_slices, place_instance
from shared.dicom.sop_classes import ENHANCED, sop_class, transfer_syntax
from shared.dicom.values import Provenance, Unreadable, Value, Varying, merge_values

MAX_UNREADABLE = 50
"""Attributes that could not be used, listed per series."""

_LOCALIZER_TYPES = {"LOCALIZER", "SCOUT", "TOPOGRAM"}
_BURNED_IN = {"YES": "yes", "NO": "no"}
_PER_INSTANCE = {
    "instance_number",
    "geometry.position_mm",
    *(f"time.{name}" for name in ("temporal_position", "acquisition_number", "acquisition_time", "content_time")),
}
"""Keys that tell images apart and are no facts of the series."""

Block = TypeVar("Block")


def merge_series(instances: Sequence[InstanceFacts]) -> Series:
    """Describe a series by its instances, of which there is at least one."""
    placed = _in_order(instances)
    ordered = [one.facts for one in placed]
    first = ordered[0]
    values = _merge_values(ordered)
    provenance = _merge_provenance(ordered)
    frames = sum(_integer(one.values.get("frame_count")) or 1 for one in ordered)
    stacks = build_stacks([piece for one in placed for piece in one.slices])
    timings = [timing for one in ordered for timing in _timings(one)]
    cardiac = merge_cardiac(timings)
    objects = merge_objects(ordered)
    image = _block(values, "image", Image)
    if image is not None and image.rows is None and objects.blocks.has_block:
        image = None  # a document states BurnedInAnnotation too; its own block gives it
    if image is not None:
        burned_in = _BURNED_IN.get(str(values.get("image.burned_in_annotation")), "unknown")
        image = msgspec.structs.replace(image, burned_in_annotation=burned_in)
    return Series(
        series_instance_uid=first.series_instance_uid,
        modality=first.modality,
        sop_class=sop_class(first.sop_class_uid),
        instance_count=len(ordered),
        is_localizer=_is_localizer(ordered),
        is_enhanced=first.sop_class_uid in ENHANCED,
        series_number=_integer(values.get("series_number")),
        description=_text(values.get("description")),
        protocol_name=_text(values.get("protocol_name")),
        body_part=_text(values.get("body_part")),
        laterality=_text(values.get("laterality")),
        patient_position=_text(values.get("patient_position")),
        transfer_syntaxes=tuple(
            transfer_syntax(uid)
            for uid in dict.fromkeys(one.transfer_syntax_uid for one in ordered if one.transfer_syntax_uid)
        ),
        frame_count=frames if image is not None else None,
        equipment=_block(values, "equipment", Equipment),
        image=image,
        acquisition=_prefixed(values, "acquisition"),
        extra=_merge_all(one.extra.values for one in ordered if one.extra is not None),
        geometry=Geometry(stacks) if stacks else None,
        cardiac=cardiac,
        respiratory=merge_respiratory([breath for one in ordered for breath in _breaths(one)]),
        dose=objects.dose,
        further_objects=objects.further,
        **msgspec.structs.asdict(objects.blocks),
        provenance=provenance,
        unreadable=_merge_unreadable(ordered),
        warnings=(
            *dict.fromkeys(finding for one in ordered for finding in one.findings),
            *check_slices(placed),
            *gathered_warnings(one.timing for one in timings),
            *objects.findings,
        ),
        instances=tuple(_row(one, cardiac) for one in placed),
    )


def _in_order(instances: Sequence[InstanceFacts]) -> list[PlacedInstance]:
    """Order by position along the normal, instances without a position last by their number."""

    def key(one: PlacedInstance) -> tuple[bool, float, int]:
        number = _integer(one.facts.values.get("instance_number")) or 0
        return (one.position_mm is None, one.position_mm or 0.0, number)

    return sorted(map(place_instance, instances), key=key)


def _merge_values(instances: Sequence[InstanceFacts]) -> dict[str, Value]:
    return _merge_all(one.values for one in instances)


def _merge_all(all_values: Iterable[dict[str, Value]]) -> dict[str, Value]:
    gathered: dict[str, list[Value]] = {}
    for values in all_values:
        for key, value in values.items():
            gathered.setdefault(key, []).append(value)
    return {key: merge_values(values) for key, values in gathered.items()}


def _merge_provenance(instances: Sequence[InstanceFacts]) -> dict[str, Provenance]:
    merged: dict[str, Provenance] = {}
    for one in instances:
        if not one.provenance.keys() <= merged.keys():  # most instances say nothing that the first did not
            merged |= {key: source for key, source in one.provenance.items() if key not in merged}
        for name, provenance in one.extra.provenance.items() if one.extra is not None else ():
            merged.setdefault(f"extra.{name}", provenance)
    return {key: provenance for key, provenance in merged.items() if key not in _PER_INSTANCE}


def _block(values: dict[str, Value], name: str, kind: type[Block]) -> Block | None:
    fields = _prefixed(values, name)
    steady = {key: value for key, value in fields.items() if not isinstance(value, Varying)}
    return msgspec.convert(steady, kind) if steady else None


def _prefixed(values: dict[str, Value], name: str) -> dict[str, Value]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _timings(facts: InstanceFacts) -> list[PlacedTiming]:
    """Give the cardiac timings of an instance, one for each image that has one, with its place."""
    frames = facts.frames
    if frames is None:
        place = _place(facts.values.get("geometry.position_mm"))
        return [] if facts.cardiac is None else [PlacedTiming(facts.cardiac, place)]
    return [
        PlacedTiming(frames.timings[frame.timing], _place(frame.position_mm))
        for frame in frames.frames
        if frame.timing is not None
    ]


def _breaths(facts: InstanceFacts) -> list[RespiratoryTiming]:
    """Give the respiratory timings of an instance, one for each image that has one."""
    if facts.frames is None:
        return [] if facts.respiratory is None else [facts.respiratory]
    return [facts.frames.breaths[frame.breath] for frame in facts.frames.frames if frame.breath is not None]


def _place(position: Value | None) -> tuple[float, ...] | None:
    """Give a slice place to a hundredth of a millimetre, to tell places apart."""
    return tuple(round(float(component), 2) for component in position) if isinstance(position, tuple) else None


def _row(placed: PlacedInstance, cardiac: Cardiac | None) -> InstanceRow:
    facts, position = placed.facts, placed.position_mm
    return InstanceRow(
        facts.sop_instance_uid,
        _integer(facts.values.get("instance_number")),
        None if position is None else round(position, 4),
        find_phase(facts.cardiac, cardiac.phases) if facts.cardiac is not None and cardiac is not None else None,
    )


def _is_localizer(instances: Sequence[InstanceFacts]) -> bool:
    return all(
        isinstance(kinds := one.values.get("image_type"), tuple) and _LOCALIZER_TYPES.intersection(kinds)
        for one in instances
    )


def _merge_unreadable(instances: Sequence[InstanceFacts]) -> tuple[Unreadable, ...]:
    return tuple(dict.fromkeys(one for facts in instances for one in _all_unreadable(facts)))[:MAX_UNREADABLE]


def _all_unreadable(facts: InstanceFacts) -> tuple[Unreadable, ...]:
    return facts.unreadable if facts.extra is None else facts.unreadable + facts.extra.unreadable


def _integer(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None
