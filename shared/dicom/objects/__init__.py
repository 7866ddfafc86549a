"""Objects that are not images: which reader describes which SOP Class (PS3.4 Table B.5-1).

A reader is a pure function from the attributes of one object to its block; oddities and provenance go to the ledger.
"""

from collections.abc import Callable

from shared.dicom.attributes import Attributes
from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.content_items import read_content
from shared.dicom.objects.document import read_document
from shared.dicom.objects.dose_report import is_dose_report, read_dose_report
from shared.dicom.objects.key_objects import read_key_objects
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.presentation_state import read_presentation_state
from shared.dicom.objects.radiotherapy import read_plan, read_planned_dose, read_record, read_structure_set
from shared.dicom.objects.raw_data import read_raw_data
from shared.dicom.objects.real_world_values import read_real_world_values
from shared.dicom.objects.registration import read_registration
from shared.dicom.objects.segmentation import read_segmentation
from shared.dicom.objects.structured_report import read_structured_report
from shared.dicom.objects.surface import read_surface
from shared.dicom.objects.waveform import read_waveform
from shared.dicom.objects.whole_slide import read_whole_slide

Reader = Callable[[Attributes, Ledger], Blocks]

_STORAGE = "1.2.840.10008.5.1.4.1.1."


def _structured_report(attributes: Attributes, ledger: Ledger) -> Blocks:
    root = read_content(attributes, ledger)
    if not is_dose_report(root):
        return Blocks(structured_report=read_structured_report(attributes, root, ledger))
    return Blocks(
        dose_report=read_dose_report(root, ledger),
        structured_report=read_structured_report(attributes, root, ledger, with_measurements=False),
    )


def _key_objects(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(key_objects=read_key_objects(attributes, read_content(attributes, ledger), ledger))


def _waveform(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(waveform=read_waveform(attributes, ledger))


def _document(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(document=read_document(attributes, ledger))


def _segmentation(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(segmentation=read_segmentation(attributes, ledger))


def _surface_segmentation(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(segmentation=read_segmentation(attributes, ledger), surface=read_surface(attributes, ledger))


def _surface(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(surface=read_surface(attributes, ledger))


def _structure_set(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(rt=read_structure_set(attributes, ledger))


def _plan(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(rt=read_plan(attributes, ledger))


def _planned_dose(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(rt=read_planned_dose(attributes, ledger))


def _record(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(rt=read_record(attributes, ledger))


def _presentation_state(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(presentation_state=read_presentation_state(attributes, ledger))


def _whole_slide(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(whole_slide=read_whole_slide(attributes, ledger))


def _real_world_values(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(real_world_value_mapping=read_real_world_values(attributes, ledger))


def _registration(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(registration=read_registration(attributes, ledger))


def _raw_data(attributes: Attributes, ledger: Ledger) -> Blocks:
    return Blocks(raw_data=read_raw_data(attributes, ledger))


_GROUPS: tuple[tuple[Reader, tuple[str, ...]], ...] = (
    (
        _structured_report,
        (
            "88.11", "88.22", "88.33", "88.34", "88.35", "88.40", "88.50", "88.65", "88.67", "88.68", "88.69",
            "88.70", "88.71", "88.72", "88.73", "88.74", "88.75", "88.76", "88.77",
        ),
    ),
    (_key_objects, ("88.59",)),
    (
        _waveform,
        (
            "9.1.1", "9.1.2", "9.1.3", "9.1.4", "9.2.1", "9.3.1", "9.4.1", "9.4.2", "9.5.1", "9.6.1", "9.6.2",
            "9.7.1", "9.7.2", "9.7.3", "9.7.4", "9.8.1",
        ),
    ),
    (_document, ("104.1", "104.2", "104.3", "104.4", "104.5")),
    (_segmentation, ("66.4", "66.7")),
    (_surface_segmentation, ("66.5",)),
    (_surface, ("68.1", "68.2")),
    (_structure_set, ("481.3",)),
    (_plan, ("481.5", "481.8")),
    (_planned_dose, ("481.2",)),
    (_record, ("481.4", "481.6", "481.7", "481.9")),
    (
        _presentation_state,
        (
            "11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "11.8", "11.9", "11.10", "11.11", "11.12",
        ),
    ),
    (_whole_slide, ("77.1.6",)),
    (_real_world_values, ("67",)),
    (_registration, ("66.1", "66.2", "66.3")),
    (_raw_data, ("66",)),
)  # fmt: skip
"""Readers with the last components of the SOP Class UIDs they describe; 66.7 is Label Map Segmentation."""

READERS: dict[str, Reader] = {_STORAGE + suffix: reader for reader, suffixes in _GROUPS for suffix in suffixes}
"""SOP Class UID to reader."""
