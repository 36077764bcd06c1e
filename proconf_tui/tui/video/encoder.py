"""Pixels to terminal cells: ``▀`` shows two, the upper as foreground, the lower as background.

Pure numpy. Each cell gets a fixed record of eleven 4-byte words, padded with NUL bytes; deleting
the NULs leaves the text, so that no Python code runs per cell. SGR 38;2 and 48;2 as in ISO 8613-6.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
"""``(height, width, 3) uint8 RGB``; the height is even where cells are made of it."""

_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]
_Words = npt.NDArray[np.uint32]

UPPER_HALF: Final = "▀"
RESET: Final = "\x1b[0m"
_RECORD_WORDS: Final = 11


def _word(text: str) -> int:
    return int.from_bytes(text.encode().ljust(4, b"\0"), "little")


_NUMBERS: Final = np.array(
    [_word(f"{n};") for n in range(256)] + [_word(f"{n}m") for n in range(256)], "<u4"
)
"""``255;`` at 255, ``255m`` at 511."""

_FOREGROUND: Final = (_word("\x1b[38"), _word(";2;"))
_BACKGROUND: Final = (_word("\x1b[48"), _word(";2;"))
_BACKGROUND_TOO: Final = (_word("48;2"), _word(";"))
_HALF_BLOCK: Final = _word(UPPER_HALF)
_SPACE: Final = _word(" ")


def encode_rows(rgb: Rgb) -> list[str]:
    """Return one text with its SGR sequences per row of cells; each ends in a reset.

    ``rgb`` is ``(2 h, w, 3)``. A colour is only written where it differs from the cell before it,
    and a cell of one colour is a space, for which the foreground does not matter.
    """
    top, bottom = rgb[0::2], rgb[1::2]
    upper, lower = _packed(top), _packed(bottom)
    is_plain = upper == lower
    has_new_upper = _changes_where_it_matters(upper, ~is_plain)
    has_new_lower = np.ones_like(is_plain)
    has_new_lower[:, 1:] = lower[:, 1:] != lower[:, :-1]

    height, width = is_plain.shape
    records = np.zeros((height, width, _RECORD_WORDS), "<u4")
    _put_foreground(records, has_new_upper, has_new_lower, top)
    _put_background(records, has_new_upper, has_new_lower, bottom)
    records[:, :, 10] = np.where(is_plain, _SPACE, _HALF_BLOCK)
    rows = records.reshape(height, -1).view(np.uint8)
    return [row.tobytes().translate(None, b"\0").decode() + RESET for row in rows]


def rescaled(rgb: Rgb, height_px: int, width_px: int) -> Rgb:
    """Return the picture in another size, by its nearest pixels."""
    height, width, _ = rgb.shape
    rows = np.arange(height_px) * height // height_px
    columns = np.arange(width_px) * width // width_px
    picture: Rgb = rgb[rows[:, None], columns]
    return picture


def _packed(colours: Rgb) -> _Ints:
    wide = colours.astype(np.int64)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def _changes_where_it_matters(colours: _Ints, matters: _Bools) -> _Bools:
    """Return the cells whose colour differs from the last one that mattered in their row."""
    columns = np.arange(colours.shape[1])
    last = np.maximum.accumulate(np.where(matters, columns, -1), axis=1)
    before = np.empty_like(last)
    before[:, 0] = -1
    before[:, 1:] = last[:, :-1]
    known = np.take_along_axis(colours, np.maximum(before, 0), axis=1)
    changed: _Bools = matters & ((before < 0) | (colours != known))
    return changed


def _put_foreground(records: _Words, is_new: _Bools, is_followed: _Bools, colours: Rgb) -> None:
    chosen = colours[is_new]
    words = np.empty((len(chosen), 5), "<u4")
    words[:, 0:2] = _FOREGROUND
    _put_numbers(words, chosen, ~is_followed[is_new])
    records[:, :, 0:5][is_new] = words


def _put_background(records: _Words, is_after: _Bools, is_new: _Bools, colours: Rgb) -> None:
    chosen = colours[is_new]
    words = np.empty((len(chosen), 5), "<u4")
    words[:, 0:2] = np.where(is_after[is_new][:, None], _BACKGROUND_TOO, _BACKGROUND)
    _put_numbers(words, chosen, np.ones(len(chosen), np.bool_))
    records[:, :, 5:10][is_new] = words


def _put_numbers(words: _Words, colours: Rgb, is_last: _Bools) -> None:
    words[:, 2] = _NUMBERS[colours[:, 0]]
    words[:, 3] = _NUMBERS[colours[:, 1]]
    words[:, 4] = _NUMBERS[colours[:, 2] + np.where(is_last, 256, 0)]
