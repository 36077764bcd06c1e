"""The moving test pattern: colour bars with a bright block that travels across, once in 4 s.

Coarse on purpose, so that it is told apart and seen to move on 40 x 24 pixels. It knows no
clock and no track.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_CROSSING_S = 4.0
# Grey, yellow, cyan, green, magenta, red, blue in (Y, U, V) of BT.601, dimmed so that the
# block outshines them.
_BARS = (
    (120, 128, 128),
    (110, 48, 140),
    (90, 150, 52),
    (80, 70, 64),
    (62, 186, 192),
    (52, 106, 204),
    (34, 208, 116),
)
_WHITE = 235
_NEUTRAL = 128


class MovingPattern:
    """Makes pictures of one size; both sides even."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._bars = _bars(width, height)

    def at(self, seconds: float) -> npt.NDArray[np.uint8]:
        """Return the (height * 3 / 2, width) uint8 I420 picture of this moment."""
        width, height = self._width, self._height
        block_width, block_height = width // 6, height // 3
        top = (height - block_height) // 2
        left = int((width - block_width) * (seconds % _CROSSING_S) / _CROSSING_S)
        picture = self._bars.copy()
        luma, chroma = picture[:height], picture[height:].reshape(2, height // 2, width // 2)
        luma[top : top + block_height, left : left + block_width] = _WHITE
        rows = slice(top // 2, (top + block_height) // 2)
        chroma[:, rows, left // 2 : (left + block_width) // 2] = _NEUTRAL
        return picture


def _bars(width: int, height: int) -> npt.NDArray[np.uint8]:
    palette = np.array(_BARS, np.uint8)
    colours = palette[np.arange(width) * len(_BARS) // width]
    picture = np.empty((height * 3 // 2, width), np.uint8)
    picture[:height] = colours[:, 0]
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    chroma[:] = colours[::2, 1:].T[:, np.newaxis]
    return picture
