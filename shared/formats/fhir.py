"""A result as FHIR R4B: one ImagingStudy, or a Bundle where the upload held several studies.

The file says who was examined; the resource says so only where the deployment includes identity, else its subject is
marked as masked. Nothing is guessed: a study time without time zone stays a date, a UID that is no OID is left out.

References
----------
HL7 FHIR R4B (4.3.0): ImagingStudy, Bundle, data types oid, id and dateTime. PS3.16 CID 244 and Annex L for the codes
of laterality and body part, as SNOMED CT.
"""

import re
import uuid
from collections.abc import Mapping, Sequence

from shared.dicom.series_parts import InstanceRow
from shared.formats.listing import ListedPatient, ListedSeries, ListedStudy

Json = dict[str, object]

_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_SCT = "http://snomed.info/sct"
_URI = "urn:ietf:rfc:3986"
_UID_SYSTEM = "urn:dicom:uid"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")

BODY_SITES: dict[str, tuple[str, str]] = {
    "ABDOMEN": ("818981001", "Abdomen"),
    "AORTA": ("15825003", "Aorta"),
    "BLADDER": ("89837001", "Bladder"),
    "BRAIN": ("12738006", "Brain"),
    "BREAST": ("76752008", "Breast"),
    "CAROTID": ("69105007", "Carotid Artery"),
    "CHEST": ("816094009", "Chest"),
    "COLON": ("71854001", "Colon"),
    "CORONARYARTERY": ("41801008", "Coronary artery"),
    "CSPINE": ("122494005", "Cervical spine"),
    "EAR": ("117590005", "Ear"),
    "EYE": ("81745001", "Eye"),
    "FOOT": ("56459004", "Foot"),
    "FOREARM": ("14975008", "Forearm"),
    "HAND": ("85562004", "Hand"),
    "HEAD": ("69536005", "Head"),
    "HEART": ("80891009", "Heart"),
    "HIP": ("29836001", "Hip"),
    "KIDNEY": ("64033007", "Kidney"),
    "KNEE": ("72696002", "Knee"),
    "LIVER": ("10200004", "Liver"),
    "LSPINE": ("122496007", "Lumbar spine"),
    "LUNG": ("39607008", "Lung"),
    "NECK": ("45048000", "Neck"),
    "PANCREAS": ("15776009", "Pancreas"),
    "PELVIS": ("816092008", "Pelvis"),
    "PROSTATE": ("41216001", "Prostate"),
    "SHOULDER": ("16982005", "Shoulder"),
    "SKULL": ("89546000", "Skull"),
    "SPINE": ("421060004", "Spine"),
    "SPLEEN": ("78961009", "Spleen"),
    "THIGH": ("68367000", "Thigh"),
    "TSPINE": ("122495006", "Thoracic spine"),
    "UTERUS": ("35039007", "Uterus"),
}
"""BodyPartExamined (0018,0015) to SNOMED CT code and meaning, PS3.16 Annex L."""

LATERALITIES: dict[str, tuple[str, str]] = {
    "L": ("7771000", "Left"),
    "R": ("24028007", "Right"),
    "B": ("51440002", "Bilateral"),
}
"""Laterality (0020,0060) to SNOMED CT, PS3.16 CID 244."""


def write_fhir(studies: Sequence[ListedStudy]) -> Json:
    """Write the studies of a result.

    Parameters
    ----------
    studies
        At least one, every series with all of its instances.

    Returns
    -------
    dict
        An ImagingStudy for one study, a Bundle of type ``collection`` for several; without any null.
    """
    resources = [_imaging_study(study) for study in studies]
    if len(resources) == 1:
        return resources[0]
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, study.study_instance_uid)}", "resource": resource}
        for study, resource in zip(studies, resources, strict=True)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _imaging_study(study: ListedStudy) -> Json:
    return _present(
        {
            "resourceType": "ImagingStudy",
            "identifier": _identifier(study.study_instance_uid),
            "status": "available",
            "modality": [_coding(_DCM, code) for code in study.modalities],
            "subject": _subject(study.patient),
            "started": study.date,
            "numberOfSeries": len(study.series),
            "numberOfInstances": sum(one.instance_count for one in study.series),
            "description": study.description,
            "series": [_series(one) for one in study.series if _ID.fullmatch(one.series_instance_uid)],
        }
    )


def _identifier(uid: str) -> list[Json] | None:
    if not _OID.fullmatch(uid):
        return None
    return [{"use": "official", "system": _UID_SYSTEM, "value": f"urn:oid:{uid}"}]


def _subject(patient: ListedPatient | None) -> Json:
    if patient is None or patient.patient_id is None:
        return {"extension": [{"url": _ABSENT, "valueCode": "masked"}], "display": "withheld"}
    return _present({"identifier": {"value": patient.patient_id}, "display": patient.patient_name})


def _series(series: ListedSeries) -> Json:
    number = series.series_number
    return _present(
        {
            "uid": series.series_instance_uid,
            "number": number if number is not None and number >= 0 else None,  # unsignedInt; DICOM allows less
            "modality": _coding(_DCM, series.modality),
            "description": series.description,
            "numberOfInstances": series.instance_count,
            "bodySite": _site(BODY_SITES, series.body_part),
            "laterality": _site(LATERALITIES, series.laterality),
            "instance": [_instance(row, series) for row in series.instances if _ID.fullmatch(row.sop_instance_uid)],
        }
    )


def _instance(row: InstanceRow, series: ListedSeries) -> Json:
    number = row.instance_number
    return _present(
        {
            "uid": row.sop_instance_uid,
            "sopClass": _coding(_URI, f"urn:oid:{series.sop_class.uid}"),
            "number": number if number is not None and number >= 0 else None,
        }
    )


def _site(table: Mapping[str, tuple[str, str]], term: str | None) -> Json | None:
    if term is None or term.upper() not in table:
        return None
    code, meaning = table[term.upper()]
    return {"system": _SCT, "code": code, "display": meaning}


def _coding(system: str, code: str) -> Json:
    return {"system": system, "code": code}


def _present(fields: Mapping[str, object]) -> Json:
    """Leave out what is absent or an empty list: FHIR has neither nulls nor empty arrays."""
    return {name: value for name, value in fields.items() if value is not None and value != []}
