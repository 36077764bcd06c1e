"""The moving test pattern: colour bars with a bright block that travels across, once in 4 s.

Coarse on purpose, so that it is told apart and seen to move on 40 x 24 pixels. It knows no
clock and no track.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

_STEPS = 60
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


def moving_pattern(width: int, height: int) -> Generator[npt.NDArray[np.uint8], None, None]:
    """Yield (height * 3 / 2, width) uint8 I420 pictures without end; both sizes even."""
    bars = _bars(width, height)
    block_width, block_height = width // 6, height // 3
    top = (height - block_height) // 2
    step = 0
    while True:
        picture = bars.copy()
        left = (width - block_width) * step // (_STEPS - 1)
        luma, chroma = picture[:height], picture[height:].reshape(2, height // 2, width // 2)
        luma[top : top + block_height, left : left + block_width] = _WHITE
        rows = slice(top // 2, (top + block_height) // 2)
        chroma[:, rows, left // 2 : (left + block_width) // 2] = _NEUTRAL
        yield picture
        step = (step + 1) % _STEPS


def _bars(width: int, height: int) -> npt.NDArray[np.uint8]:
    palette = np.array(_BARS, np.uint8)
    colours = palette[np.arange(width) * len(_BARS) // width]
    picture = np.empty((height * 3 // 2, width), np.uint8)
    picture[:height] = colours[:, 0]
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    chroma[:] = colours[::2, 1:].T[:, np.newaxis]
    return picture
