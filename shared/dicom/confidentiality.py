"""Which attributes of a header may be shown without the patient's identity, item by item.

Nothing is shown because it looks harmless: a value passes as a number, as a code, as a word of the equipment, as a
coded entry of a public terminology or as a UID that the standard itself registers. Everything that the Basic
Application Level Confidentiality Profile removes, empties or replaces stays out, and so does every private attribute.

Implements PS3.15 Annex E, Table E.1-1: texts, dates and UIDs by their value representation, numbers and codes by
``shared.dicom.extra``, sequences by name.
"""

from shared.dicom.attributes import Attribute, Attributes, Present, standard_attribute
from shared.dicom.extra import is_code, objection
from shared.dicom.objects.codes import PUBLIC_SCHEMES

PROFILED_SEQUENCES = frozenset(
    {
        "AcquisitionContextSequence",
        "ActualHumanPerformersSequence",
        "AdmittingDiagnosesCodeSequence",
        "AuthorObserverSequence",
        "ConsultingPhysicianIdentificationSequence",
        "ContentCreatorIdentificationCodeSequence",
        "CustodialOrganizationSequence",
        "DigitalSignaturesSequence",
        "FlowIdentifierSequence",
        "GraphicAnnotationSequence",
        "IconImageSequence",
        "InstitutionCodeSequence",
        "InstitutionalDepartmentTypeCodeSequence",
        "IntendedRecipientsOfResultsIdentificationSequence",
        "InterpretationApproverSequence",
        "IssuerOfAdmissionIDSequence",
        "IssuerOfServiceEpisodeIDSequence",
        "IssuerOfTheContainerIdentifierSequence",
        "IssuerOfTheSpecimenIdentifierSequence",
        "ModifiedAttributesSequence",
        "NonconformingModifiedAttributesSequence",
        "OperatorIdentificationSequence",
        "OriginalAttributesSequence",
        "OtherClinicalTrialProtocolIDsSequence",
        "OtherPatientIDsSequence",
        "ParticipantSequence",
        "PatientInsurancePlanCodeSequence",
        "PatientPrimaryLanguageCodeSequence",
        "PatientPrimaryLanguageModifierCodeSequence",
        "PerformedStationGeographicLocationCodeSequence",
        "PerformedStationNameCodeSequence",
        "PerformingPhysicianIdentificationSequence",
        "PersonIdentificationCodeSequence",
        "PhysiciansOfRecordIdentificationSequence",
        "PhysiciansReadingStudyIdentificationSequence",
        "PrescriptionNotesSequence",
        "ROICreatorSequence",
        "ROIInterpreterSequence",
        "ReasonForRequestedProcedureCodeSequence",
        "ReasonForVisitCodeSequence",
        "ReferencedDigitalSignatureSequence",
        "ReferencedPatientAliasSequence",
        "ReferencedPatientPhotoSequence",
        "ReferencedPatientSequence",
        "ReferencedPerformedProcedureStepSequence",
        "ReferencedSOPInstanceMACSequence",
        "ReferencedStudySequence",
        "ReferringPhysicianIdentificationSequence",
        "RequestAttributesSequence",
        "ResultsDistributionListSequence",
        "ScheduledHumanPerformersSequence",
        "ScheduledPerformingPhysicianIdentificationSequence",
        "ScheduledStationGeographicLocationCodeSequence",
        "ScheduledStationNameCodeSequence",
        "SpecimenPreparationSequence",
        "TransducerIdentificationSequence",
        "UDISequence",
        "VerbalSourceIdentifierCodeSequenceTrial",
        "VerifyingObserverIdentificationCodeSequence",
        "VerifyingObserverSequence",
    }
)
"""The sequences that Table E.1-1, edition 2024b, removes, empties or replaces; left out as a whole. The content tree of
a structured report is not among them here: it is cleaned item by item (Clean Structured Content Option, E.3.4)."""

OWN_UIDS = frozenset({"SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"})
"""What an object is called by, shown at its top as in every other result of a job."""

CODED_ENTRY = frozenset({"CodeMeaning", "CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion"})
"""The texts of a coded entry, PS3.3 section 8.8; shown where the scheme is public."""

_REGISTERED = "1.2.840.10008."
"""Root of the UIDs that PS3.6 registers."""


def may_be_shown(attributes: Attributes, attribute: Attribute) -> bool:
    """Tell whether the value of an attribute of a data set or item may be shown.

    Parameters
    ----------
    attribute
        With the value representation that its value has; without a keyword where PS3.6 does not know it.
    """
    if not attribute.keyword:
        return False
    match attribute.vr:
        case "SQ":
            return attribute.keyword not in PROFILED_SEQUENCES
        case "UI":
            is_own = attribute.keyword in OWN_UIDS and attributes.root is attributes
            return is_own or all(text.startswith(_REGISTERED) for text in _texts(attributes, attribute))
        case "CS":
            return objection(attribute.keyword, "CS") is None and all(map(is_code, _texts(attributes, attribute)))
        case vr if attribute.keyword in CODED_ENTRY:
            return vr in {"LO", "SH"} and _has_public_code(attributes)
        case vr:
            return objection(attribute.keyword, vr) is None


def _has_public_code(attributes: Attributes) -> bool:
    return any(one in PUBLIC_SCHEMES for one in _texts(attributes, standard_attribute("CodingSchemeDesignator")))


def _texts(attributes: Attributes, attribute: Attribute) -> list[str]:
    reading = attributes.read(attribute)
    return [str(value) for value in reading.values] if isinstance(reading, Present) else []
