"""24-bit colours to the 256 of the xterm palette, without dithering, which would flicker.

Pure numpy. The first 16 are not used: people choose those colours themselves. The rest are a cube
of 6 levels a channel (16 to 231) and a ramp of greys (232 to 255).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from proconf_tui.tui.video.ansi import Glyphs, Inks
from proconf_tui.tui.video.pixels import Pixels

_CUBE_LEVELS: Final = np.array([0, 95, 135, 175, 215, 255])
_GREY_LEVELS: Final = 8 + 10 * np.arange(24)
_FIRST_OF_CUBE: Final = 16
_FIRST_GREY: Final = 232
_WEIGHTS: Final = np.array([3, 4, 2])
"""How much an error of red, green and blue shows."""


def palette_halves(pixels: Pixels) -> tuple[Glyphs, Inks]:
    """Return the glyphs and palette inks of half blocks, from ``(cells, 2)``."""
    # 5 bits of each channel, red lowest, are the place in the table.
    places = (pixels >> np.uint32(3)) & np.uint32(0x1F)
    places |= (pixels >> np.uint32(6)) & np.uint32(0x3E0)
    places |= (pixels >> np.uint32(9)) & np.uint32(0x7C00)
    inks = _nearest()[places]
    return (inks[:, 0] != inks[:, 1]).view(np.uint8), inks


@lru_cache(maxsize=1)
def _nearest() -> npt.NDArray[np.uint8]:
    """Return the nearest entry for each colour of 5 bits a channel.

    The nearest of the cube has the nearest level in each channel, and the nearest grey is that of
    the weighted mean; only these two need to be compared.
    """
    values = np.arange(32) * 255 // 31
    levels = np.abs(values[:, None] - _CUBE_LEVELS).argmin(axis=1)
    place = np.arange(32**3)
    channels = np.stack([place & 31, (place >> 5) & 31, place >> 10])
    colours = values[channels]
    cube = levels[channels]
    weights = _WEIGHTS[:, None]
    mean = (colours * weights).sum(axis=0) / _WEIGHTS.sum()
    grey = np.clip(np.rint((mean - _GREY_LEVELS[0]) / 10), 0, 23).astype(np.intp)
    cube_error = ((colours - _CUBE_LEVELS[cube]) ** 2 * weights).sum(axis=0)
    grey_error = ((colours - _GREY_LEVELS[grey]) ** 2 * weights).sum(axis=0)
    in_cube = _FIRST_OF_CUBE + 36 * cube[0] + 6 * cube[1] + cube[2]
    nearest = np.where(grey_error < cube_error, _FIRST_GREY + grey, in_cube)
    return np.asarray(nearest, np.uint8)
