"""The blocks of one object: what stands in the result beside the facts that every instance has."""

from msgspec import Struct

from shared.dicom.objects.document import Document
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.key_objects import KeyObjects
from shared.dicom.objects.presentation_state import PresentationState
from shared.dicom.objects.radiotherapy import Radiotherapy
from shared.dicom.objects.raw_data import RawData
from shared.dicom.objects.real_world_values import RealWorldValues
from shared.dicom.objects.registration import Registration
from shared.dicom.objects.segmentation import Segmentation
from shared.dicom.objects.structured_report import StructuredReport
from shared.dicom.objects.surface import Surface
from shared.dicom.objects.waveform import Waveform
from shared.dicom.objects.whole_slide import WholeSlide


class Blocks(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Named as in the result; an object fills the one or two that fit its class."""

    dose_report: DoseReport | None = None
    structured_report: StructuredReport | None = None
    waveform: Waveform | None = None
    document: Document | None = None
    segmentation: Segmentation | None = None
    surface: Surface | None = None
    rt: Radiotherapy | None = None
    presentation_state: PresentationState | None = None
    key_objects: KeyObjects | None = None
    whole_slide: WholeSlide | None = None
    real_world_value_mapping: RealWorldValues | None = None
    registration: Registration | None = None
    raw_data: RawData | None = None

    @property
    def has_block(self) -> bool:
        """Whether anything more than an image is described."""
        return any(getattr(self, name) is not None for name in Blocks.__struct_fields__)


class FurtherObject(Blocks, frozen=True, omit_defaults=True):
    """The blocks of another instance of a series, with its SOP Instance UID."""

    sop_instance_uid: str
