"""Tables from coded or vendor terms of a header to the few words that may leave the service.

A term outside its table has no word: it is dropped, never passed on. Defined terms follow PS3.3 C.7.3.1 (modality),
PS3.16 Annex L (body part examined) and the modules named at each table. Knows nothing of series or files.
"""

MODALITIES = {
    "AU": "audio recording",
    "BI": "biomagnetic image",
    "BMD": "bone density measurement",
    "CR": "X-ray image",
    "CT": "CT scan",
    "DOC": "document",
    "DX": "X-ray image",
    "ECG": "ECG recording",
    "EEG": "EEG recording",
    "EPS": "electrophysiology recording",
    "ES": "endoscopy image",
    "FID": "spatial reference object",
    "GM": "microscopy image",
    "HD": "pressure recording",
    "IO": "dental X-ray image",
    "IVOCT": "optical vessel image",
    "IVUS": "vessel ultrasound",
    "KO": "key image note",
    "M3D": "3D model",
    "MG": "mammogram",
    "MR": "MRI scan",
    "NM": "nuclear medicine scan",
    "OCT": "optical tomography scan",
    "OP": "eye photograph",
    "OPT": "eye tomography scan",
    "OT": "image",
    "PR": "display setting",
    "PT": "PET scan",
    "PX": "panoramic dental X-ray image",
    "REG": "registration object",
    "RESP": "breathing recording",
    "RF": "fluoroscopy recording",
    "RG": "X-ray image",
    "RTDOSE": "radiotherapy dose map",
    "RTIMAGE": "radiotherapy image",
    "RTPLAN": "radiotherapy plan",
    "RTRECORD": "radiotherapy delivery record",
    "RTSTRUCT": "radiotherapy contour set",
    "RWV": "value mapping",
    "SC": "captured screen image",
    "SEG": "segmentation",
    "SM": "microscopy slide image",
    "SMR": "stereometric relationship",
    "SR": "structured report",
    "US": "ultrasound examination",
    "XA": "X-ray angiography recording",
    "XC": "photograph",
}
"""Modality (0008,0060) to a plain noun."""

BODY_PARTS = {
    "ABDOMEN": "abdomen",
    "ABDOMENPELVIS": "abdomen and pelvis",
    "ADRENAL": "adrenal glands",
    "ANKLE": "ankle",
    "AORTA": "aorta",
    "AORTICARCH": "aortic arch",
    "ARM": "arm",
    "AXILLA": "armpit",
    "BILEDUCT": "bile duct",
    "BLADDER": "bladder",
    "BRAIN": "brain",
    "BREAST": "breast",
    "CALF": "lower leg",
    "CAROTID": "carotid arteries",
    "CERVICALSPINE": "neck spine",
    "CHEST": "chest",
    "CHESTABDOMEN": "chest and abdomen",
    "CHESTABDPELVIS": "chest, abdomen and pelvis",
    "CLAVICLE": "collarbone",
    "COLON": "colon",
    "CORONARYARTERY": "coronary arteries",
    "CSPINE": "neck spine",
    "CTSPINE": "neck and chest spine",
    "EAR": "ear",
    "ELBOW": "elbow",
    "ESOPHAGUS": "oesophagus",
    "EXTREMITY": "limb",
    "EYE": "eye",
    "FEMUR": "thigh",
    "FINGER": "finger",
    "FOOT": "foot",
    "FOREARM": "forearm",
    "GALLBLADDER": "gallbladder",
    "HAND": "hand",
    "HEAD": "head",
    "HEADNECK": "head and neck",
    "HEART": "heart",
    "HIP": "hip",
    "HUMERUS": "upper arm",
    "IAC": "inner ear",
    "JAW": "jaw",
    "KIDNEY": "kidneys",
    "KNEE": "knee",
    "LEG": "leg",
    "LIVER": "liver",
    "LSPINE": "lower spine",
    "LSSPINE": "lower spine",
    "LUMBARSPINE": "lower spine",
    "LUNG": "lungs",
    "MANDIBLE": "jaw",
    "MAXILLA": "upper jaw",
    "MEDIASTINUM": "middle of the chest",
    "NASOPHARYNX": "nose and throat",
    "NECK": "neck",
    "NECKCHEST": "neck and chest",
    "NECKCHESTABDOMEN": "neck, chest and abdomen",
    "NECKCHESTABDPELV": "neck, chest, abdomen and pelvis",
    "ORBIT": "eye sockets",
    "PANCREAS": "pancreas",
    "PELVIS": "pelvis",
    "PROSTATE": "prostate",
    "RIB": "ribs",
    "SACRUM": "sacrum",
    "SCAPULA": "shoulder blade",
    "SHOULDER": "shoulder",
    "SINUS": "sinuses",
    "SKULL": "skull",
    "SPINE": "spine",
    "SPLEEN": "spleen",
    "STERNUM": "breastbone",
    "STOMACH": "stomach",
    "TESTIS": "testicles",
    "THIGH": "thigh",
    "THORAX": "chest",
    "THUMB": "thumb",
    "THYROID": "thyroid",
    "TIBIA": "lower leg",
    "TLSPINE": "chest and lower spine",
    "TMJ": "jaw joint",
    "TOE": "toe",
    "THORACICSPINE": "chest spine",
    "TSPINE": "chest spine",
    "UTERUS": "uterus",
    "WHOLEBODY": "whole body",
    "WRIST": "wrist",
}
"""Body Part Examined (0018,0015) to a plain noun."""

