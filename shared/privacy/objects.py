"""What an object is, told by its SOP Class (PS3.4 Table B.5-1): a plain noun, and whether it is an image."""

_STORAGE = "1.2.840.10008.5.1.4.1.1."

NOUNS = {
    f"{_STORAGE}7": "captured screen image",
    f"{_STORAGE}9.1.1": "12-lead ECG recording",
    f"{_STORAGE}9.1.2": "ECG recording",
    f"{_STORAGE}9.1.3": "walking ECG recording",
    f"{_STORAGE}9.1.4": "12-lead ECG recording",
    f"{_STORAGE}9.2.1": "pressure recording",
    f"{_STORAGE}9.3.1": "electrophysiology recording",
    f"{_STORAGE}9.4.1": "audio recording",
    f"{_STORAGE}9.4.2": "audio recording",
    f"{_STORAGE}9.5.1": "pulse recording",
    f"{_STORAGE}9.6.1": "breathing recording",
    f"{_STORAGE}11.1": "display setting",
    f"{_STORAGE}11.2": "display setting",
    f"{_STORAGE}11.3": "display setting",
    f"{_STORAGE}11.4": "display setting",
    f"{_STORAGE}66": "raw data object",
    f"{_STORAGE}66.1": "registration object",
    f"{_STORAGE}66.2": "spatial reference object",
    f"{_STORAGE}66.3": "registration object",
    f"{_STORAGE}66.4": "segmentation",
    f"{_STORAGE}66.5": "surface segmentation",
    f"{_STORAGE}66.7": "segmentation",
    f"{_STORAGE}67": "value mapping",
    f"{_STORAGE}88.11": "structured report",
    f"{_STORAGE}88.22": "structured report",
    f"{_STORAGE}88.33": "structured report",
    f"{_STORAGE}88.34": "structured report",
    f"{_STORAGE}88.35": "structured report",
    f"{_STORAGE}88.40": "procedure log",
    f"{_STORAGE}88.50": "mammography computer report",
    f"{_STORAGE}88.59": "key image note",
    f"{_STORAGE}88.65": "chest computer report",
    f"{_STORAGE}88.67": "radiation dose report",
    f"{_STORAGE}88.68": "radiopharmaceutical dose report",
    f"{_STORAGE}88.73": "patient radiation dose report",
    f"{_STORAGE}104.1": "PDF document",
    f"{_STORAGE}104.2": "clinical document",
    f"{_STORAGE}104.3": "3D model",
    f"{_STORAGE}104.4": "3D model",
    f"{_STORAGE}104.5": "3D model",
    f"{_STORAGE}481.2": "radiotherapy dose map",
    f"{_STORAGE}481.3": "radiotherapy contour set",
    f"{_STORAGE}481.4": "radiotherapy delivery record",
    f"{_STORAGE}481.5": "radiotherapy plan",
    f"{_STORAGE}481.8": "radiotherapy plan",
}
"""SOP Class UID to a plain noun, for objects that their modality does not name well enough."""

_STILL_IMAGES = {f"{_STORAGE}7"}
_IMAGELESS_MODALITIES = frozenset(
    [
        "AU",
        "DOC",
        "ECG",
        "EEG",
        "EPS",
        "FID",
        "HD",
        "KO",
        "M3D",
        "PR",
        "REG",
        "RESP",
        "RTDOSE",
        "RTPLAN",
        "RTRECORD",
        "RTSTRUCT",
        "RWV",
        "SEG",
        "SMR",
        "SR",
    ]
)


def name_object(uid: str) -> str | None:
    """Name an object by its SOP Class; None where the modality's own noun says it."""
    return NOUNS.get(uid)


def is_image(uid: str, modality: str) -> bool:
    """Tell whether an object is a picture somebody looks at."""
    return uid in _STILL_IMAGES or (uid not in NOUNS and modality not in _IMAGELESS_MODALITIES)
