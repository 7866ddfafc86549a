"""Encapsulated documents and models: what kind, how long, never what is in them. Implements PS3.3 C.24.2 and C.35.1.

DocumentTitle (0042,0010) is free text that often names the patient; the coded title stands for it.
"""

import re

from msgspec import Struct

from shared.dicom.attributes import Attributes, standard_attribute
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.ledger import Ledger

_MIME_TYPE = re.compile(r"[A-Za-z]+/[A-Za-z0-9.+-]{1,100}")
_DOCUMENT = standard_attribute("EncapsulatedDocument")
_BURNED_IN = {"YES": "yes", "NO": "no"}


class Document(Struct, frozen=True, omit_defaults=True):
    """A document in its DICOM envelope; ``length_bytes`` without padding where the file says so."""

    mime_type: str | None = None
    length_bytes: int | None = None
    title: Code | None = None
    burned_in_annotation: str = "unknown"
    verification: str | None = None
    source_instance_count: int = 0
    model_unit: Code | None = None


def read_document(attributes: Attributes, ledger: Ledger) -> Document:
    """Read the envelope; the document itself is not opened."""
    mime_type = ledger.text(attributes, "MIMETypeOfEncapsulatedDocument", "document.mime_type")
    if mime_type is not None and not _MIME_TYPE.fullmatch(mime_type):
        ledger.reject("MIMETypeOfEncapsulatedDocument", "value.characters")
        ledger.forget("document.mime_type")
        mime_type = None
    length = ledger.integer(attributes, "EncapsulatedDocumentLength", "document.length_bytes")
    burned_in = ledger.term(attributes, "BurnedInAnnotation", "document.burned_in_annotation")
    return Document(
        mime_type=mime_type,
        length_bytes=attributes.value_bytes(_DOCUMENT) if length is None else length,
        title=read_code(attributes, "ConceptNameCodeSequence", ledger),
        burned_in_annotation=_BURNED_IN.get(burned_in or "", "unknown"),
        verification=ledger.term(attributes, "VerificationFlag", "document.verification"),
        source_instance_count=ledger.count(attributes, "SourceInstanceSequence"),
        model_unit=read_code(attributes, "MeasurementUnitsCodeSequence", ledger),
    )
