"""Tables from the coded terms of objects that are not images to words; a term outside its table has no word."""

COMPLETIONS = {"PARTIAL": "partial", "COMPLETE": "complete"}
"""CompletionFlag (0040,A491), PS3.3 C.17.2."""

VERIFICATIONS = {"UNVERIFIED": "not verified", "VERIFIED": "verified"}
"""VerificationFlag (0040,A493), C.17.2."""

MIME_TYPES = {
    "application/pdf": "PDF",
    "text/xml": "XML",
    "application/sla": "STL model",
    "model/stl": "STL model",
    "model/obj": "OBJ model",
    "model/mtl": "material file of a model",
}
"""MIMETypeOfEncapsulatedDocument (0042,0012), C.24.2 and A.85."""

SEGMENTATION_TYPES = {"BINARY": "binary", "FRACTIONAL": "fractional", "LABELMAP": "label map"}
"""SegmentationType (0062,0001), C.8.20.2."""

ALGORITHM_TYPES = {"AUTOMATIC": "by a program", "SEMIAUTOMATIC": "by a person with a program", "MANUAL": "by a person"}
"""SegmentAlgorithmType (0062,0008), C.8.20.4."""

MATRIX_TYPES = {"RIGID": "rigid", "RIGID_SCALE": "rigid with scaling", "AFFINE": "affine"}
"""FrameOfReferenceTransformationMatrixType (0070,030C), C.20.2."""

STRUCTURE_ROLES = {
    "AVOIDANCE": "avoidance region",
    "BOLUS": "bolus",
    "CAVITY": "cavity",
    "CONTROL": "control region",
    "CTV": "clinical target volume",
    "DOSE_REGION": "dose region",
    "EXTERNAL": "body outline",
    "FIXATION": "fixation device",
    "GTV": "gross target volume",
    "IRRAD_VOLUME": "irradiated volume",
    "ISOCENTER": "isocenter",
    "MARKER": "marker",
    "ORGAN": "organ",
    "PTV": "planning target volume",
    "REGISTRATION": "registration region",
    "SUPPORT": "support device",
    "TREATED_VOLUME": "covered volume",
}
"""RTROIInterpretedType (3006,00A4), C.8.8.8."""

APPROVALS = {"APPROVED": "approved", "UNAPPROVED": "not approved", "REJECTED": "rejected"}
"""ApprovalStatus (300E,0002), C.8.8.16."""

RADIATION_TYPES = {
    "PHOTON": "photons",
    "ELECTRON": "electrons",
    "NEUTRON": "neutrons",
    "PROTON": "protons",
    "ION": "ions",
}
"""RadiationType (300A,00C6), C.8.8.14."""

DOSE_UNITS = {"GY": "gray", "RELATIVE": "relative"}
"""DoseUnits (3004,0002), C.8.8.3."""

DOSE_TYPES = {"PHYSICAL": "physical", "EFFECTIVE": "effective", "ERROR": "difference"}
"""DoseType (3004,0004), C.8.8.3."""

DOSE_SUMMATIONS = {
    "PLAN": "whole plan",
    "MULTI_PLAN": "several plans",
    "FRACTION": "fraction",
    "BEAM": "beam",
    "BRACHY": "brachytherapy",
    "FRACTION_SESSION": "session",
    "BEAM_SESSION": "beams of a session",
    "CONTROL_POINT": "part of a beam",
    "RECORD": "what was delivered",
}
"""DoseSummationType (3004,000A), C.8.8.3."""
