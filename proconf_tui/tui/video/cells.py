"""One tile's cells as the terminal was last told, in one of the ways to draw pictures.

Pure numpy. What is drawn in full and what is updated come from the same state, so that a repaint
never shows another picture than the updates did.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from proconf_tui.tui.video.ansi import Line, row_text, row_texts
from proconf_tui.tui.video.modes import Mode
from proconf_tui.tui.video.pens import PENS
from proconf_tui.tui.video.pixels import Changed, Rgb

Colours = npt.NDArray[np.uint8]

RENEWAL_FRAMES: Final = 45
"""In so many frames every row is drawn anew, which heals whatever was drawn over it."""


class CellPicture:
    """``take`` a picture, then write its ``updates``; ``ansi`` draws what was taken in full."""

    def __init__(self, mode: Mode, width_cells: int, height_cells: int) -> None:
        self.mode: Final = mode
        self.width_cells: Final = width_cells
        self.height_cells: Final = height_cells
        self.paper = ""
        """The SGR that starts each text where cells have no colours of their own."""
        self.is_empty = True
        self._frames = 0
        self._pen = PENS[mode.name](mode, (width_cells, height_cells))

    def take(self, rgb: Rgb, threshold: int = 8) -> Changed:
        """Take over the cells that differ from what was sent, and return which those are.

        ``rgb`` is ``(height_cells * mode.rows, width_cells * mode.columns, 3)``. A cell stays
        unless a channel moved by more than ``threshold`` of 255 from what was sent.
        """
        renewed = slice(None) if self.is_empty else slice(self._frames, None, RENEWAL_FRAMES)
        self.is_empty = False
        self._frames = (self._frames + 1) % RENEWAL_FRAMES
        return self._pen.take(rgb, threshold, renewed)

    def ansi(self, row: int, start: int, end: int) -> str:
        """Return the text that draws the cells ``start`` to ``end`` of a row, and resets."""
        line = self._line(self._cells(row, start, end))
        return self.paper + row_text(self._pen.glyph_set, line)

    def updates(self, changed: Changed) -> list[tuple[int, str]]:
        """Return the rows with changes, each with the text that draws its changed cells.

        A text starts at the tile's first column, moves over what has not changed, and resets.
        """
        cells = np.flatnonzero(changed)
        texts = row_texts(self._pen.glyph_set, self._line(cells), cells, self.width_cells)
        return [(row, self.paper + text) for row, text in texts] if self.paper else texts

    def glyphs(self, row: int) -> str:
        """Return the characters of a row."""
        return self._pen.glyph_set.text(self._pen.glyphs[self._cells(row, 0, self.width_cells)])

    def colours(self, row: int, start: int, end: int) -> tuple[Colours, Colours] | None:
        """Return the foregrounds and the backgrounds of cells, or None where all are alike.

        They are ``(cells, 3) uint8 RGB``, or ``(cells,) uint8`` numbers in the palette of 256.
        """
        inks = self._pen.inks
        if inks is None:
            return None
        chosen = inks[self._cells(row, start, end)]
        if chosen.dtype == np.uint32:
            channels = chosen.view(np.uint8).reshape(*chosen.shape, 4)[..., :3]
            return channels[:, 0], channels[:, 1]
        numbers = chosen.view(np.uint8)
        return numbers[:, 0], numbers[:, 1]

    def _cells(self, row: int, start: int, end: int) -> slice:
        first = row * self.width_cells
        return slice(first + start, first + end)

    def _line(self, cells: slice | npt.NDArray[np.intp]) -> Line:
        inks = self._pen.inks
        return Line(self._pen.glyphs[cells], None if inks is None else inks[cells])
