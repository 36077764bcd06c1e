"""What a terminal shows of one picture's rows: those drawn in full, and what updates then change.

Knows text, SGR and the cursor's moves to the right (ECMA-48 CUF) only, which is all they may hold.
"""

from __future__ import annotations

import re
from typing import Final

from proconf_tui.tui.video.cells import CellPicture
from tests.support.ansi import Cell, parse_cells

_ONLY: Final = re.compile(r"(?:\x1b\[[\d;]*[mC]|[^\x00-\x1f\x7f])*")
_RIGHT: Final = re.compile(r"\x1b\[(\d*)C")
_PASSED_OVER: Final = "\ue000"
_END: Final = "\x1b[0m"

Rows = list[list[Cell]]


def drawn(text: str) -> list[Cell]:
    """Return the cells of a row's text, which must leave the terminal's own colours behind."""
    assert _ONLY.fullmatch(text)
    assert text.endswith(_END)
    marked = _RIGHT.sub(lambda move: _PASSED_OVER * int(move[1] or 1), text)
    return parse_cells(marked)[0]


def all_drawn(picture: CellPicture) -> Rows:
    """Return the cells that drawing a picture in full shows."""
    width = picture.width_cells
    return [drawn(picture.ansi(row, 0, width)) for row in range(picture.height_cells)]


def update(rows: Rows, updates: list[tuple[int, str]]) -> None:
    """Change the cells that updates draw, in place."""
    for row, text in updates:
        for column, cell in enumerate(drawn(text)):
            if cell.char != _PASSED_OVER:
                rows[row][column] = cell
