"""Real DICOM files from the installed packages, and small variations of them."""

import importlib.util
from pathlib import Path

_spec = importlib.util.find_spec("pydicom")
assert _spec is not None
assert _spec.submodule_search_locations is not None
TEST_FILES = Path(_spec.submodule_search_locations[0]) / "data/test_files"
"""pydicom's own test files."""

CHARACTER_SETS = TEST_FILES.parent / "charset_files"
"""pydicom's files of one character set each."""

GATED_CT = sorted((TEST_FILES / "dicomdirtests/98892001/CT5N").iterdir())
"""An ECG-gated calcium score CT, five slices (GE LightSpeed Ultra)."""

CT = TEST_FILES / "CT_small.dcm"
"""A CT image that is not gated, though it carries GE's private blocks."""

MR = TEST_FILES / "MR_small.dcm"
"""An MR image that is not gated."""

_data = importlib.util.find_spec("data_store")
assert _data is not None
assert _data.submodule_search_locations is not None
DATA_FILES = Path(_data.submodule_search_locations[0]) / "data"
"""Further files of pydicom, from the package pydicom-data."""

ENHANCED_CT_SAMPLE = DATA_FILES / "eCT_Supplemental.dcm"
"""An enhanced CT of two frames: a perfusion map."""

ENHANCED_MR_SAMPLES = tuple(
    DATA_FILES / f"emri_small{suffix}.dcm"
    for suffix in ("", "_RLE", "_big_endian", "_jpeg_2k_lossless", "_jpeg_ls_lossless")
)
"""One enhanced MR of ten frames in five transfer syntaxes; its functional groups were removed."""

MR_SAMPLES = tuple(
    TEST_FILES / f"MR_small{suffix}.dcm"
    for suffix in ("_implicit", "_bigendian", "_expb", "_RLE", "_jp2klossless", "_jpeg_ls_lossless")
)
"""The image of MR in five further transfer syntaxes, big endian by two writers."""

PHILIPS_MR = DATA_FILES / "MR2_UNCR.dcm"
"""A Philips MR of a shoulder with the default heart rate (pydicom-data)."""

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)
"""What begins like a picture."""

_dose = importlib.util.find_spec("pyskindose")
assert _dose is not None
assert _dose.submodule_search_locations is not None
DOSE_REPORTS = Path(_dose.submodule_search_locations[0]) / "example_data/RDSR"
"""Real angiography dose reports of the pyskindose package: two Philips Allura, two Siemens Artis."""
