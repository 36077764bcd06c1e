"""The pixels of one tile as its terminal was last told, held until they move enough.

Pure numpy; it knows neither terminals nor colours' names. A camera's noise would otherwise rewrite
every cell of every picture.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from proconf_tui.tui.video.modes import Mode

Rgb = npt.NDArray[np.uint8]
"""``(height, width, 3) uint8 RGB``."""

Changed = npt.NDArray[np.bool_]
"""``(height, width)`` in cells."""

Pixels = npt.NDArray[np.uint32]
"""Red in the lowest byte, then green, blue and nothing."""

Indices = npt.NDArray[np.intp]


class _Bits(NamedTuple):
    """The upper bits of a channel that are kept, and stand for its lower ones too."""

    upper: np.uint32
    lower: np.uint32
    depth: np.uint32


_SIX: Final = _Bits(np.uint32(0xFCFCFC), np.uint32(0x030303), np.uint32(6))
_FIVE: Final = _Bits(np.uint32(0xF8F8F8), np.uint32(0x070707), np.uint32(5))
_ROUGH_THRESHOLD: Final = 24
"""Above it five bits are as good, and more neighbours are alike: a tenth of the bytes."""

_FINE_THRESHOLD: Final = 8
_SETTLED_FRAMES: Final = 6
"""What has stood still for so long is drawn as it is, however rough the rest: crumbs would stay."""


def rescaled(rgb: Rgb, height_px: int, width_px: int) -> Rgb:
    """Return the picture in another size, by its nearest pixels."""
    height, width, _ = rgb.shape
    rows = np.arange(height_px) * height // height_px
    columns = np.arange(width_px) * width // width_px
    picture: Rgb = rgb[rows[:, None], columns]
    return picture


class HeldPixels:
    """A cell's pixels are all replaced when a channel of one has moved, else all stay."""

    def __init__(self, mode: Mode, width_cells: int, height_cells: int) -> None:
        width, height = mode.size_px(width_cells, height_cells)
        self._newest = np.zeros((height, width, 4), np.uint8)
        self._before = np.zeros_like(self._newest)
        self._sent = np.zeros_like(self._newest)
        self._stood = np.zeros((height_cells, width_cells), np.uint8)
        """For how many pictures a cell has not moved, while they are rough."""
        self._rows = mode.rows
        # All pixels that a cell has in a row are compared at once.
        self._of_a_cell = f"u{4 * mode.columns}"
        y, x = np.mgrid[: mode.rows, : mode.columns]
        in_cell = (y * width + x).ravel()
        row, column = np.mgrid[:height_cells, :width_cells]
        corners = (row * mode.rows * width + column * mode.columns).ravel()
        self._places: Indices = corners[:, None] + in_cell

    def moved(self, rgb: Rgb, threshold: int) -> Changed:
        """Look at a new picture, and return the cells that differ from what was sent.

        What stands still again differs by less than what moves.
        """
        self._newest, self._before = self._before, self._newest
        for channel in range(3):
            self._newest[..., channel] = rgb[..., channel]
        distance = _distance(self._newest, self._sent)
        changed = self._any_beyond(distance, threshold)
        if threshold > _FINE_THRESHOLD:
            changed |= self._has_settled() & self._any_beyond(distance, _FINE_THRESHOLD)
        return changed

    def _has_settled(self) -> Changed:
        moves = self._any_beyond(_distance(self._newest, self._before), _FINE_THRESHOLD)
        self._stood[self._stood < _SETTLED_FRAMES] += 1
        self._stood[moves] = 0
        settled: Changed = self._stood == _SETTLED_FRAMES
        return settled

    def _any_beyond(self, distance: npt.NDArray[np.uint8], threshold: int) -> Changed:
        height = len(distance)
        is_beyond = (distance > threshold).reshape(height, -1).view(self._of_a_cell)
        by_row = is_beyond.reshape(height // self._rows, self._rows, -1)
        beyond: Changed = np.bitwise_or.reduce(by_row, axis=1) != 0
        return beyond

    def send(self, cells: Indices, threshold: int) -> Pixels:
        """Take over these cells of the picture last looked at, in 6 bits a channel or 5.

        Return their pixels by row and column, ``(cells, pixels of a cell)``.
        """
        bits = _FIVE if threshold > _ROUGH_THRESHOLD else _SIX
        places = self._places[cells]
        pixels = self._newest.view(np.uint32).reshape(-1)[places]
        lower = (pixels >> bits.depth) & bits.lower
        pixels &= bits.upper
        pixels |= lower
        self._sent.view(np.uint32).reshape(-1)[places] = pixels
        return pixels


def _distance(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    distance: npt.NDArray[np.uint8] = np.maximum(one, other)
    distance -= np.minimum(one, other)
    return distance
