"""From the facts of instances to the slices that stacks are made of, with all that may tell them apart in time.

An enhanced object gives a slice for each of its frames. Implements the reader's view of PS3.3 C.7.6.2 and C.7.6.16.2.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from shared.dicom.findings import Finding
from shared.dicom.gating import CardiacTiming
from shared.dicom.geometry import Slice, distance_along, normal
from shared.dicom.instance import InstanceFacts
from shared.dicom.values import Value

SPACING_DIGITS = 4
"""Significant digits to which pixel spacings of one stack agree."""

_PLAIN = (
    ("temporal_position", "time.temporal_position"),
    ("echo_time_ms", "acquisition.echo_time_ms"),
    ("b_value_s_mm2", "acquisition.b_values_s_mm2"),
    ("acquisition_number", "time.acquisition_number"),
)
_TIMES = (("acquisition_time_s", "time.acquisition_time"), ("content_time_s", "time.content_time"))


class PlacedInstance(Struct, frozen=True):
    """An instance with its slices; ``position_mm`` is along the normal, of one image alone and None without a place."""

    facts: InstanceFacts
    slices: tuple[Slice, ...]
    position_mm: float | None


def place_instance(facts: InstanceFacts) -> PlacedInstance:
    """Find the slices of an instance; none where it does not say where it lies."""
    if facts.frames is not None:
        return PlacedInstance(facts, tuple(_of_frames(facts)), None)
    slices = _of_image(facts)
    direction = normal(slices[0].orientation) if slices else None
    position = None if direction is None else distance_along(direction, slices[0].position_mm)
    return PlacedInstance(facts, slices, position)


def _of_image(facts: InstanceFacts) -> tuple[Slice, ...]:
    position, orientation = facts.values.get("geometry.position_mm"), facts.values.get("geometry.orientation")
    if not isinstance(position, tuple) or not isinstance(orientation, tuple):
        return ()
    x, y, z = (float(component) for component in position)
    number = facts.values.get("instance_number")
    piece = Slice(
        (x, y, z),
        tuple(float(component) for component in orientation),
        as_number(facts.values.get("geometry.slice_thickness_mm")),
        as_number(facts.values.get("geometry.gantry_tilt_deg")),
        _kind(facts),
        dict(_coordinates(facts)),
        number if isinstance(number, int) else 0,
    )
    return (piece,)


def _of_frames(facts: InstanceFacts) -> Iterator[Slice]:
    assert facts.frames is not None
    kind = _kind(facts)
    for number, frame in enumerate(facts.frames.frames):
        if frame.position_mm is None or frame.plane is None:
            continue
        plane = facts.frames.planes[frame.plane]
        coordinates = dict(_of_timing(None if frame.timing is None else facts.frames.timings[frame.timing]))
        stated = {
            "temporal_position": frame.temporal_position_index,
            "echo_time_ms": frame.echo_time_ms,
            "b_value_s_mm2": frame.b_value_s_mm2,
        }
        coordinates |= {name: float(value) for name, value in stated.items() if value is not None}
        yield Slice(frame.position_mm, plane.orientation, plane.thickness_mm, plane.tilt_deg, kind, coordinates, number)


def _kind(facts: InstanceFacts) -> tuple[object, ...]:
    """Say what images of one stack share: class, matrix, pixel size, kernel, and whether they are localizers."""
    values = facts.values
    spacing = values.get("image.pixel_spacing_mm")
    rounded = (
        tuple(f"{part:.{SPACING_DIGITS}g}" for part in spacing if not isinstance(part, str))
        if isinstance(spacing, tuple)
        else None
    )
    image_type = values.get("image_type")
    third = image_type[2] if isinstance(image_type, tuple) and len(image_type) > 2 else None
    return (
        facts.sop_class_uid,
        values.get("image.rows"),
        values.get("image.columns"),
        rounded,
        values.get("acquisition.convolution_kernel"),
        third if third == "LOCALIZER" else None,
    )


def _coordinates(facts: InstanceFacts) -> Iterator[tuple[str, float]]:
    yield from _of_timing(facts.cardiac)
    for name, key in _PLAIN:
        value = as_number(facts.values.get(key))
        if value is not None:
            yield name, value
    for name, key in _TIMES:
        seconds = _seconds(facts.values.get(key))
        if seconds is not None:
            yield name, seconds


def _of_timing(timing: CardiacTiming | None) -> Iterator[tuple[str, float]]:
    if timing is None or not timing.gated:
        return
    if timing.phase_percent is not None:
        yield "phase_percent", timing.phase_percent
    if timing.trigger_delay_ms is not None:
        yield "trigger_delay_ms", timing.trigger_delay_ms


def _seconds(value: Value | None) -> float | None:
    """Turn a TM value (PS3.5 section 6.2, HHMMSS.FFFFFF) into seconds of the day; None where it is none."""
    if not isinstance(value, str):
        return None
    whole, _, fraction = value.partition(".")
    if len(whole) != 6 or not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    return int(whole[:2]) * 3600 + int(whole[2:4]) * 60 + int(whole[4:]) + float(f"0.{fraction or 0}")


def as_number(value: Value | None) -> float | None:
    """Give a value that is one number; None where it is none."""
    return float(value) if isinstance(value, int | float) else None


def check_slices(placed: Sequence[PlacedInstance]) -> tuple[Finding, ...]:
    """Say what keeps the images of a series from being one plain stack."""
    findings = []
    instances = [one.facts for one in placed]
    orientations = {piece.orientation for one in placed for piece in one.slices}
    if any(normal(orientation) is None for orientation in orientations):
        text = "Images state an orientation that is none (not two unit vectors at a right angle); they are in no stack."
        findings.append(Finding("geometry.invalid_orientation", text))
    if any("MOSAIC" in kinds for facts in instances if isinstance(kinds := facts.values.get("image_type"), tuple)):
        text = "Images are mosaics: many slices side by side in one picture; their number and places are not told here."
        findings.append(Finding("series.mosaic", text))
    if len({facts.values.get("acquisition.convolution_kernel") for facts in instances}) > 1:
        text = "Images of one series were reconstructed with different kernels; each kernel is a stack of its own."
        findings.append(Finding("series.mixed_kernel", text))
    return tuple(findings)
