"""Scales decoded pictures to the few pixels that terminal cells can show.

One `VideoReformatter` per track is kept, since making one costs more than a frame. AREA
averages every source pixel in, where bilinear scaling would alias. It knows no cells.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation, VideoReformatter

Fit: TypeAlias = Literal["letterbox", "crop"]
Pixels: TypeAlias = npt.NDArray[np.uint8]


def fitted_size(
    source: tuple[int, int], target: tuple[int, int], fit: Fit = "letterbox"
) -> tuple[int, int]:
    """Return the (width, height) at which ``source`` fills ``target`` keeping its aspect.

    "letterbox" stays within the target, "crop" covers it. Never below 1 x 1.
    """
    ratios = (target[0] / source[0], target[1] / source[1])
    ratio = min(ratios) if fit == "letterbox" else max(ratios)
    return max(1, round(source[0] * ratio)), max(1, round(source[1] * ratio))


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


class Scaler:
    """Scales the frames of one track. One thread at a time."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def scale(
        self, frame: av.VideoFrame, width_px: int, height_px: int, *, fit: Fit = "letterbox"
    ) -> Pixels:
        """Return ``frame`` as (height_px, width_px, 3) uint8 RGB, contiguous.

        Pixels count as square; both sizes are at least 1. "letterbox" pads with black,
        "crop" cuts what sticks out.
        """
        width, height = fitted_size((frame.width, frame.height), (width_px, height_px), fit)
        scaled = self._reformatter.reformat(
            frame, width, height, "rgb24", interpolation=Interpolation.AREA, threads=1
        )
        return _centred(scaled.to_ndarray().astype(np.uint8, copy=False), width_px, height_px)
