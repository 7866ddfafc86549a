"""Pictures of real objects: the same as DCMTK's to one step of gray, within limits, and refused in our own words."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom.data
import pytest
from PIL import Image

from shared.dicom.reading import read_header
from shared.dicom.rendering import RenderingLimits, draw_placeholder, render_frame
from shared.errors import DataError

WHOLE = RenderingLimits(side=100_000)
"""Limits under which nothing is scaled down."""

needs_dcmtk = pytest.mark.skipif(
    shutil.which("dcmj2pnm") is None or shutil.which("dcml2pnm") is None, reason="DCMTK is not installed"
)


def real_file(name: str) -> Path:
    """Find a test file of pydicom or pydicom-data."""
    path = pydicom.data.get_testdata_file(name, download=False)
    assert path is not None
    return Path(path)


def render(path: Path, *, frame_index: int = 0, limits: RenderingLimits = WHOLE) -> Image.Image:
    """Render a frame and open the picture."""
    with path.open("rb") as source:
        header = read_header(source, length=path.stat().st_size)
        return Image.open(io.BytesIO(render_frame(source, header.attributes, frame_index=frame_index, limits=limits)))


def render_with_dcmtk(path: Path, folder: Path, *options: str, tool: str = "dcmj2pnm") -> Image.Image:
    """Render the first frame with DCMTK, pixels as stored in size."""
    target = folder / "reference.png"
    subprocess.run([tool, "+on", "-a", *options, path, target], check=True, capture_output=True)
    return Image.open(target)


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    """Give the largest difference of any pixel."""
    mine: npt.NDArray[np.int16] = np.asarray(one.convert(other.mode), dtype=np.int16)
    return int(np.abs(mine - np.asarray(other, dtype=np.int16)).max())


@needs_dcmtk
@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("693_UNCR.dcm", "dcmj2pnm"),
        ("MR2_UNCR.dcm", "dcmj2pnm"),
        ("RG1_UNCR.dcm", "dcmj2pnm"),
        ("RG3_UNCI.dcm", "dcmj2pnm"),
        ("MR_small.dcm", "dcmj2pnm"),
        ("MR_small_bigendian.dcm", "dcmj2pnm"),
        ("MR_small_RLE.dcm", "dcmj2pnm"),
        ("MR_small_jpeg_ls_lossless.dcm", "dcml2pnm"),
        ("JPGLosslessP14SV1_1s_1f_8b.dcm", "dcmj2pnm"),
    ],
)
def test_a_windowed_image_looks_as_dcmtk_shows_it(name: str, tool: str, tmp_path: Path) -> None:
    """CT, MR and radiographs with their own window, inverted ones too, differ by one step of 255 at most."""
    path = real_file(name)
    assert largest_difference(render(path), render_with_dcmtk(path, tmp_path, "+Wi", "1", tool=tool)) <= 1


@needs_dcmtk
@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb.dcm",
        "SC_rgb_16bit.dcm",
        "SC_rgb_rle.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
        "examples_palette.dcm",
        "OBXXXX1A.dcm",
        "US1_UNCR.dcm",
    ],
)
def test_a_colour_image_looks_as_dcmtk_shows_it(name: str, tmp_path: Path) -> None:
    """RGB, YBR and palettes, plain and compressed."""
    path = real_file(name)
    assert largest_difference(render(path), render_with_dcmtk(path, tmp_path)) <= 1


@pytest.mark.parametrize(
    ("lossless", "original"),
    [("MR_small_jp2klossless.dcm", "MR_small.dcm"), ("693_J2KR.dcm", "693_UNCR.dcm")],
)
def test_lossless_jpeg_2000_shows_the_same_as_the_original(lossless: str, original: str) -> None:
    """DCMTK has no JPEG 2000; the uncompressed twin is the reference."""
    assert largest_difference(render(real_file(lossless)), render(real_file(original))) == 0


def test_an_unknown_voi_function_is_not_guessed(tmp_path: Path) -> None:
    """The window of a function that the standard does not define is left aside."""
    dataset = pydicom.dcmread(real_file("MR_small.dcm"))
    plain = render(real_file("MR_small.dcm"))
    dataset.VOILUTFunction = "CUBIC"
    dataset.save_as(tmp_path / "cubic")
    assert largest_difference(render(tmp_path / "cubic"), plain) > 1


def test_one_frame_of_many_is_shown() -> None:
    """The frames of a moving heart differ, and each can be asked for."""
    path = real_file("examples_ybr_color.dcm")
    assert largest_difference(render(path), render(path, frame_index=15)) > 50


def test_a_large_picture_is_scaled_down_with_square_pixels() -> None:
    """A radiograph of 1955 x 1841 pixels becomes 256 high."""
    assert render(real_file("RG1_UNCR.dcm"), limits=RenderingLimits(side=256)).size == (241, 256)


def test_oblong_pixels_become_square(tmp_path: Path) -> None:
    """Pixels twice as high as wide make the picture twice as high."""
    dataset = pydicom.dcmread(real_file("MR_small.dcm"))
    dataset.PixelSpacing = ["1.0", "0.5"]
    dataset.save_as(tmp_path / "oblong")
    assert render(tmp_path / "oblong").size == (64, 128)


@pytest.mark.parametrize(
    ("name", "limits", "code"),
    [
        ("rtplan.dcm", WHOLE, "preview.no_pixels"),
        ("CT_small.dcm", RenderingLimits(pixels=128 * 128 - 1), "preview.too_large"),
        ("MR_truncated.dcm", WHOLE, "preview.undecodable"),
        ("JPEG2000-embedded-sequence-delimiter.dcm", WHOLE, "preview.undecodable"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_reason(name: str, limits: RenderingLimits, code: str) -> None:
    """No image, too large, damaged: each with its code and no word of a decoder."""
    with pytest.raises(DataError) as caught:
        render(real_file(name), limits=limits)
    assert caught.value.code == code


def test_a_placeholder_is_a_picture_that_says_why() -> None:
    """Its corner is background, and letters are brighter than its frame."""
    picture = Image.open(io.BytesIO(draw_placeholder("No preview")))
    assert (picture.size, picture.getpixel((0, 0)), bool(np.asarray(picture).max() > 150)) == ((256, 256), 32, True)
