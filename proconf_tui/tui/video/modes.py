"""The ways a picture is drawn in cells: what they are called, and how many pixels a cell shows.

Pure; it knows no terminal and no arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ModeName = Literal["half", "quadrant", "sextant", "256", "braille", "ascii"]
Ink = Literal["rgb", "palette", "none"]
"""24-bit colours; the 256 of the xterm palette; or one for all of a picture."""

CELL_ASPECT: Final = 0.5
"""A cell's width to its height, where the terminal does not tell."""


@dataclass(frozen=True, slots=True)
class Mode:
    """``columns`` by ``rows`` pixels make a cell."""

    name: ModeName
    columns: int
    rows: int
    ink: Ink
    label: str
    """What people call it."""

    def size_px(self, width_cells: int, height_cells: int) -> tuple[int, int]:
        """Return the width and height in pixels of so many cells."""
        return width_cells * self.columns, height_cells * self.rows

    def pixel_aspect(self, cell_aspect: float = CELL_ASPECT) -> float:
        """Return a pixel's width to its height, 1 for a square one."""
        return cell_aspect * self.rows / self.columns


MODES: Final[dict[ModeName, Mode]] = {
    mode.name: mode
    for mode in (
        Mode("half", 1, 2, "rgb", "half blocks"),
        Mode("quadrant", 2, 2, "rgb", "quadrants"),
        Mode("sextant", 2, 3, "rgb", "sextants"),
        Mode("256", 1, 2, "palette", "256 colours"),
        Mode("braille", 2, 4, "none", "braille dots"),
        Mode("ascii", 1, 1, "none", "ASCII"),
    )
}
HALF: Final = MODES["half"]


def next_mode(mode: Mode) -> Mode:
    """Return the mode after this one, the first after the last."""
    names = list(MODES)
    return MODES[names[(names.index(mode.name) + 1) % len(names)]]
