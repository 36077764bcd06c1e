"""How each mode draws: what a picture's pixels become in the cells that have moved.

Pure numpy; it knows no text. A pen draws one tile, and remembers what it has drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import numpy as np

from proconf_tui.tui.video.ansi import Glyphs, GlyphSet, Inks
from proconf_tui.tui.video.luma import BraillePen, RampPen
from proconf_tui.tui.video.modes import Mode, ModeName
from proconf_tui.tui.video.palette import palette_halves
from proconf_tui.tui.video.pixels import Changed, HeldPixels, Pixels, Rgb
from proconf_tui.tui.video.two_colours import QUADRANTS, SEXTANTS, two_colours


class Pen(Protocol):
    """Draws in one mode: a glyph and two inks for every cell, one row after the other."""

    @property
    def glyph_set(self) -> GlyphSet:
        """What the glyphs stand for."""

    @property
    def glyphs(self) -> Glyphs:
        """``(cells,)``."""

    @property
    def inks(self) -> Inks | None:
        """``(cells, 2)``, or None where all are alike."""

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""


Colouring = Callable[[Pixels], tuple[Glyphs, Inks]]
"""From ``(cells, pixels of a cell)`` to glyphs and inks."""


class ColourPen:
    """Holds pixels, and gives the cells that moved new glyphs and inks."""

    def __init__(
        self, mode: Mode, size_cells: tuple[int, int], characters: str, colouring: Colouring
    ) -> None:
        width, height = size_cells
        self.glyph_set: Final = GlyphSet(characters)
        self.glyphs: Final[Glyphs] = np.zeros(width * height, np.uint8)
        self.inks: Final = _no_inks(mode, width * height)
        self._pixels = HeldPixels(mode, width, height)
        self._colouring = colouring
        # What has moved can be the same of few colours.
        self._is_coarse = mode.ink == "palette"

    def take(self, rgb: Rgb, threshold: int, renewed: slice) -> Changed:
        """Take over what has moved, and the renewed rows; return the cells to draw again."""
        changed = self._pixels.moved(rgb, threshold)
        changed[renewed] = True
        cells = np.flatnonzero(changed)
        glyphs, inks = self._colouring(self._pixels.send(cells, threshold))
        if self._is_coarse:
            stays = (inks == self.inks[cells]).all(axis=1)
            changed.reshape(-1)[cells[stays]] = False
            changed[renewed] = True
        self.glyphs[cells], self.inks[cells] = glyphs, inks
        return changed


def _no_inks(mode: Mode, cells: int) -> Inks:
    if mode.ink == "palette":
        return np.zeros((cells, 2), np.uint8)
    return np.zeros((cells, 2), np.uint32)


def _halves(pixels: Pixels) -> tuple[Glyphs, Inks]:
    return (pixels[:, 0] != pixels[:, 1]).view(np.uint8), pixels


def _half_pen(mode: Mode, size_cells: tuple[int, int]) -> Pen:
    return ColourPen(mode, size_cells, " ▀", _halves)


def _palette_pen(mode: Mode, size_cells: tuple[int, int]) -> Pen:
    return ColourPen(mode, size_cells, " ▀", palette_halves)


def _quadrant_pen(mode: Mode, size_cells: tuple[int, int]) -> Pen:
    return ColourPen(mode, size_cells, QUADRANTS, two_colours)


def _sextant_pen(mode: Mode, size_cells: tuple[int, int]) -> Pen:
    return ColourPen(mode, size_cells, SEXTANTS, two_colours)


PENS: Final[dict[ModeName, Callable[[Mode, tuple[int, int]], Pen]]] = {
    "half": _half_pen,
    "quadrant": _quadrant_pen,
    "sextant": _sextant_pen,
    "256": _palette_pen,
    "braille": BraillePen,
    "ascii": RampPen,
}
