"""May the pixels show who the patient is? Judged from the header alone; no pixel leaves the service either way.

PS3.3 C.7.6.1.1.6 (Burned In Annotation): what an object does not state is unknown, and some objects carry text in
their pixels by nature.
"""

from enum import StrEnum

from shared.dicom.series import Series

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_ULTRASOUND = ("1.2.840.10008.5.1.4.1.1.3.", "1.2.840.10008.5.1.4.1.1.6.")
_TEXT_MODALITIES = frozenset({"US", "IVUS", "SC", "OT", "XC", "ES", "DOC"})


class BurnedIn(StrEnum):
    """Why the pixels may show identity."""

    STATED = "stated"
    """BurnedInAnnotation (0028,0301) is YES."""
    SCREEN_CAPTURE = "screen_capture"
    """A Secondary Capture: screens, dose sheets and digitized film carry names."""
    LIKELY_BY_MODALITY = "likely_by_modality"
    """Ultrasound machines and the like write names into the image."""


def judge_burned_in(series: Series) -> BurnedIn | None:
    """Give the reason why pixels of a series may show identity; None where nothing speaks for it.

    A stated NO is believed except for screen captures, whose NO is often a default.
    """
    stated = series.image.burned_in_annotation if series.image else None
    if stated is not None and stated.strip().upper() == "YES":
        return BurnedIn.STATED
    uid = series.sop_class.uid
    if uid == _SECONDARY_CAPTURE or uid.startswith(f"{_SECONDARY_CAPTURE}."):
        return BurnedIn.SCREEN_CAPTURE
    if stated is not None and stated.strip().upper() == "NO":
        return None
    if series.modality in _TEXT_MODALITIES or uid.startswith(_ULTRASOUND):
        return BurnedIn.LIKELY_BY_MODALITY
    return None
