"""Pixel spacing of projection images: at the detector or in the patient (PS3.3 10.7.1)."""

from shared.dicom.attributes import Attributes, standard_attribute
from shared.dicom.modalities.modality import Rule
from shared.dicom.parameters import Extract, Kind, Parameter
from shared.dicom.values import Provenance

IMAGER_SPACING = Parameter(
    "acquisition.imager_pixel_spacing_mm",
    "ImagerPixelSpacing",
    Kind.NUMBERS,
    count=2,
    least=0,
    macro="FramePixelDataPropertiesSequence",
    section="C.8.7.3, C.8.11.4, 10.7.1",
)
"""Row and column spacing at the detector, not in the patient."""

_CALIBRATION_TYPE = Parameter("acquisition.pixel_spacing_calibration", "PixelSpacingCalibrationType", Kind.TEXT)
_WORDS = {"GEOMETRY": "geometry", "FIDUCIAL": "fiducial"}
_SAME_SHARE = 1e-4


def derive_spacing_calibration(attributes: Attributes, extract: Extract, sop_class: str) -> None:
    """Say what PixelSpacing (0028,0030) of a projection means.

    ``geometry`` and ``fiducial`` as the calibration type says; ``detector`` where it is absent or equals the spacing
    at the detector, so that lengths in the patient are smaller; ``unknown`` where it differs without saying why.
    """
    del sop_class
    own = Extract()
    stated = own.take_one(attributes, _CALIBRATION_TYPE)
    extract.unreadable += own.unreadable
    imager = extract.values.get(IMAGER_SPACING.key)
    spacing = extract.values.get("image.pixel_spacing_mm")
    if stated in _WORDS and spacing is not None:
        extract.put(_CALIBRATION_TYPE.key, _WORDS[str(stated)], own.provenance[_CALIBRATION_TYPE.key])
        return
    if not isinstance(imager, tuple):
        return
    pixel = standard_attribute("PixelSpacing")
    word = "detector" if not isinstance(spacing, tuple) or _are_same(spacing, imager) else "unknown"
    provenance = Provenance(pixel.keyword, pixel.tag_text, source="PixelSpacing against ImagerPixelSpacing")
    extract.put(_CALIBRATION_TYPE.key, word, provenance)


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(
        isinstance(mine, float) and isinstance(theirs, float) and abs(mine - theirs) <= _SAME_SHARE * theirs
        for mine, theirs in pairs
    )


SPACING_CALIBRATION = Rule(
    (_CALIBRATION_TYPE.key,),
    ("PixelSpacing", "ImagerPixelSpacing", "PixelSpacingCalibrationType"),
    "geometry or fiducial as stated; detector where it is the detector's; unknown where it differs unexplained",
    "10.7.1",
    derive_spacing_calibration,
)
"""What the pixel spacing of a projection means."""
