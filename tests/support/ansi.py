"""What a captured screen shows: text with SGR sequences → cells with colours.

Reads the output of ``tmux capture-pane -e``, which is plain text, newlines and SGR (ECMA-48
8.3.117) only; the graphic state carries over from line to line. Knows nothing of tmux itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.cells import cell_len

Colour = tuple[int, int, int] | int | None
"""24-bit red, green, blue; or a palette index; or None for the terminal's own colour."""

_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]*)m"
    r"|\x1b\].*?(?:\x07|\x1b\\)"  # an operating system command, such as a hyperlink
    r"|(?P<char>[^\x00-\x1f\x7f])"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One terminal cell as it is seen: reverse video is already resolved.

    ``char`` is empty in the second cell of a wide character.
    """

    char: str
    fg: Colour = None
    bg: Colour = None


@dataclass(frozen=True, slots=True)
class _Pen:
    fg: Colour = None
    bg: Colour = None
    is_reverse: bool = False

    def cell(self, char: str) -> Cell:
        if self.is_reverse:
            return Cell(char, self.bg, self.fg)
        return Cell(char, self.fg, self.bg)


def parse_cells(captured: str) -> list[list[Cell]]:
    """Turn captured lines into rows of cells, as long as what each line holds."""
    pen = _Pen()
    rows = []
    for line in captured.split("\n"):
        row: list[Cell] = []
        for token in _TOKEN.finditer(line):
            if token["char"]:
                _put(row, pen, token["char"])
            elif token["sgr"] is not None:
                pen = _apply(pen, token["sgr"])
        rows.append(row)
    return rows


def _put(row: list[Cell], pen: _Pen, char: str) -> None:
    width_cells = cell_len(char)
    if width_cells == 0 and row:
        row[-1] = replace(row[-1], char=row[-1].char + char)
        return
    row.append(pen.cell(char))
    row.extend([pen.cell("")] * (width_cells - 1))


def _apply(pen: _Pen, sgr: str) -> _Pen:
    # What follows a colon refines the code before it: 4:3 is a curly underline.
    codes = iter([int(code.partition(":")[0] or 0) for code in sgr.split(";")])
    for code in codes:
        pen = _apply_code(pen, code, codes)
    return pen


def _apply_code(pen: _Pen, code: int, rest: Iterator[int]) -> _Pen:
    match code:
        case 0:
            return _Pen()
        case 7 | 27:
            return replace(pen, is_reverse=code == 7)
        case 38 | 39 | 30 | 31 | 32 | 33 | 34 | 35 | 36 | 37:
            return replace(pen, fg=_colour(code - 30, rest))
        case 48 | 49 | 40 | 41 | 42 | 43 | 44 | 45 | 46 | 47:
            return replace(pen, bg=_colour(code - 40, rest))
        case 58:
            _colour(8, rest)  # an underline's colour
        case _ if 90 <= code <= 97:
            return replace(pen, fg=code - 82)
        case _ if 100 <= code <= 107:
            return replace(pen, bg=code - 92)
    return pen


def _colour(digit: int, rest: Iterator[int]) -> Colour:
    """Read the colour that an SGR code's last digit names, with what it takes from ``rest``."""
    if digit == 9:
        return None
    if digit < 8:
        return digit
    if next(rest) == 5:
        return next(rest)
    return next(rest), next(rest), next(rest)
