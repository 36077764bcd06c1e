"""How near a picture is to another: PSNR, and SSIM as in Wang et al. 2004."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

_WINDOW_PX: Final = (11, 11)
_SIGMA_PX: Final = 1.5
_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2


def psnr_db(picture: Picture, original: Picture) -> float:
    """Return the peak signal to noise ratio over all channels; infinite for the same."""
    error = float(np.mean((picture.astype(np.float64) - original) ** 2))
    return 10 * math.log10(255**2 / error) if error else math.inf


def ssim(picture: Picture, original: Picture) -> float:
    """Return the mean structural similarity of two RGB pictures' brightness, 1 if the same."""
    x, y = _brightness(picture), _brightness(original)
    mean_x, mean_y = _around(x), _around(y)
    variance_x = _around(x * x) - mean_x**2
    variance_y = _around(y * y) - mean_y**2
    covariance = _around(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    return float(
        np.mean(likeness / ((mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)))
    )


def _brightness(picture: Picture) -> npt.NDArray[Any]:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float64)


def _around(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return cv2.GaussianBlur(values, _WINDOW_PX, _SIGMA_PX)
