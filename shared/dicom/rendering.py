"""One frame of an object as a picture for a screen: decoded, windowed, scaled down, PNG.

Loads numpy, Pillow and the decoders; only the task that makes previews imports it. A preview is for orientation, never
for reading the image: it is eight bits deep and says so nowhere in its pixels.

Implements PS3.3 C.7.6.3 (Image Pixel), C.11.1 and C.11.2, by pydicom's decoders (PS3.5 section 8 and annex A).
"""

import io
import struct
import warnings
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from PIL import Image, ImageDraw
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array

from shared.dicom.attributes import (
    Attributes,
    Present,
    Reading,
    as_integers,
    as_numbers,
    standard_attribute,
)
from shared.dicom.grayscale import Display, Function, Window, show_grayscale
from shared.errors import DataError


class RenderingLimits(Struct, frozen=True):
    """What one picture may cost."""

    pixels: int = 64 * 1024 * 1024
    """Rows x columns x samples of one frame; a digital mammogram has 30 million."""
    side: int = 1024
    """Longest side of the picture in pixels."""


DEFAULT_LIMITS = RenderingLimits()
"""What a picture may cost unless the caller says otherwise."""

_DECODER_ERRORS = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom and its plug-ins raise on pixels that are not what they claim to be."""

_REFUSALS = {
    "preview.no_pixels": "The object has no image to show.",
    "preview.too_large": "The frame has more pixels than a preview may cost.",
    "preview.undecodable": "The image's compression cannot be decoded here, or its pixels are damaged.",
}


def render_frame(
    source: BinaryIO, attributes: Attributes, *, frame_index: int = 0, limits: RenderingLimits = DEFAULT_LIMITS
) -> bytes:
    """Render one frame.

    Parameters
    ----------
    source
        The object's bytes, seekable; only the frame's own are read where they stand uncompressed.
    attributes
        The attributes of the frame: for an enhanced object the frame's flat view, else the data set's.
    frame_index
        Zero-based.

    Returns
    -------
    bytes
        A PNG, gray or RGB, its longest side at most ``limits.side``, with square pixels.

    Raises
    ------
    DataError
        ``preview.no_pixels``, ``preview.too_large`` or ``preview.undecodable``.
    """
    rows, columns = _integer(attributes, "Rows"), _integer(attributes, "Columns")
    if not rows or not columns:
        raise _refuse("preview.no_pixels")
    samples = _integer(attributes, "SamplesPerPixel") or 1
    if rows * columns * samples > limits.pixels:
        raise _refuse("preview.too_large")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they quote values
        try:
            palette = Dataset()
            frame = pixel_array(source, index=frame_index, ds_out=palette)
            picture = _show(frame, attributes, palette)
        except _DECODER_ERRORS as error:
            raise _refuse("preview.undecodable") from error
    return _encode(_scale(Image.fromarray(picture), _aspect(attributes), limits.side))


def draw_placeholder(text: str, *, side: int = 256) -> bytes:
    """Draw a plain picture with a line of our own text, for what cannot be shown."""
    picture = Image.new("L", (side, side), 32)
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((8, 8, side - 9, side - 9), outline=96)
    drawing.text((side / 2, side / 2), text, fill=200, anchor="mm")
    return _encode(picture)


def _show(frame: npt.NDArray[np.generic], attributes: Attributes, palette: Dataset) -> npt.NDArray[np.uint8]:
    interpretation = _text(attributes, "PhotometricInterpretation") or "MONOCHROME2"
    if interpretation == "PALETTE COLOR":
        coloured = apply_color_lut(frame, palette)
        return (coloured >> (8 * (coloured.dtype.itemsize - 1))).astype(np.uint8)
    if frame.ndim == 3:
        bits = _integer(attributes, "BitsStored") or 8
        return (frame.astype(np.uint32) >> max(bits - 8, 0)).astype(np.uint8)[..., :3]
    return show_grayscale(frame, _display(attributes, is_inverted=interpretation == "MONOCHROME1"))


def _display(attributes: Attributes, *, is_inverted: bool) -> Display:
    center, width = _number(attributes, "WindowCenter"), _number(attributes, "WindowWidth")
    function = _text(attributes, "VOILUTFunction") or Function.LINEAR
    slope, intercept = _number(attributes, "RescaleSlope"), _number(attributes, "RescaleIntercept")
    window = None
    if center is not None and width is not None and function in set(Function):
        window = Window(center, width, Function(function))
    return Display(
        slope=1.0 if slope is None else slope,
        intercept=0.0 if intercept is None else intercept,
        window=window,
        is_inverted=is_inverted,
    )


def _aspect(attributes: Attributes) -> float:
    """Give the height of a pixel over its width: PixelSpacing (0028,0030), else PixelAspectRatio (0028,0034)."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "PixelAspectRatio"):
        reading = as_numbers(attributes.read(standard_attribute(keyword)))
        match reading:
            case Present(values=(float(vertical), float(horizontal))) if vertical > 0 and horizontal > 0:
                return vertical / horizontal
            case _:
                continue
    return 1.0


def _scale(picture: Image.Image, aspect: float, side: int) -> Image.Image:
    width, height = float(picture.width), picture.height * min(max(aspect, 0.1), 10.0)
    factor = min(1.0, side / max(width, height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BOX)


def _encode(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG", compress_level=4)
    return content.getvalue()


def _first(reading: Reading) -> float | int | str | None:
    return reading.values[0] if isinstance(reading, Present) else None


def _integer(attributes: Attributes, keyword: str) -> int | None:
    value = _first(as_integers(attributes.read(standard_attribute(keyword))))
    return value if isinstance(value, int) else None


def _number(attributes: Attributes, keyword: str) -> float | None:
    value = _first(as_numbers(attributes.read(standard_attribute(keyword))))
    return value if isinstance(value, float) else None


def _text(attributes: Attributes, keyword: str) -> str | None:
    value = _first(attributes.read(standard_attribute(keyword)))
    return value if isinstance(value, str) else None


def _refuse(code: str) -> DataError:
    return DataError(code, _REFUSALS[code])
