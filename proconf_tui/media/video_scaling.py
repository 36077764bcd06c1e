"""Scales decoded pictures to the few pixels that terminal cells can show.

One `VideoReformatter` per track is kept, since making one costs more than a frame. AREA
averages every source pixel in, where bilinear scaling would alias, and Lanczos is no sharper for
writing. That gets its contrast back afterwards. It knows no cells.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation, VideoReformatter

from proconf_tui.control.agent_commands import Fit
from proconf_tui.media.fitting import fitted_size

Pixels: TypeAlias = npt.NDArray[np.uint8]

_SLIVER: Final = 0.06
"""The share of the target by which nobody sees that a picture is stretched."""


_SHARPNESS: Final = 2
"""How many times its distance from the mean a pixel is moved."""


def _whole(size_px: int, target_px: int) -> int:
    """Return the target instead of a size that leaves no more than a thin line of it black."""
    return target_px if 0 < target_px - size_px <= max(1, _SLIVER * target_px) else size_px


def _centred(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    """Cut or pad with black to exactly (height_px, width_px, 3), keeping the middle."""
    height, width = pixels.shape[:2]
    top, left = max(0, (height - height_px) // 2), max(0, (width - width_px) // 2)
    cut = pixels[top : top + height_px, left : left + width_px]
    if cut.shape[:2] == (height_px, width_px):
        return np.ascontiguousarray(cut)
    canvas = np.zeros((height_px, width_px, 3), np.uint8)
    top, left = (height_px - cut.shape[0]) // 2, (width_px - cut.shape[1]) // 2
    canvas[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return canvas


def _sharpened(pixels: Pixels) -> Pixels:
    """Move each pixel away from the mean around it (unsharp masking with 3 by 3 pixels)."""
    values = pixels.astype(np.int16)
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)), "edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    around = rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]
    # ``around`` is 16 times the mean.
    sharp = values + ((16 * values - around) * _SHARPNESS >> 4)
    clipped: Pixels = np.clip(sharp, 0, 255).astype(np.uint8)
    return clipped


class Scaler:
    """Scales the frames of one track. One thread at a time."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def scale(
        self,
        frame: av.VideoFrame,
        width_px: int,
        height_px: int,
        *,
        fit: Fit = "letterbox",
        pixel_aspect: float = 1.0,
        is_mirrored: bool = False,
        is_sharpened: bool = False,
    ) -> Pixels:
        """Return ``frame`` as (height_px, width_px, 3) uint8 RGB, contiguous.

        Both sizes are at least 1, and their pixels ``pixel_aspect`` times as wide as high.
        "letterbox" pads with black, but stretches what lacks a sliver only; "crop" cuts what
        sticks out. Strokes of writing that were made smaller are drawn more clearly where it
        ``is_sharpened``.
        """
        source, target = (frame.width, frame.height), (width_px, height_px)
        width, height = map(_whole, fitted_size(source, target, fit, pixel_aspect), target)
        scaled = self._reformatter.reformat(
            frame, width, height, "rgb24", interpolation=Interpolation.AREA, threads=1
        )
        pixels = scaled.to_ndarray().astype(np.uint8, copy=False)
        if is_sharpened and (width < frame.width or height < frame.height):
            pixels = _sharpened(pixels)
        return _centred(pixels[:, ::-1] if is_mirrored else pixels, width_px, height_px)
