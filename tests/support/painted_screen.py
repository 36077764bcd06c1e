"""What a terminal shows of the output it was written: moves of the cursor, colours and text.

Knows the few sequences that Textual and pictures use (ECMA-48 CUP, CUF, SGR); all others are left
out. In each place that text is put to it has to bring its colours along, as both do.
"""

from __future__ import annotations

import re
from typing import Final

from tests.support.ansi import Cell, parse_cells

_MOVE: Final = re.compile(r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<line>\n)")
_RIGHT: Final = re.compile(r"\x1b\[(\d*)C")
_PASSED_OVER: Final = "\ue000"
_IGNORED: Final = re.compile(
    r"\x1b\[[?=<>][\d;]*[$a-zA-Z]+|\x1b\[6n|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_NOTHING: Final = Cell("?")

Rows = list[list[Cell]]


class PaintedScreen:
    """Cells by row and column; what is written beside them raises IndexError."""

    def __init__(self, width_cells: int, height_cells: int) -> None:
        self.rows: Rows = [[_NOTHING] * width_cells for _ in range(height_cells)]
        self._x = self._y = 0

    def write(self, output: str) -> None:
        """Take the next output of the program; a sequence must be whole."""
        marked = _RIGHT.sub(lambda move: _PASSED_OVER * int(move[1] or 1), output)
        text = _IGNORED.sub("", marked)
        at = 0
        for move in _MOVE.finditer(text):
            self._put(text[at : move.start()])
            self._move(move)
            at = move.end()
        self._put(text[at:])

    def _put(self, text: str) -> None:
        for cell in parse_cells(text)[0]:
            if cell.char != _PASSED_OVER:
                self.rows[self._y][self._x] = cell
            self._x += 1

    def _move(self, move: re.Match[str]) -> None:
        if move["line"]:
            self._x, self._y = 0, self._y + 1
        else:
            self._x, self._y = int(move["column"]) - 1, int(move["row"]) - 1
