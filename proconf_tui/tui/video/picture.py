"""One picture in the size of its tile: encoded once, drawn by rows."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from proconf_tui.tui.video.encoder import UPPER_HALF, Rgb, encode_rows


class EncodedPicture:
    """``rgb`` is ``(2 h, w, 3) uint8`` for ``h`` rows of ``w`` cells."""

    def __init__(self, rgb: Rgb) -> None:
        self.rgb = rgb
        self.height_cells = rgb.shape[0] // 2
        self.width_cells = rgb.shape[1]
        self._rows = encode_rows(rgb)

    def ansi(self, row: int, start: int, end: int) -> str:
        """Return the text that draws the cells ``start`` to ``end`` of a row."""
        if (start, end) == (0, self.width_cells):
            return self._rows[row]
        return encode_rows(self.rgb[2 * row : 2 * row + 2, start:end])[0]

    def segments(self, row: int, start: int, end: int) -> list[Segment]:
        """Return the same cells as segments, for whoever changes their colours."""
        upper = self.rgb[2 * row, start:end].tolist()
        lower = self.rgb[2 * row + 1, start:end].tolist()
        return [
            Segment(UPPER_HALF, _style(tuple(top), tuple(bottom)))
            for top, bottom in zip(upper, lower, strict=True)
        ]


@lru_cache(maxsize=16384)
def _style(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Style:
    return Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom))
