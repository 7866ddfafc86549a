"""Encapsulated documents, made by PS3.3 C.24.2."""

import pytest

from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.codes import Code
from shared.dicom.objects.document import Document
from shared.dicom.values import Unreadable
from tests.support.objects import MILLIMETER, blocks_of, code, item, make_object, plain, sequence

MARKER = "MARKER-Doe"
PDF = b"%PDF-1.4 %%EOF"


def document_of(facts: InstanceFacts) -> Document:
    """The document of an object that is one."""
    document = blocks_of(facts).document
    assert document is not None
    return document


def test_a_pdf_is_described_and_not_opened() -> None:
    """Type, length, coded title and burned-in flag; its title, which names the patient, stays out."""
    facts = make_object(
        "104.1",
        "DOC",
        *plain(
            DocumentTitle=MARKER,
            MIMETypeOfEncapsulatedDocument="application/pdf",
            EncapsulatedDocument=PDF,
            EncapsulatedDocumentLength=13,
            BurnedInAnnotation="YES",
            VerificationFlag="UNVERIFIED",
        ),
        code("ConceptNameCodeSequence", ("18748-4", "LN", "Diagnostic imaging report")),
        sequence("SourceInstanceSequence", item(*plain(ReferencedSOPInstanceUID="1.2.3.9"))),
    )
    assert document_of(facts) == Document(
        mime_type="application/pdf",
        length_bytes=13,
        title=Code("18748-4", "LN", "Diagnostic imaging report"),
        burned_in_annotation="yes",
        verification="UNVERIFIED",
        source_instance_count=1,
    )
    assert MARKER not in repr(facts)


def test_the_length_comes_from_the_element_where_nothing_states_it() -> None:
    """EncapsulatedDocumentLength is younger than most documents; then padding counts."""
    assert document_of(make_object("104.2", "DOC", *plain(EncapsulatedDocument=PDF))).length_bytes == len(PDF)


def test_an_envelope_without_a_document_has_no_length() -> None:
    """What is missing is absent."""
    assert document_of(make_object("104.1", "DOC")) == Document()


@pytest.mark.parametrize("sop_class", ["104.3", "104.4", "104.5"])
def test_a_model_for_printing_has_a_unit(sop_class: str) -> None:
    """STL, OBJ and MTL: PS3.3 C.35.1 gives the unit of a model's coordinates."""
    facts = make_object(sop_class, "M3D", code("MeasurementUnitsCodeSequence", MILLIMETER))
    assert document_of(facts).model_unit == Code("mm", "UCUM", "mm")


def test_a_type_that_is_none_is_unreadable() -> None:
    """Text where a MIME type belongs is not passed on, neither as value nor as provenance."""
    facts = make_object("104.1", "DOC", *plain(MIMETypeOfEncapsulatedDocument=f"{MARKER} report"))
    assert document_of(facts).mime_type is None
    assert facts.unreadable == (Unreadable("MIMETypeOfEncapsulatedDocument", "(0042,0012)", "value.characters"),)
    assert MARKER not in repr(facts)
