"""Pictures in half blocks by libchafa, in this process and in one thread, to compare with.

Its settings are the fairest there are: 24-bit colours, ``▀`` and the space for symbols, no
preprocessing. Names and numbers are those of chafa.h 1.12.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HOW_TO_GET: Final = "libchafa is not installed; run: apt install chafa"

FASTEST_WORK: Final = 1.0
"""Tries both symbols on each cell; below, choosing which to try costs five times as much."""
DEFAULT_WORK: Final = 0.5

_TRUECOLOR: Final = 0
_RGB8: Final = 8
_SYMBOLS: Final = (" ", "▀")
_TERMINAL: Final = (b"TERM=xterm-256color", b"COLORTERM=truecolor", None)
_HANDLES: Final = (
    "chafa_canvas_config_new",
    "chafa_canvas_new",
    "chafa_canvas_print",
    "chafa_symbol_map_new",
    "chafa_term_db_detect",
    "chafa_term_db_get_default",
)

Rgb = npt.NDArray[np.uint8]


class _GString(ctypes.Structure):
    _fields_ = (
        ("text", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("allocated", ctypes.c_size_t),
    )


class Chafa:
    """Draws pictures in so many cells. Raises OSError where libchafa is not installed."""

    def __init__(self, width_cells: int, height_cells: int, work: float = FASTEST_WORK) -> None:
        self._lib = ctypes.CDLL("libchafa.so.0")
        self._glib = ctypes.CDLL("libglib-2.0.so.0")
        for name in _HANDLES:
            getattr(self._lib, name).restype = ctypes.c_void_p
        self._lib.chafa_set_n_threads(1)
        self._canvas = self._make_canvas(width_cells, height_cells, work)
        self._terminal = self._make_terminal()

    def draw(self, rgb: Rgb) -> bytes:
        """Return what draws ``rgb``, (height, width, 3) uint8 in any size, scaled to the cells."""
        height, width, _ = rgb.shape
        self._lib.chafa_canvas_draw_all_pixels(
            self._canvas, _RGB8, rgb.ctypes.data_as(ctypes.c_void_p), width, height, width * 3
        )
        printed = ctypes.c_void_p(self._lib.chafa_canvas_print(self._canvas, self._terminal))
        string = ctypes.cast(printed, ctypes.POINTER(_GString)).contents
        text = ctypes.string_at(string.text, string.size)
        self._glib.g_string_free(printed, 1)
        return text

    def _make_canvas(self, width_cells: int, height_cells: int, work: float) -> Any:
        lib = self._lib
        symbols = ctypes.c_void_p(lib.chafa_symbol_map_new())
        for symbol in _SYMBOLS:
            lib.chafa_symbol_map_add_by_range(symbols, ord(symbol), ord(symbol))
        config = ctypes.c_void_p(lib.chafa_canvas_config_new())
        lib.chafa_canvas_config_set_geometry(config, width_cells, height_cells)
        lib.chafa_canvas_config_set_canvas_mode(config, _TRUECOLOR)
        lib.chafa_canvas_config_set_symbol_map(config, symbols)
        lib.chafa_canvas_config_set_work_factor(config, ctypes.c_float(work))
        lib.chafa_canvas_config_set_preprocessing_enabled(config, 0)
        return ctypes.c_void_p(lib.chafa_canvas_new(config))

    def _make_terminal(self) -> Any:
        known = ctypes.c_void_p(self._lib.chafa_term_db_get_default())
        environ = (ctypes.c_char_p * len(_TERMINAL))(*_TERMINAL)
        return ctypes.c_void_p(self._lib.chafa_term_db_detect(known, environ))
