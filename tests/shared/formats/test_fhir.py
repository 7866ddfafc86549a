"""ImagingStudy: what the resource says, checked by an independent model of FHIR R4B and by invariants it lacks."""

import re
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.imagingstudy import ImagingStudy
from pydicom.sr.codedict import codes

from shared.dicom.series_parts import InstanceRow, SopClass
from shared.formats.fhir import BODY_SITES, LATERALITIES, write_fhir
from shared.formats.listing import ListedPatient, ListedSeries, ListedStudy

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"


def make_series(uid: str = "1.2.3.4", **stated: Any) -> ListedSeries:  # Any: whatever a test states of the series
    """A CT series of one instance."""
    defaults: dict[str, Any] = {
        "instances": (InstanceRow(f"{uid}.1", instance_number=1),),
        "instance_count": 1,
    }
    return ListedSeries(
        series_instance_uid=uid, modality="CT", sop_class=SopClass(CT_IMAGE, "CT Image Storage"), **(defaults | stated)
    )


def make_study(uid: str = "1.2.3", **stated: Any) -> ListedStudy:  # Any: whatever a test states of the study
    """A study of one CT series."""
    return ListedStudy(study_instance_uid=uid, modalities=("CT",), **({"series": (make_series(),)} | stated))


def test_a_study_is_a_valid_resource_that_names_itself_by_its_uids() -> None:
    """UIDs are OIDs with their prefix, the SOP class is a URI, and the model of FHIR R4B takes it all."""
    written = write_fhir([make_study(date="2026-02-01", description="Heart")])
    ImagingStudy.model_validate(written)
    assert written == {
        "resourceType": "ImagingStudy",
        "identifier": [{"use": "official", "system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
        "status": "available",
        "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"}],
        "subject": {
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}],
            "display": "withheld",
        },
        "started": "2026-02-01",
        "numberOfSeries": 1,
        "numberOfInstances": 1,
        "description": "Heart",
        "series": [
            {
                "uid": "1.2.3.4",
                "modality": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"},
                "numberOfInstances": 1,
                "instance": [
                    {
                        "uid": "1.2.3.4.1",
                        "sopClass": {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{CT_IMAGE}"},
                        "number": 1,
                    }
                ],
            }
        ],
    }


def test_the_patient_is_named_where_the_deployment_includes_identity() -> None:
    """The identifier and the name of the file become the subject."""
    written = write_fhir([make_study(patient=ListedPatient(patient_id="4711", patient_name="Doe^Jane"))])
    ImagingStudy.model_validate(written)
    assert written["subject"] == {"identifier": {"value": "4711"}, "display": "Doe^Jane"}


def test_several_studies_are_a_bundle() -> None:
    """Each study is an entry with an absolute URL of its own, the same at every reading."""
    written: Any = write_fhir([make_study(), make_study("1.2.4")])
    Bundle.model_validate(written)
    urls = [entry["fullUrl"] for entry in written["entry"]]
    assert (written["type"], len(set(urls)), all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", url) for url in urls)) == (
        "collection",
        2,
        True,
    )


def test_what_fhir_cannot_say_is_left_out() -> None:
    """A UID that is no OID, a negative number and a body part without a code are absent, never bent."""
    series = make_series(body_part="LEFT TOE", series_number=-3)
    written: Any = write_fhir([make_study("1.02.3", series=(series,))])
    ImagingStudy.model_validate(written)
    assert "identifier" not in written
    assert not {"bodySite", "number"} & set(written["series"][0])


@pytest.mark.parametrize("term", sorted(BODY_SITES))
def test_a_body_site_has_the_code_of_the_standard(term: str) -> None:
    """Codes are those of PS3.16 as pydicom's own code dictionary has them."""
    code, meaning = BODY_SITES[term]
    assert getattr(codes.SCT, "".join(word.capitalize() for word in meaning.split())).value == code


def test_laterality_has_the_codes_of_the_standard() -> None:
    """CID 244 of PS3.16."""
    expected = {"L": codes.SCT.Left.value, "R": codes.SCT.Right.value, "B": codes.SCT.Bilateral.value}
    assert {term: code for term, (code, _) in LATERALITIES.items()} == expected


def test_sites_are_coded_in_the_series() -> None:
    """A heart on the left is both."""
    written: Any = write_fhir([make_study(series=(make_series(body_part="HEART", laterality="L"),))])
    ImagingStudy.model_validate(written)
    assert (written["series"][0]["bodySite"]["code"], written["series"][0]["laterality"]["display"]) == (
        "80891009",
        "Left",
    )
