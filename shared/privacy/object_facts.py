"""The facts of objects that are not images: counts, sizes, doses, and words of closed tables; never a text of theirs.

What a report says, how a lead or a structure is called and what a device measured on the heart stay behind.
"""

from collections.abc import Callable, Iterable

from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.references import References
from shared.privacy import object_terms
from shared.privacy.dose_facts import add_dose_report
from shared.privacy.fact import FactList
from shared.privacy.known_codes import name_code
from shared.privacy.radiotherapy_facts import add_radiotherapy

BYTES_PER_KB = 1000
"""Sizes are told in kilobytes of the decimal kind."""


def add_objects(facts: FactList, prefix: str, blocks: Blocks) -> None:
    """Add what may be said of each block of a series' first object."""
    for add in _WRITERS:
        add(facts, prefix, blocks)


def _add_references(facts: FactList, key: str, references: References | None) -> None:
    if references is not None:
        facts.put_count(key, references.instance_count, "referenced objects")


def _words(table: dict[str, str], terms: Iterable[str | None]) -> dict[str, None]:
    return dict.fromkeys(table[term] for term in terms if term in table)


def _add_report(facts: FactList, prefix: str, blocks: Blocks) -> None:
    report = blocks.structured_report
    if report is None:
        return
    facts.put_word(f"{prefix}report.title", name_code(report.title))
    facts.put_words(f"{prefix}report.completion", _words(object_terms.COMPLETIONS, [report.completion]))
    facts.put_words(f"{prefix}report.verification", _words(object_terms.VERIFICATIONS, [report.verification]))
    facts.put_count(f"{prefix}report.entries", sum(report.content_items.values()), "entries")
    measured = len(report.measurements) + sum(len(group.measurements) for group in report.measurement_groups)
    if measured:
        facts.put_count(f"{prefix}report.measurements", measured, "measurements")
    _add_references(facts, f"{prefix}report.referenced_objects", report.references)


def _add_waveform(facts: FactList, prefix: str, blocks: Blocks) -> None:
    """Describe the longest group: devices add an averaged beat as a second one."""
    waveform = blocks.waveform
    if waveform is None or not waveform.groups:
        return
    longest = max(waveform.groups, key=lambda group: group.duration_s or 0.0)
    facts.put_count(f"{prefix}waveform.channels", longest.channel_count, "channels")
    facts.put_quantity(f"{prefix}waveform.sampling_rate_hz", longest.sampling_frequency_hz, "Hz")
    facts.put_quantity(f"{prefix}waveform.duration_s", longest.duration_s, "s")
    facts.put_count(f"{prefix}waveform.groups", len(waveform.groups), "channel groups")


def _add_document(facts: FactList, prefix: str, blocks: Blocks) -> None:
    document = blocks.document
    if document is None:
        return
    facts.put_word(f"{prefix}document.kind", object_terms.MIME_TYPES.get((document.mime_type or "").lower()))
    if document.length_bytes is not None:
        facts.put_quantity(f"{prefix}document.size_kb", document.length_bytes / BYTES_PER_KB, "kB")
    facts.put_words(f"{prefix}document.verification", _words(object_terms.VERIFICATIONS, [document.verification]))


def _add_segmentation(facts: FactList, prefix: str, blocks: Blocks) -> None:
    segmentation = blocks.segmentation
    if segmentation is None:
        return
    facts.put_count(f"{prefix}segmentation.structures", segmentation.segment_count, "structures")
    facts.put_words(f"{prefix}segmentation.type", _words(object_terms.SEGMENTATION_TYPES, [segmentation.type]))
    named = (name_code(one) for segment in segmentation.segments for one in (segment.type, segment.anatomic_region))
    facts.put_words(f"{prefix}segmentation.named", dict.fromkeys(word for word in named if word is not None))
    algorithms = [segment.algorithm_type for segment in segmentation.segments]
    facts.put_words(f"{prefix}segmentation.drawn", _words(object_terms.ALGORITHM_TYPES, algorithms))
    facts.put_count(f"{prefix}segmentation.frames", segmentation.frames, "planes")
    _add_references(facts, f"{prefix}segmentation.referenced_objects", segmentation.references)


def _add_surface(facts: FactList, prefix: str, blocks: Blocks) -> None:
    surface = blocks.surface
    if surface is None:
        return
    facts.put_count(f"{prefix}surface.surfaces", surface.surface_count, "surfaces")
    facts.put_count(f"{prefix}surface.points", surface.points, "points")


def _add_presentation_state(facts: FactList, prefix: str, blocks: Blocks) -> None:
    state = blocks.presentation_state
    if state is None:
        return
    facts.put_count(f"{prefix}display.drawings", state.graphic_count, "drawings")
    facts.put_count(f"{prefix}display.texts", state.text_count, "texts")
    _add_references(facts, f"{prefix}display.referenced_objects", state.references)


def _add_key_objects(facts: FactList, prefix: str, blocks: Blocks) -> None:
    selection = blocks.key_objects
    if selection is None:
        return
    facts.put_word(f"{prefix}selection.title", name_code(selection.title))
    facts.put_count(f"{prefix}selection.selected", selection.selected_count, "selected objects")


def _add_whole_slide(facts: FactList, prefix: str, blocks: Blocks) -> None:
    slide = blocks.whole_slide
    if slide is None:
        return
    facts.put_count(f"{prefix}slide.columns", slide.total_columns, "pixels")
    facts.put_count(f"{prefix}slide.rows", slide.total_rows, "pixels")
    facts.put_quantity(f"{prefix}slide.magnification", slide.objective_powers, None)
    facts.put_quantity(f"{prefix}slide.width_mm", slide.width_mm, "mm")
    facts.put_quantity(f"{prefix}slide.height_mm", slide.height_mm, "mm")
    facts.put_count(f"{prefix}slide.focal_planes", slide.focal_planes, "planes")


def _add_mapping(facts: FactList, prefix: str, blocks: Blocks) -> None:
    mapping = blocks.real_world_value_mapping
    if mapping is None:
        return
    facts.put_count(f"{prefix}mapping.mappings", len(mapping.mappings), "mappings")
    _add_references(facts, f"{prefix}mapping.referenced_objects", mapping.references)


def _add_registration(facts: FactList, prefix: str, blocks: Blocks) -> None:
    registration = blocks.registration
    if registration is None:
        return
    facts.put_count(f"{prefix}registration.registrations", registration.registration_count, "registrations")
    if registration.registration_count:
        facts.put_flag(f"{prefix}registration.deformable", flag=registration.is_deformable)
    facts.put_words(f"{prefix}registration.kinds", _words(object_terms.MATRIX_TYPES, registration.matrix_types))
    if registration.fiducial_set_count:
        facts.put_count(f"{prefix}registration.fiducial_sets", registration.fiducial_set_count, "sets of points")


def _add_raw_data(facts: FactList, prefix: str, blocks: Blocks) -> None:
    if blocks.raw_data is not None:
        _add_references(facts, f"{prefix}raw_data.referenced_objects", blocks.raw_data.references)


_WRITERS: tuple[Callable[[FactList, str, Blocks], None], ...] = (
    add_dose_report,
    add_radiotherapy,
    _add_report,
    _add_waveform,
    _add_document,
    _add_segmentation,
    _add_surface,
    _add_presentation_state,
    _add_key_objects,
    _add_whole_slide,
    _add_mapping,
    _add_registration,
    _add_raw_data,
)
"""One for each block; an object has one block or two."""
