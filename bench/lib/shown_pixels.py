"""What a terminal shows of a picture in cells, as pixels: by what it was told, not what was meant.

Blocks are drawn by their geometry, braille by its dots, and ASCII as grey by how much of a cell
each character covers. The terminal's own colours are white on black; eyes get used to how little
of the ground can be inked, so that dots fill their part of a cell and the fullest character all.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from proconf_tui.tui.video.cells import CellPicture
from proconf_tui.tui.video.two_colours import QUADRANTS, SEXTANTS

CELL_WIDTH_PX: Final = 12
CELL_HEIGHT_PX: Final = 24
"""Halves, thirds and quarters of a cell are whole pixels."""

Rgb = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float32]
"""How much of each pixel is foreground, 0 to 1."""

_COVERED_PERCENT: Final = {
    **{" ": 0.0, ".": 2.6, ":": 5.2, ";": 7.0, "*": 9.5, "=": 12.3},
    **{"t": 14.0, "o": 17.6, "X": 19.9, "U": 21.8, "0": 24.2, "@": 27.4},
}
"""Measured in DejaVu Sans Mono."""

_BRAILLE_BITS: Final = (0, 3, 1, 4, 2, 5, 6, 7)
"""The bits of the dots of a cell, by row and column."""
_CUBE_LEVELS: Final = (0, 95, 135, 175, 215, 255)


def shown(picture: CellPicture) -> Rgb:
    """Return ``(24 h, 12 w, 3) uint8 RGB`` for ``h`` rows of ``w`` cells."""
    rows = [_row(picture, row) for row in range(picture.height_cells)]
    return np.concatenate(rows)


def _row(picture: CellPicture, row: int) -> Rgb:
    share = np.stack([_SHARES[picture.mode.name][glyph] for glyph in picture.glyphs(row)], axis=1)
    foreground, background = _inks(picture, row)
    mixed = share[..., None] * foreground[:, None] + (1 - share[..., None]) * background[:, None]
    return np.asarray(np.rint(mixed), np.uint8).reshape(CELL_HEIGHT_PX, -1, 3)


def _inks(picture: CellPicture, row: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the foregrounds and backgrounds of a row's cells as ``(cells, 3)``."""
    colours = picture.colours(row, 0, picture.width_cells)
    if colours is None:
        white = np.full((picture.width_cells, 3), 255)
        return white, np.zeros_like(white)
    if colours[0].ndim == 2:
        return colours
    foreground, background = (np.array([_xterm(n) for n in plane.tolist()]) for plane in colours)
    return foreground, background


def _xterm(number: int) -> tuple[int, ...]:
    if number < 16:
        raise ValueError(f"People choose colour {number} themselves.")
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    digits = (number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6
    return tuple(_CUBE_LEVELS[digit] for digit in digits)


def _block(shape: int, rows: int, columns: int) -> Shares:
    """Return the parts of a cell whose bits are set, row by row from the lowest bit."""
    parts = [
        [shape >> (row * columns + column) & 1 for column in range(columns)] for row in range(rows)
    ]
    part = np.ones((CELL_HEIGHT_PX // rows, CELL_WIDTH_PX // columns))
    return np.kron(np.array(parts), part).astype(np.float32)


def _dots(pattern: int) -> Shares:
    """Return the parts of a cell that a braille pattern's dots stand for."""
    shape = sum(1 << place for place, bit in enumerate(_BRAILLE_BITS) if pattern >> bit & 1)
    return _block(shape, 4, 2)


def _even(percent: float) -> Shares:
    share = percent / max(_COVERED_PERCENT.values())
    return np.full((CELL_HEIGHT_PX, CELL_WIDTH_PX), share, np.float32)


_HALVES: Final = {" ": _block(0, 2, 1), "▀": _block(1, 2, 1)}
_SHARES: Final = {
    "half": _HALVES,
    "256": _HALVES,
    "quadrant": {glyph: _block(shape, 2, 2) for shape, glyph in enumerate(QUADRANTS)},
    "sextant": {glyph: _block(shape, 3, 2) for shape, glyph in enumerate(SEXTANTS)},
    "braille": {chr(0x2800 + pattern): _dots(pattern) for pattern in range(256)},
    "ascii": {glyph: _even(percent) for glyph, percent in _COVERED_PERCENT.items()},
}
