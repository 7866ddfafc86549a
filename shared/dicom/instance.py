"""The facts of one instance, gathered by tables; what travels from reading a file to assembling a study."""

from functools import cache

from msgspec import Struct

from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.extra import Extra, ExtraAttribute, read_extra
from shared.dicom.findings import Finding
from shared.dicom.frames import FrameReader, Frames, FrameTable
from shared.dicom.functional_groups import count_mismatch, read_functional_groups
from shared.dicom.gating import CardiacTiming, read_cardiac_timing
from shared.dicom.general import GENERAL, PATIENT, STUDY
from shared.dicom.identity import digest_identity
from shared.dicom.modalities import MODALITIES
from shared.dicom.modalities.modality import Modality
from shared.dicom.objects import READERS
from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.private_dose import take_private_dose
from shared.dicom.parameters import Extract, Table
from shared.dicom.reading import Header
from shared.dicom.respiration import RespiratoryTiming, read_respiratory_timing
from shared.dicom.sop_classes import ENHANCED, is_image
from shared.dicom.values import Provenance, Unreadable, Value


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
    """Of a classic object; the timings of an enhanced one stand with its frames, those of breathing too."""
    respiratory: RespiratoryTiming | None = None
    frames: Frames | None = None
    extra: Extra | None = None
    blocks: Blocks | None = None
    identity: str | None = None
    """Digest of who the file says it is about, under a key that nobody keeps; never part of a result."""


class _Tables:
    """What is read of one modality, looked up once."""

    def __init__(self, modality: Modality) -> None:
        rows = (*GENERAL, *modality.parameters)
        self.classic = Table(rows)
        self.enhanced = Table(rows, enhanced=True)
        self.frames = FrameTable(self.enhanced)
        self.rules = modality.rules


_OTHER = _Tables(Modality(()))


@cache
def _tables(modality: str) -> _Tables:
    return _Tables(MODALITIES[modality])


_STUDY, _PATIENT = Table(STUDY), Table(PATIENT)


def describe_instance(
    header: Header,
    *,
    include_identity: bool = False,
    extra: tuple[ExtraAttribute, ...] = (),
    identity_key: bytes | None = None,
) -> InstanceFacts:
    """State the facts of one instance.

    Parameters
    ----------
    include_identity
        Whether direct identifiers of the patient are read at all.
    extra
        Attributes that the operator asked for.
    identity_key
        Key under which files are compared for naming the same patient; None compares nothing.

    Returns
    -------
    InstanceFacts
        What the file does not say is absent; what it says wrongly stands in ``unreadable`` by attribute and rule.
    """
    sop_class = _required(header.attributes, "SOPClassUID")
    groups = read_functional_groups(header.attributes) if sop_class in ENHANCED else None
    attributes = header.attributes if groups is None else groups.common
    modality = _required(attributes, "Modality")
    tables = _tables(modality) if modality in MODALITIES else _OTHER
    extract = Extract()
    extract.take_table(attributes, tables.classic if groups is None else tables.enhanced)
    if modality == "CT":
        take_private_dose(attributes, extract)
    ledger = Ledger(extract)
    blocks = _describe_object(attributes, ledger)
    study = _texts(attributes, _STUDY, extract)
    patient = _texts(attributes, _PATIENT, extract) if include_identity else {}
    findings = [*header.findings, *ledger.findings]
    cardiac, respiratory, frames = None, None, None
    if groups is not None and groups.frames:
        frames = FrameReader(groups, tables.frames, modality, extract).read()
    else:
        cardiac = read_cardiac_timing(attributes, modality, extract)
        respiratory = read_respiratory_timing(attributes, modality, extract)
    for rule in tables.rules:
        rule.derive(attributes, extract, sop_class)
    if groups is not None:
        findings += groups.findings
        findings += count_mismatch(extract.values.get("frame_count"), groups)
    findings += extract.findings
    if header.attributes.has_repaired_text or ledger.has_repaired_text:
        text = "Text does not fit the stated character set; characters that could not be read were replaced."
        findings.append(Finding("text.repaired", text))
    return InstanceFacts(
        study_instance_uid=_required(attributes, "StudyInstanceUID"),
        series_instance_uid=_required(attributes, "SeriesInstanceUID"),
        sop_instance_uid=_required(attributes, "SOPInstanceUID"),
        sop_class_uid=sop_class,
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
        frames=frames,
        extra=read_extra(attributes, extra) if extra else None,
        blocks=blocks,
        identity=None if identity_key is None else digest_identity(header.attributes, identity_key),
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


def _texts(attributes: Attributes, table: Table, extract: Extract) -> dict[str, str]:
    own = Extract()
    own.take_table(attributes, table)
    extract.unreadable += own.unreadable
    return {key: str(value) for key, value in own.values.items()}
