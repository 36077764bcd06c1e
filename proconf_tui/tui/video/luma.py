"""Pictures in one colour: dots of braille, or characters by how much ink they have.

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

Floats = npt.NDArray[np.float32]
Luma = npt.NDArray[np.uint8]
"""``(height, width)``."""

RAMP: Final = " .:;*=toXU0@"
"""Evenly spaced in how much of a cell is inked, from none to a quarter, in DejaVu Sans Mono."""

_DARK_SHARE: Final = 0.02
_BRIGHT_SHARE: Final = 0.98
_SAMPLE_PIXELS: Final = 2048
_MIN_SPAN: Final = 32.0
"""A picture of less contrast stays so: its noise would be all that is seen."""
_APPROACH: Final = 0.08
"""The part of their way that the levels go each frame, about a second in all."""

_ORDER: Final = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
"""Bayer's: the dots of four by four, from the first that is set as it gets brighter."""
_SURROUNDINGS_SHARE: Final = 0.6
"""How much of a dot's limit is the brightness around it, the rest being dithered.

Without, a face before a wall as bright as it is has no edge, and eyes and mouth get lost.
"""

_DITHERED_LIMITS: Final = np.asarray(
    (40 + 176 * (_ORDER + 0.5) / 16) * (1 - _SURROUNDINGS_SHARE), np.int16
)

_BRAILLE_BITS: Final = np.array([[1, 8], [2, 16], [4, 32], [64, 128]], np.uint8)
"""The bit of each dot of a cell in Unicode's braille patterns."""


def luminance(rgb: Rgb) -> Luma:
    """Return the brightness of pixels, of 255, as ITU-R BT.601 weighs the channels."""
    luma = rgb[..., 0] * np.uint16(77)
    luma += rgb[..., 1] * np.uint16(150)
    luma += rgb[..., 2] * np.uint16(29)
    return np.asarray(luma >> 8, np.uint8)


class Levels:
    """Spreads the brightness of pictures over the whole scale."""

    def __init__(self) -> None:
        self._ends: tuple[float, float] | None = None

    def spread(self, luma: Luma) -> Luma:
        """Return a picture with its darkest at 0 and its brightest at 255, or on the way there."""
        found = _ends(luma)
        if found is not None:
            self._approach(found)
        dark, bright = self._ends or (0.0, 255.0)
        scale = (np.arange(256) - dark) * (255 / (bright - dark))
        table = np.clip(scale, 0, 255).astype(np.uint8)
        shown: Luma = table[luma]
        return shown

    def _approach(self, found: tuple[float, float]) -> None:
        dark, bright = self._ends or found
        dark += (found[0] - dark) * _APPROACH
        bright += (found[1] - bright) * _APPROACH
        self._ends = dark, bright


def _ends(luma: Luma) -> tuple[float, float] | None:
    """Return what is dark and what is bright in a picture; None if it is all black.

    Pure black is left out: it is what letterboxes are filled with.
    """
    sample = luma.ravel()[:: 1 + luma.size // _SAMPLE_PIXELS]
    counts = np.bincount(sample, minlength=256)
    counts[0] = 0
    below = np.cumsum(counts)
    if not below[-1]:
        return None
    dark, bright = np.searchsorted(below, below[-1] * np.array([_DARK_SHARE, _BRIGHT_SHARE]))
    missing = max(0.0, _MIN_SPAN - (float(bright) - float(dark))) / 2
    return float(dark) - missing, float(bright) + missing


class Surroundings:
    """Averages a cell with those next to it, two on either side and one above and below."""

    def __init__(self, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self._places = np.ix_(_with_margin(height, 1), _with_margin(width, 2))

    def mean(self, cells: Floats) -> Floats:
        """Return the average for each of ``(height, width)``; margins repeat the outer cells."""
        height, width = cells.shape
        padded = cells[self._places]
        rows = padded[:height] + padded[1 : height + 1] + padded[2:]
        total = rows[:, :width].copy()
        for column in range(1, 5):
            total += rows[:, column : column + width]
        return total * np.float32(1 / 15)


def _with_margin(count: int, margin: int) -> npt.NDArray[np.intp]:
    return np.clip(np.arange(-margin, count + margin), 0, count - 1)


class BraillePen:
    """Sets a dot where it is bright, and keeps it until it is clearly not."""

    def __init__(self, mode: Mode, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self.glyph_set: Final = GlyphSet("".join(map(chr, range(0x2800, 0x2900))))
        self.glyphs: Final[Glyphs] = np.zeros(width * height, np.uint8)
        self.inks: Final = None
        self._levels = Levels()
        self._surroundings = Surroundings(size_cells)
        self._limits = np.tile(_DITHERED_LIMITS, (1, width))[:, : 2 * width]
        self._bits = np.tile(_BRAILLE_BITS, (1, width))
        self._is_set = np.zeros((height, mode.rows, mode.columns * width), np.bool_)

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""
        values = self._levels.spread(luminance(rgb)).reshape(self._is_set.shape)
        reluctance = np.int16(threshold * (1 - _SURROUNDINGS_SHARE))
        limits = np.where(self._is_set, -reluctance, reluctance)
        limits[renewed] = 0
        limits += self._limits
        limits += self._around(values)[:, None]
        np.greater(values, limits, out=self._is_set)
        known = self.glyphs.reshape(len(values), -1)
        glyphs = self._drawn()
        changed: Changed = glyphs != known
        changed[renewed] = True
        known[:] = glyphs
        return changed

    def _around(self, values: Luma) -> npt.NDArray[np.int16]:
        """Return what the surroundings of each column of dots add to its limits."""
        columns = values.sum(axis=1, dtype=np.float32)
        around = self._surroundings.mean(columns[:, ::2] + columns[:, 1::2])
        around *= _SURROUNDINGS_SHARE / 8
        return np.repeat(around.astype(np.int16), 2, axis=1)

    def _drawn(self) -> Glyphs:
        dots = np.bitwise_or.reduce(self._is_set * self._bits, axis=1)
        glyphs: Glyphs = dots[:, ::2] | dots[:, 1::2]
        return glyphs


class RampPen:
    """Writes a character as bright as each cell, and keeps it until another is clearly nearer."""

    def __init__(self, mode: Mode, size_cells: tuple[int, int]) -> None:
        width, height = size_cells
        self.glyph_set: Final = GlyphSet(RAMP)
        self.glyphs: Final[Glyphs] = np.zeros(width * height, np.uint8)
        self.inks: Final = None
        self._levels = Levels()
        self._surroundings = Surroundings(size_cells)

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""
        spread = self._levels.spread(luminance(rgb)).astype(np.float32)
        detail = spread - self._surroundings.mean(spread)
        values = np.clip(spread + detail, 0, 255).astype(np.int16)
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
