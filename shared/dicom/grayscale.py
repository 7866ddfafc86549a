"""From stored grayscale values to what a screen shows: modality, then VOI transformation (PS3.3 C.11.1 and C.11.2).

Imported by rendering alone: it brings numpy, which the reading of headers must not.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Values = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

WHITE = 255
"""Brightest value of a rendered picture."""

TAILS_PERCENT = 0.5
"""Share of the darkest and of the brightest pixels that may clip where the object states no window."""


class Function(StrEnum):
    """VOILUTFunction (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


class Window(Struct, frozen=True):
    """WindowCenter (0028,1050) and WindowWidth (0028,1051) of the first view, in units after the modality step."""

    center: float
    width: float
    function: Function = Function.LINEAR

    @property
    def is_usable(self) -> bool:
        """Whether the width is one that C.11.2.1.2 and C.11.2.1.3 allow."""
        return self.width >= 1 if self.function is Function.LINEAR else self.width > 0


class Display(Struct, frozen=True):
    """How stored values are shown; without a window the picture's own range is used."""

    slope: float = 1.0
    intercept: float = 0.0
    window: Window | None = None
    is_inverted: bool = False


def show_grayscale(stored: npt.NDArray[np.generic], display: Display) -> Bytes:
    """Turn stored values into brightness.

    Parameters
    ----------
    stored
        (rows, columns) of any number type.

    Returns
    -------
    numpy.ndarray
        (rows, columns) of 0 to 255.
    """
    values = stored.astype(np.float64) * display.slope + display.intercept
    window = display.window
    shares = _apply(values, window) if window is not None and window.is_usable else _stretch(values)
    if display.is_inverted:
        shares = 1 - shares
    return np.round(shares * WHITE).astype(np.uint8)


def _apply(values: Values, window: Window) -> Values:
    """Give each value's place in the window, 0 to 1; the formulas of C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2."""
    match window.function:
        case Function.LINEAR:
            shares = (values - (window.center - 0.5)) / max(window.width - 1, np.finfo(np.float64).tiny) + 0.5
        case Function.LINEAR_EXACT:
            shares = (values - window.center) / window.width + 0.5
        case Function.SIGMOID:
            shares = 1 / (1 + np.exp(np.clip(-4 * (values - window.center) / window.width, -500, 500)))
    return np.clip(shares, 0, 1)


def _stretch(values: Values) -> Values:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.zeros_like(values)
    low, high = np.percentile(finite, (TAILS_PERCENT, 100 - TAILS_PERCENT))
    if high <= low:
        low, high = float(finite.min()), float(finite.max())
    span = high - low
    return np.clip((np.nan_to_num(values, nan=low) - low) / span, 0, 1) if span > 0 else np.zeros_like(values)
