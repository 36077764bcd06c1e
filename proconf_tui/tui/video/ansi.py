"""Cells to the text that draws them: 24-bit colours, the 256 of the palette, or none.

Pure numpy. Each cell gets a record of 4-byte words, padded with NUL bytes; deleting the NULs leaves
the text, so that no Python code runs per cell. SGR 38;2, 38;5, 48;2 and 48;5 as in ISO 8613-6, CUF
as in ECMA-48. It knows neither pixels nor which cells have changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Glyphs = npt.NDArray[np.uint8]
"""Places in a `GlyphSet`; 0 is the space, for which a foreground does not matter."""

Inks = npt.NDArray[np.uint32] | npt.NDArray[np.uint8]
"""``(…, 2)``, foreground and background: ``uint32`` as in `pixels`, or ``uint8`` of the palette."""

RESET: Final = "\x1b[0m"


def _words(texts: Iterable[str], words_each: int = 1) -> Words:
    padded = b"".join(text.encode().ljust(4 * words_each, b"\0") for text in texts)
    return np.frombuffer(padded, "<u4").reshape(-1, words_each)


class GlyphSet:
    """The characters of a mode, each at the place that stands for it."""

    def __init__(self, characters: str) -> None:
        self.characters: Final = characters
        self.words: Final = _words(characters)[:, 0]
        self._code_points = np.array([ord(character) for character in characters], "<u4")

    def text(self, glyphs: Glyphs) -> str:
        """Return the characters at these places."""
        return self._code_points[glyphs].tobytes().decode("utf-32-le")


class Line(NamedTuple):
    """Cells of one row, or of some rows in their order."""

    glyphs: Glyphs
    inks: Inks | None


_SAME: Final = 512
_LAST: Final = 256
_NUMBERS: Final = _words(
    [*(f"{n};" for n in range(256)), *(f"{n}m" for n in range(256)), *([""] * 512)]
)[:, 0]
"""``255;`` at 255, ``255m`` at 511, and nothing where a colour stays the `_SAME`."""

_RGB_PREFIXES: Final = _words(["", "\x1b[38;2;", "\x1b[48;2;", "48;2;"], 2)
_PALETTE_PREFIXES: Final = _words(["", "\x1b[38;5;", "\x1b[48;5;", "48;5;"], 2)


def row_text(glyph_set: GlyphSet, line: Line) -> str:
    """Return the text that draws cells beside each other; it ends in a reset."""
    count = len(line.glyphs)
    is_first = np.zeros(count, np.bool_)
    is_first[:1] = True
    return _text(_records(glyph_set, line, is_first, None)) + RESET


def row_texts(
    glyph_set: GlyphSet, line: Line, cells: npt.NDArray[np.intp], width: int
) -> list[tuple[int, str]]:
    """Return each row's number and the text that draws these cells of it, ending in a reset.

    ``cells`` are counted through a picture ``width`` cells wide, from its first; they rise. A text
    starts at the first column of its row and moves over what is not drawn.
    """
    if not len(cells):
        return []
    rows, columns = np.divmod(cells, width)
    is_first = np.empty(len(cells), np.bool_)
    is_first[0] = True
    np.not_equal(rows[1:], rows[:-1], out=is_first[1:])
    gaps = np.empty_like(cells)
    gaps[0] = 0
    np.subtract(cells[1:], cells[:-1] + 1, out=gaps[1:])
    np.copyto(gaps, columns + width, where=is_first)
    text = _text(_records(glyph_set, line, is_first, _moves(width)[gaps]))
    texts = (part + RESET for part in text.split("\n")[1:])
    return list(zip(rows[is_first].tolist(), texts, strict=True))


@lru_cache(maxsize=64)
def _moves(width: int) -> Words:
    """Return the words that move right by 0 to ``width`` - 1, then the same in a new row."""
    moves = ["", "\x1b[C", *(f"\x1b[{gap}C" for gap in range(2, width))][:width]
    return _words([*moves, *("\n" + move for move in moves)], 2)


def _text(records: Words) -> str:
    return records.tobytes().translate(None, b"\0").decode()


def _records(
    glyph_set: GlyphSet, line: Line, is_first: npt.NDArray[np.bool_], moves: Words | None
) -> Words:
    """Return a row of words per cell: a move, the foreground, the background, the glyph."""
    glyphs, inks = line
    channels = 0 if inks is None else 3 if inks.dtype == np.uint32 else 1
    colour_words = 2 + channels if channels else 0
    records = np.empty((len(glyphs), 3 + 2 * colour_words), np.uint32)
    records[:, :2] = 0 if moves is None else moves
    if inks is not None:
        colours = records[:, 2:-1].reshape(len(glyphs), 2, colour_words)
        _put_colours(colours, inks, _is_new(glyphs, inks, is_first))
    records[:, -1] = glyph_set.words[glyphs]
    return records


def _is_new(glyphs: Glyphs, inks: Inks, is_first: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return ``(cells, 2)``: which colours differ from those the terminal has then."""
    is_new = np.zeros((len(glyphs), 2), np.bool_)
    foregrounds, backgrounds = inks[:, 0], inks[:, 1]
    np.not_equal(backgrounds[1:], backgrounds[:-1], out=is_new[1:, 1])
    is_new[:, 1] |= is_first
    # A foreground is compared to that of the last cell which had one, in the same row.
    inked = np.flatnonzero(glyphs)
    of_row = np.cumsum(is_first)[inked]
    known = foregrounds[inked]
    differs = np.ones(len(inked), np.bool_)
    differs[1:] = (known[1:] != known[:-1]) | (of_row[1:] != of_row[:-1])
    is_new[inked, 0] = differs
    return is_new


def _put_colours(colours: Words, inks: Inks, is_new: npt.NDArray[np.bool_]) -> None:
    has_rgb = inks.dtype == np.uint32
    prefixes = is_new.view(np.uint8).copy()
    prefixes[:, 1] *= 2 + prefixes[:, 0]
    colours[:, :, :2] = (_RGB_PREFIXES if has_rgb else _PALETTE_PREFIXES)[prefixes]
    channels = inks.view(np.uint8).reshape(*inks.shape, inks.itemsize)[:, :, : 3 if has_rgb else 1]
    numbers = channels + np.where(is_new, 0, _SAME)[:, :, None]
    numbers[:, 1, -1] |= _LAST
    numbers[:, 0, -1] += np.where(is_new[:, 1], 0, _LAST)
    colours[:, :, 2:] = _NUMBERS[numbers]
