"""Every difference that is known and understood, one by one; what is not in these tables fails the test."""

_LAST_DIGIT = (
    "DCMTK 3.6.7 writes doubles with a conversion of its own that is off in the seventeenth digit here; "
    "the eight bytes of the file are the number that we give (checked with decimal arithmetic)"
)
_REGION_FILES = (
    *("examples_palette.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm", "OBXXXX1A.dcm", "OBXXXX1A_2frame.dcm"),
    *("OBXXXX1A_expb.dcm", "OBXXXX1A_expb_2frame.dcm", "OBXXXX1A_rle.dcm", "OBXXXX1A_rle_2frame.dcm"),
)

_UNKNOWN_SEQUENCE = "DCMTK shows a sequence whose representation is UN as bytes; we read the item inside of it"

DIFFERENCES: dict[tuple[str, str], str] = {
    **{(file, tag): _LAST_DIGIT for file in _REGION_FILES for tag in ("(0018,602C)", "(0018,602E)")},
    ("bad_sequence.dcm", "(0008,0104)"): _UNKNOWN_SEQUENCE,
}
"""Reason by file and tag."""

_CUT = "the file is cut short: DCMTK gives nothing, we give what stands before the cut, with a finding"

NOT_READ_BY_DCMTK: dict[str, str] = {
    "MR_truncated.dcm": _CUT,
    "rtplan_truncated.dcm": _CUT,
    "emri_small_jpeg_2k_lossless_too_short.dcm": _CUT,
    "SC_rgb_jpeg.dcm": "states explicit encoding and is implicit: DCMTK gives up, we read it as it is, with a finding",
}
"""Files that we read and DCMTK does not."""

_UNCOMPRESSED = ("examples_palette.dcm", *(file for file in _REGION_FILES if "1A" in file and "rle" not in file))

JSON_DIFFERENCES: dict[tuple[str, str], str] = {
    **{(file, f"00186011.{tag}"): _LAST_DIGIT for file in _UNCOMPRESSED for tag in ("0018602C", "0018602E")},
    ("badVR.dcm", "00280008"): "DCMTK writes the text of a number that is none; we leave it out and report it",
}
"""Reason by file and path of tags in DICOM JSON."""
