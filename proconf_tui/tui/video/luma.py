"""Pictures in the terminal's own colour: dots of braille, or characters by how much ink they have.

Pure numpy. The ends of the scale follow the picture, since a room by day or night fills only a part
of it, but slowly, since a picture whose brightness jumps is worse than one a little too dark.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from proconf_tui.tui.video.ansi import Glyphs, GlyphSet
from proconf_tui.tui.video.modes import Mode
from proconf_tui.tui.video.pixels import Changed, Rgb

Luma = npt.NDArray[np.uint8]
"""``(height, width)``."""

RAMP: Final = " .,:;!r=tnaU0@"
"""Evenly spaced in brightness, as bright characters look on dark ground in common typefaces."""

_DARK_SHARE: Final = 0.02
_BRIGHT_SHARE: Final = 0.98
_MIN_SPAN: Final = 32.0
"""A picture of less contrast stays so: its noise would be all that is seen."""
_APPROACH: Final = 0.08
"""The part of their way that the levels go each frame, about a second in all."""

_GAMMA: Final = 1.3
"""Dots are brighter than their share of the ground: darker values get fewer of them."""

_DITHER: Final = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
"""Bayer's order: what each dot of four by four takes to be set, in sixteenths."""

_BRAILLE_BITS: Final = (0, 3, 1, 4, 2, 5, 6, 7)
"""The bit of Unicode's braille patterns for each dot of a cell, by row and column."""


def luminance(rgb: Rgb) -> Luma:
    """Return the brightness of pixels, of 255, as ITU-R BT.601 weighs the channels."""
    luma = rgb[..., 0] * np.uint16(77)
    luma += rgb[..., 1] * np.uint16(150)
    luma += rgb[..., 2] * np.uint16(29)
    return np.asarray(luma >> 8, np.uint8)


class Levels:
    """Spreads the brightness of pictures over the whole scale."""

    def __init__(self, gamma: float = 1.0) -> None:
        self._gamma = gamma
        self._ends: tuple[float, float] | None = None

    def spread(self, luma: Luma) -> Luma:
        """Return a picture with its darkest at 0 and its brightest at 255, or on the way there."""
        found = _ends(luma)
        if self._ends is None or found is None:
            self._ends = self._ends or found or (0.0, 255.0)
        else:
            dark, bright = self._ends
            dark += (found[0] - dark) * _APPROACH
            bright += (found[1] - bright) * _APPROACH
            self._ends = dark, bright
        dark, bright = self._ends
        share = np.clip((np.arange(256) - dark) / (bright - dark), 0.0, 1.0)
        table = np.rint(255 * share**self._gamma).astype(np.uint8)
        shown: Luma = table[luma]
        return shown


def _ends(luma: Luma) -> tuple[float, float] | None:
    """Return what is dark and what is bright in a picture; None if it is all black.

    Pure black is left out: it is what letterboxes are filled with.
    """
    counts = np.bincount(luma[::2, ::2].ravel(), minlength=256)
    counts[0] = 0
    below = np.cumsum(counts)
    if not below[-1]:
        return None
    dark, bright = np.searchsorted(below, below[-1] * np.array([_DARK_SHARE, _BRIGHT_SHARE]))
    missing = max(0.0, _MIN_SPAN - (float(bright) - float(dark))) / 2
    return float(dark) - missing, float(bright) + missing


class BraillePen:
    """Sets a dot where it is bright, and keeps it until it is clearly not."""

    def __init__(self, mode: Mode, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self.glyph_set: Final = GlyphSet("".join(map(_braille, range(256))))
        self.glyphs: Final[Glyphs] = np.zeros(width * height, np.uint8)
        self.inks: Final = None
        self._levels = Levels(_GAMMA)
        dots = mode.rows * height, mode.columns * width
        repeats = dots[0] // 4 + 1, dots[1] // 4 + 1
        self._limits = 8 + 16 * np.tile(_DITHER, repeats)[: dots[0], : dots[1]].astype(np.int16)
        self._is_set = np.zeros(dots, np.bool_)

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""
        height, width = len(rgb) // 4, rgb.shape[1] // 2
        by_cell = self._is_set.reshape(height, 4, width, 2)
        reluctance = np.where(by_cell, np.int16(threshold), np.int16(-threshold))
        reluctance[renewed] = 0
        value = self._levels.spread(luminance(rgb)) + reluctance.reshape(self._is_set.shape)
        np.greater(value, self._limits, out=self._is_set)
        dots = by_cell.transpose(0, 2, 1, 3).reshape(height, width, 8)
        glyphs = np.packbits(dots, axis=2, bitorder="little")[:, :, 0]
        known = self.glyphs.reshape(height, width)
        changed: Changed = glyphs != known
        changed[renewed] = True
        known[:] = glyphs
        return changed


def _braille(dots: int) -> str:
    """Return the character with these dots, the lowest bit being the upper left one."""
    return chr(0x2800 + sum(1 << bit for i, bit in enumerate(_BRAILLE_BITS) if dots >> i & 1))


class RampPen:
    """Writes a character as bright as each cell, and keeps it until another is clearly nearer."""

    def __init__(self, mode: Mode, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self.glyph_set: Final = GlyphSet(RAMP)
        self.glyphs: Final[Glyphs] = np.zeros(width * height, np.uint8)
        self.inks: Final = None
        self._levels = Levels()

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""
        values = self._levels.spread(luminance(rgb))
        known = self.glyphs.reshape(values.shape)
        distance = np.abs(_VALUES[known] - values)
        changed: Changed = distance > _HALF_STEP + threshold
        changed[renewed] = True
        known[changed] = _NEAREST[values[changed]]
        return changed


_VALUES: Final = np.linspace(0, 255, len(RAMP)).astype(np.int16)
"""The brightness that each character stands for."""
_HALF_STEP: Final = 255 // (len(RAMP) - 1) // 2
_NEAREST: Final = np.abs(np.arange(256)[:, None] - _VALUES).argmin(axis=1).astype(np.uint8)
