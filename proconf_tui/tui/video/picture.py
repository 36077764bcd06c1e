"""A tile's picture for the compositor: as text of its own, or as segments where those are needed.

Filters, screenshots and the dimming under dialogs work on segments; so does a terminal in which
nothing may be written past Textual.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from proconf_tui.tui.video.cells import CellPicture, Colours
from proconf_tui.tui.video.modes import Mode

_PLAIN = Style.null()


class DrawnPicture:
    """``cells`` as rows for a `PictureStrip`."""

    def __init__(self, mode: Mode, width_cells: int, height_cells: int) -> None:
        self.cells = CellPicture(mode, width_cells, height_cells)
        self._paper = _PLAIN

    def write_in(self, style: Style, console: Console) -> None:
        """Draw in this style from now on, if the mode has no colours of its own.

        What has been drawn before has to be drawn anew then.
        """
        if self.cells.mode.ink == "none" and style != self._paper:
            self._paper = style
            self.cells.paper, _, _ = Strip([Segment("·", style)]).render(console).partition("·")

    def ansi(self, row: int, start: int, end: int) -> str:
        """Return the text that draws the cells ``start`` to ``end`` of a row."""
        return self.cells.ansi(row, start, end)

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        """Return the same cells as segments, one for each run of a style."""
        text = self.cells.glyphs(row)[start:end]
        colours = self.cells.colours(row, start, end)
        if colours is None or not text:
            return [Segment(text, self._paper)] if text else []
        keys = _keys(*colours)
        starts = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(text)]
        style = _rgb_style if colours[0].ndim == 2 else _palette_style
        return [
            Segment(text[first:last], style(int(keys[first]))) for first, last in pairwise(starts)
        ]


def _keys(foreground: Colours, background: Colours) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return one number for each pair of colours."""
    return (_numbers(foreground) << np.uint64(24)) | _numbers(background)


def _numbers(colours: Colours) -> np.ndarray[Any, np.dtype[np.uint64]]:
    wide = colours.astype(np.uint64)
    if wide.ndim == 1:
        return wide
    return (wide[:, 0] << np.uint64(16)) | (wide[:, 1] << np.uint64(8)) | wide[:, 2]


@lru_cache(maxsize=16384)
def _rgb_style(key: int) -> Style:
    return Style(color=_rgb(key >> 24), bgcolor=_rgb(key & 0xFFFFFF))


@lru_cache(maxsize=16384)
def _palette_style(key: int) -> Style:
    return Style(color=Color.from_ansi(key >> 24), bgcolor=Color.from_ansi(key & 0xFFFFFF))


def _rgb(number: int) -> Color:
    return Color.from_rgb(number >> 16, number >> 8 & 255, number & 255)
