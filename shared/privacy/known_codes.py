"""Codes of public terminologies that may be told, each with a word of ours; a code's own meaning is text of the file.

Coding schemes DCM, SCT and SRT (SNOMED's codes of earlier editions), PS3.16 Annex D and CIDs 29, 7010, 10002, 10003,
10013 and 7150 and following. Codes that name a disease are left out on purpose.
"""

from shared.dicom.objects.codes import Code

TITLES = {
    "113000": "of interest",
    "113001": "rejected for quality reasons",
    "113002": "for the referring provider",
    "113003": "for an operation",
    "113004": "for teaching",
    "113005": "for a conference",
    "113007": "for the patient",
    "113008": "for peer review",
    "113009": "for research",
    "113010": "quality issue",
    "113013": "best in set",
    "113018": "for printing",
    "113020": "for a report",
    "113030": "list of contents",
    "113037": "rejected for patient safety reasons",
    "113039": "data retention policy expired",
}
"""Titles of key object selections, CID 7010, by their DCM code."""

_DCM = {
    # Document titles
    "113500": "radiopharmaceutical dose report",
    "113701": "X-ray dose report",
    "126000": "measurement report",
    "128401": "patient dose report",
    # What was done, CID 10003 and 10013
    "113611": "stationary acquisition",
    "113612": "stepping acquisition",
    "113613": "rotational acquisition",
    "113704": "X-ray projection",
    "113804": "step by step",
    "113805": "at a constant angle",
    "113806": "without table motion",
    "113807": "with free table motion",
    # Over what doses were summed up, CID 10000
    "113014": "study",
    "113015": "series",
    "113016": "procedure step",
    "113852": "exposure",
}

_SNOMED = {
    ("77477000", "P5-08000"): "CT",
    ("71651007", "P5-40010"): "mammography",
    ("116152004", "P5-08001"): "spiral",
    ("44491008", "P5-06000"): "fluoroscopy",
    ("7771000", "G-A101"): "left",
    ("24028007", "G-A100"): "right",
    ("77004003", "C-111A1"): "fluorine-18",
    ("10200004", "T-62000"): "liver",
    ("80891009", "T-32000"): "heart",
    ("39607008", "T-28000"): "lungs",
    ("12738006", "T-A0100"): "brain",
    ("64033007", "T-71000"): "kidney",
    ("78961009", "T-C3000"): "spleen",
    ("41216001", "T-92000"): "prostate",
    ("15776009", "T-65000"): "pancreas",
    ("76752008", "T-04000"): "breast",
    ("89837001", "T-74000"): "bladder",
    ("85756007", "T-D0050"): "tissue",
}

WORDS: dict[tuple[str, str], str] = {
    **{("DCM", value): word for value, word in (TITLES | _DCM).items()},
    **{("SCT", values[0]): word for values, word in _SNOMED.items()},
    **{("SRT", values[1]): word for values, word in _SNOMED.items()},
}
"""Scheme designator and code value to a word."""


def name_code(code: Code | None) -> str | None:
    """Give the word of a known code; None where the code is absent or none of ours."""
    return None if code is None else WORDS.get((code.scheme or "", code.value))