LATERALITIES = {"L": "left", "R": "right", "B": "both sides", "U": "unpaired"}
"""Laterality (0020,0060) and ImageLaterality (0020,0062)."""

PATIENT_POSITIONS = {
    "HFP": "head first, lying on the front",
    "HFS": "head first, lying on the back",
    "HFDR": "head first, lying on the right side",
    "HFDL": "head first, lying on the left side",
    "FFP": "feet first, lying on the front",
    "FFS": "feet first, lying on the back",
    "FFDR": "feet first, lying on the right side",
    "FFDL": "feet first, lying on the left side",
}
"""PatientPosition (0018,5100)."""

PLANES = frozenset(
    {"axial", "coronal", "sagittal", "axial oblique", "coronal oblique", "sagittal oblique", "double oblique"}
)
"""The plane words of our own geometry."""

PHASE_LABELS = frozenset(
    {
        "end-diastole / R wave",
        "end-diastole",
        "systole",
        "late systole",
        "end-systole",
        "diastole",
        "early diastole",
        "early to mid diastole",
        "mid-diastole",
        "late diastole",
    }
)
"""The labels of our own phase rule and of CardiacCyclePosition (0018,9236)."""

GATING_TECHNIQUES = {
    "NONE": "not timed to the heartbeat",
    "REALTIME": "real-time",
    "PROSPECTIVE": "prospective",
    "RETROSPECTIVE": "retrospective",
    "PACED": "paced",
}
"""CardiacSynchronizationTechnique (0018,9037)."""

SIGNAL_SOURCES = {"ECG": "ECG", "VCG": "vector ECG", "PP": "pulse sensor", "MR": "MR signal"}
"""CardiacSignalSource (0018,9085)."""

RESPIRATORY_TECHNIQUES = {
    "BREATH_HOLD": "breath hold",
    "REALTIME": "real-time",
    "GATING": "timed to breathing",
    "TRACKING": "following the breathing",
    "PHASE_ORDERING": "ordered by breathing",
    "PHASE_RESCANNING": "repeated by breathing",
    "RETROSPECTIVE": "sorted by breathing afterwards",
    "CORRECTION": "corrected for breathing",
}
"""RespiratoryMotionCompensationTechnique (0018,9170), C.7.6.18.2."""

RESPIRATORY_SIGNALS = {
    "BELT": "belt",
    "NASAL_PROBE": "nose probe",
    "CO2_SENSOR": "CO2 sensor",
    "NAVIGATOR": "navigator signal",
    "MR_PHASE": "MR signal",
    "ECG": "ECG",
    "SPIROMETER": "spirometer",
    "EXTERNAL_MARKER": "marker on the body",
    "INTERNAL_MARKER": "marker inside the body",
    "IMAGE": "image signal",
    "SYSTEM_EXTERNAL": "external signal",
}
"""RespiratorySignalSource (0018,9171), C.7.6.18.2."""

RESPIRATORY_TRIGGERS = {"TIME": "time", "AMPLITUDE": "amplitude", "BOTH": "time and amplitude"}
"""RespiratoryTriggerType (0020,9250), C.7.6.18.2."""

RESPIRATORY_POSITIONS = {"START_RESPIR": "start of a breath", "END_RESPIR": "end of a breath"}
"""RespiratoryCyclePosition (0018,9214), C.7.6.16.2.2."""

RESPIRATORY_PHASES = {
    "INSPIRATION": "breathing in",
    "MAXIMUM": "fully breathed in",
    "EXPIRATION": "breathing out",
    "MINIMUM": "fully breathed out",
}
"""Starting- and EndingRespiratoryPhase (0020,9247), (0020,9249), C.7.6.16.2.17."""
