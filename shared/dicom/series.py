"""The series of a result: what was acquired, with which equipment, where and when in the heart's cycle.

Shapes follow the wire contract; a field left at its default is absent from the JSON.
Implements the reader's view of PS3.3 C.7.3.1 (General Series), C.7.6.1 and C.7.6.2.
"""

from msgspec import field

from shared.dicom.findings import Finding
from shared.dicom.objects.blocks import Blocks, FurtherObject
from shared.dicom.series_parts import (
    Cardiac,
    CardiacPhase,
    Dose,
    Equipment,
    Geometry,
    Image,
    InstanceRow,
    Respiratory,
    Segment,
    SopClass,
    Stack,
    StatedPhase,
    TransferSyntax,
)
from shared.dicom.values import Provenance, Unreadable, Value

__all__ = [
    "Cardiac",
    "CardiacPhase",
    "Dose",
    "Equipment",
    "Geometry",
    "Image",
    "InstanceRow",
    "Respiratory",
    "Segment",
    "Series",
    "SopClass",
    "Stack",
    "StatedPhase",
    "TransferSyntax",
]


class Series(Blocks, frozen=True, omit_defaults=True):
    """Everything the result says about one series; the blocks are those of its first object that is not an image."""

    series_instance_uid: str
    modality: str
    sop_class: SopClass
    instance_count: int
    is_localizer: bool
    is_enhanced: bool
    series_number: int | None = None
    description: str | None = None
    protocol_name: str | None = None
    body_part: str | None = None
    laterality: str | None = None
    patient_position: str | None = None
    transfer_syntaxes: tuple[TransferSyntax, ...] = ()
    frame_count: int | None = None
    equipment: Equipment | None = None
    image: Image | None = None
    acquisition: dict[str, Value] = field(default_factory=dict)
    geometry: Geometry | None = None
    extra: dict[str, Value] = field(default_factory=dict)
    cardiac: Cardiac | None = None
    respiratory: Respiratory | None = None
    dose: Dose | None = None
    further_objects: tuple[FurtherObject, ...] = ()
    provenance: dict[str, Provenance] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    warnings: tuple[Finding, ...] = ()
    instances: tuple[InstanceRow, ...] = ()
