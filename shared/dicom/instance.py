"""The facts of one instance, gathered by tables; what travels from reading a file to assembling a study."""

from collections.abc import Iterable

from msgspec import Struct

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.extra import Extra, ExtraAttribute, read_extra
from shared.dicom.findings import Finding
from shared.dicom.gating import CardiacTiming, read_cardiac_timing
from shared.dicom.modalities import PARAMETERS
from shared.dicom.objects import READERS
from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.private_dose import take_private_dose
from shared.dicom.parameters import Extract, Kind, Parameter
from shared.dicom.reading import Header
from shared.dicom.respiration import RespiratoryTiming, read_respiratory_timing
from shared.dicom.sop_classes import is_image
from shared.dicom.values import Provenance, Unreadable, Value

GENERAL: tuple[Parameter, ...] = (
    Parameter("series_number", "SeriesNumber", Kind.INTEGER),
    Parameter("instance_number", "InstanceNumber", Kind.INTEGER),
    Parameter("description", "SeriesDescription", Kind.TEXT),
    Parameter("protocol_name", "ProtocolName", Kind.TEXT),
    Parameter("body_part", "BodyPartExamined", Kind.TEXT),
    Parameter("laterality", "Laterality", Kind.TEXT),
    Parameter("patient_position", "PatientPosition", Kind.TEXT),
    Parameter("frame_count", "NumberOfFrames", Kind.INTEGER, least=1),
    Parameter("equipment.manufacturer", "Manufacturer", Kind.TEXT),
    Parameter("equipment.model", "ManufacturerModelName", Kind.TEXT),
    Parameter("equipment.software_versions", "SoftwareVersions", Kind.TEXTS),
    Parameter("equipment.institution", "InstitutionName", Kind.TEXT),
    Parameter("image.rows", "Rows", Kind.INTEGER, least=1),
    Parameter("image.columns", "Columns", Kind.INTEGER, least=1),
    Parameter("image.bits_stored", "BitsStored", Kind.INTEGER, least=1),
    Parameter("image.photometric_interpretation", "PhotometricInterpretation", Kind.TEXT),
    Parameter("image.pixel_spacing_mm", "PixelSpacing", Kind.NUMBERS, count=2, least=0),
    Parameter("image.burned_in_annotation", "BurnedInAnnotation", Kind.TEXT),
    Parameter("geometry.slice_thickness_mm", "SliceThickness", Kind.NUMBER, least=0),
    Parameter("geometry.gantry_tilt_deg", "GantryDetectorTilt", Kind.NUMBER, least=-90, most=90),
    Parameter("geometry.position_mm", "ImagePositionPatient", Kind.NUMBERS, count=3),
    Parameter("geometry.orientation", "ImageOrientationPatient", Kind.NUMBERS, count=6, least=-1.01, most=1.01),
    Parameter("image_type", "ImageType", Kind.TEXTS),
)
"""General Series, Equipment, Image Plane and Image Pixel modules: PS3.3 C.7.3.1, C.7.5.1, C.7.6.2 and C.7.6.3."""

STUDY: tuple[Parameter, ...] = (
    Parameter("date", "StudyDate", Kind.TEXT),
    Parameter("time", "StudyTime", Kind.TEXT),
    Parameter("study_description", "StudyDescription", Kind.TEXT),
)
"""General Study, PS3.3 C.7.2.1."""

PATIENT: tuple[Parameter, ...] = (
    Parameter("patient_id", "PatientID", Kind.TEXT),
    Parameter("patient_name", "PatientName", Kind.TEXT),
    Parameter("birth_date", "PatientBirthDate", Kind.TEXT),
    Parameter("sex", "PatientSex", Kind.TEXT),
)
"""Patient, PS3.3 C.7.1.1; read only where the deployment includes identity."""


class InstanceFacts(Struct, frozen=True, omit_defaults=True):
    """Everything read from one instance; ``values`` and ``provenance`` share their dotted keys."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str
    transfer_syntax_uid: str | None
    study: dict[str, str]
    patient: dict[str, str]
    values: dict[str, Value]
    provenance: dict[str, Provenance]
    unreadable: tuple[Unreadable, ...] = ()
    findings: tuple[Finding, ...] = ()
    cardiac: CardiacTiming | None = None
    respiratory: RespiratoryTiming | None = None
    blocks: Blocks | None = None
    extra: Extra | None = None


def describe_instance(
    header: Header, *, include_identity: bool = False, extra: tuple[ExtraAttribute, ...] = ()
) -> InstanceFacts:
    """State the facts of one instance.

    Parameters
    ----------
    include_identity
        Whether direct identifiers of the patient are read at all.
    extra
        Attributes that the operator asked for.

    Returns
    -------
    InstanceFacts
        What the file does not say is absent; what it says wrongly stands in ``unreadable`` by attribute and rule.
    """
    attributes = header.attributes
    modality = _required(attributes, "Modality")
    extract = Extract()
    extract.take(attributes, GENERAL)
    extract.take(attributes, PARAMETERS.get(modality, ()))
    if modality == "CT":
        take_private_dose(attributes, extract)
    cardiac = read_cardiac_timing(attributes, modality, extract)
    respiratory = read_respiratory_timing(attributes, modality, extract)
    ledger = Ledger(extract)
    blocks = _describe_object(attributes, ledger)
    study = _texts(attributes, STUDY, extract)
    patient = _texts(attributes, PATIENT, extract) if include_identity else {}
    findings = [*header.findings, *ledger.findings]
    if attributes.has_repaired_text or ledger.has_repaired_text:
        text = "Text does not fit the stated character set; characters that could not be read were replaced."
        findings.append(Finding("text.repaired", text))
    return InstanceFacts(
        study_instance_uid=_required(attributes, "StudyInstanceUID"),
        series_instance_uid=_required(attributes, "SeriesInstanceUID"),
        sop_instance_uid=_required(attributes, "SOPInstanceUID"),
        sop_class_uid=_required(attributes, "SOPClassUID"),
        modality=modality,
        transfer_syntax_uid=header.transfer_syntax_uid,
        study=study,
        patient=patient,
        values=extract.values,
        provenance=extract.provenance,
        unreadable=tuple(extract.unreadable),
        findings=tuple(findings),
        cardiac=cardiac,
        respiratory=respiratory,
        blocks=blocks,
        extra=read_extra(attributes, extra) if extra else None,
    )


def _describe_object(attributes: Attributes, ledger: Ledger) -> Blocks | None:
    """Give the blocks of an object that is not only an image; an unknown class becomes a finding."""
    uid = _required(attributes, "SOPClassUID")
    reader = READERS.get(uid)
    if reader is not None:
        return reader(attributes, ledger)
    if not is_image(uid):
        text = "No reader describes this kind of object; its identity, equipment and series facts are given."
        ledger.find("object.unsupported_type", text)
    return None


def _required(attributes: Attributes, keyword: str) -> str:
    reading = attributes.read(standard_attribute(keyword))
    assert isinstance(reading, Present)  # a header is only made where these are present
    return str(reading.values[0])


def _texts(attributes: Attributes, parameters: Iterable[Parameter], extract: Extract) -> dict[str, str]:
    own = Extract()
    own.take(attributes, parameters)
    extract.unreadable += own.unreadable
    return {key: str(value) for key, value in own.values.items()}
