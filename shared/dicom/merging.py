"""From the instances of a series to the series: what is the same once, what varies as a range."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from shared.dicom.findings import Finding
from shared.dicom.gating import CardiacTiming, gathered_warnings
from shared.dicom.geometry import Slice, build_stacks, distance_along, normal
from shared.dicom.instance import InstanceFacts
from shared.dicom.series import (
    Cardiac,
    CardiacPhase,
    Equipment,
    Geometry,
    Image,
    InstanceRow,
    Series,
)
from shared.dicom.sop_classes import ENHANCED, sop_class, transfer_syntax
from shared.dicom.values import Provenance, Unreadable, Value, Varying, merge_quantities, merge_values

MAX_UNREADABLE = 50
"""Attributes that could not be used, listed per series."""

_LOCALIZER_TYPES = {"LOCALIZER", "SCOUT", "TOPOGRAM"}
_BURNED_IN = {"YES": "yes", "NO": "no"}
_PER_INSTANCE = {"instance_number", "geometry.position_mm"}

Block = TypeVar("Block")


def merge_series(instances: Sequence[InstanceFacts]) -> Series:
    """Describe a series by its instances, of which there is at least one."""
    ordered = _in_order(instances)
    first = ordered[0]
    values = _merge_values(ordered)
    provenance = _merge_provenance(ordered)
    frames = sum(_integer(one.values.get("frame_count")) or 1 for one in ordered)
    stacks = build_stacks([piece for one in ordered for piece in _slices(one)])
    cardiac = _merge_cardiac([timing for one in ordered for timing in one.timings()])
    image = _block(values, "image", Image)
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
        provenance=provenance,
        unreadable=_merge_unreadable(ordered),
        warnings=_merge_findings(ordered),
        instances=tuple(_row(one) for one in ordered),
    )


def _in_order(instances: Sequence[InstanceFacts]) -> list[InstanceFacts]:
    """Order by position along the normal, instances without a position last by their number."""

    def key(facts: InstanceFacts) -> tuple[bool, float, int]:
        position = _position(facts)
        number = _integer(facts.values.get("instance_number")) or 0
        return (position is None, position or 0.0, number)

    return sorted(instances, key=key)


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
        for key, provenance in one.provenance.items():
            merged.setdefault(key, provenance)
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


def _slices(facts: InstanceFacts) -> list[Slice]:
    """Give the slices of an instance: of an enhanced one those of its frames."""
    if facts.frames is None:
        piece = _slice(facts)
        return [] if piece is None else [piece]
    pieces = []
    for frame in facts.frames.frames:
        if frame.position_mm is not None and frame.plane is not None:
            plane = facts.frames.planes[frame.plane]
            pieces.append(Slice(frame.position_mm, plane.orientation, plane.thickness_mm, plane.tilt_deg))
    return pieces


def _slice(facts: InstanceFacts) -> Slice | None:
    position, orientation = facts.values.get("geometry.position_mm"), facts.values.get("geometry.orientation")
    if not isinstance(position, tuple) or not isinstance(orientation, tuple):
        return None
    x, y, z = (float(component) for component in position)
    return Slice(
        (x, y, z),
        tuple(float(component) for component in orientation),
        _number(facts.values.get("geometry.slice_thickness_mm")),
        _number(facts.values.get("geometry.gantry_tilt_deg")),
    )


def _position(facts: InstanceFacts) -> float | None:
    piece = _slice(facts)
    direction = normal(piece.orientation) if piece else None
    return distance_along(direction, piece.position_mm) if piece and direction else None


def _row(facts: InstanceFacts) -> InstanceRow:
    position = _position(facts)
    return InstanceRow(
        facts.sop_instance_uid,
        _integer(facts.values.get("instance_number")),
        None if position is None else round(position, 4),
    )


def _is_localizer(instances: Sequence[InstanceFacts]) -> bool:
    return all(
        isinstance(kinds := one.values.get("image_type"), tuple) and _LOCALIZER_TYPES.intersection(kinds)
        for one in instances
    )


def _merge_cardiac(timings: Sequence[CardiacTiming]) -> Cardiac | None:
    if not timings:
        return None
    gated = [timing for timing in timings if timing.gated]
    chosen = gated or list(timings)
    first = chosen[0]
    return Cardiac(
        gated=bool(gated),
        evidence=tuple(dict.fromkeys(proof for timing in chosen for proof in timing.evidence)),
        technique=first.technique,
        signal_source=first.signal_source,
        heart_rate_bpm=_same_or_range(timing.heart_rate_bpm for timing in chosen),
        rr_interval_ms=_same_or_range(timing.rr_interval_ms for timing in chosen),
        rr_source=_same(timing.rr_source for timing in chosen),
        trigger_delay_ms=_same_or_range(timing.trigger_delay_ms for timing in chosen),
        phase_percent=_same_or_range(timing.phase_percent for timing in chosen),
        phase_source=_same(timing.phase_source for timing in chosen),
        phase_label=_same(timing.phase_label for timing in chosen),
        phase_rule=_same(timing.phase_rule for timing in chosen),
        aortic_valve_closure_ms=_same_or_range(timing.aortic_valve_closure_ms for timing in chosen),
        temporal_resolution_ms=_same_or_range(timing.temporal_resolution_ms for timing in chosen),
        phases=_phases(gated),
    )


def _phases(gated: Sequence[CardiacTiming]) -> tuple[CardiacPhase, ...]:
    """List the phases of a series in the order of the cycle; those closer than half a percent are one."""
    groups: dict[float, list[CardiacTiming]] = {}
    for timing in gated:
        if timing.phase_percent is not None:
            groups.setdefault(round(timing.phase_percent), []).append(timing)
    return tuple(
        CardiacPhase(
            index=index,
            positions=len(group),
            phase_percent=group[0].phase_percent,
            trigger_delay_ms=_steady(_same_or_range(timing.trigger_delay_ms for timing in group)),
            label=_same(timing.phase_label for timing in group),
        )
        for index, (_, group) in enumerate(sorted(groups.items()))
    )


def _same(texts: Iterable[str | None]) -> str | None:
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else None


def _same_or_range(numbers: Iterable[float | None]) -> float | Varying | None:
    present = [number for number in numbers if number is not None]
    if not present:
        return None
    return present[0] if len(set(present)) == 1 else merge_quantities(present)


def _steady(value: float | Varying | None) -> float | None:
    return None if isinstance(value, Varying) else value


def _merge_unreadable(instances: Sequence[InstanceFacts]) -> tuple[Unreadable, ...]:
    return tuple(dict.fromkeys(one for facts in instances for one in _all_unreadable(facts)))[:MAX_UNREADABLE]


def _all_unreadable(facts: InstanceFacts) -> tuple[Unreadable, ...]:
    return facts.unreadable if facts.extra is None else facts.unreadable + facts.extra.unreadable


def _merge_findings(instances: Sequence[InstanceFacts]) -> tuple[Finding, ...]:
    findings = [finding for facts in instances for finding in facts.findings]
    cardiac = gathered_warnings([timing for facts in instances for timing in facts.timings()])
    return (*dict.fromkeys(findings), *cardiac)


def _integer(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Value | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None
