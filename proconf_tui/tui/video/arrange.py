"""Where tiles go: how many columns show them largest, and the speaker layout. Pure integers."""

from __future__ import annotations

from typing import Final, NamedTuple

MIN_WIDTH_CELLS: Final = 14
MIN_HEIGHT_CELLS: Final = 5
_FRAME_CELLS: Final = 2
_ASPECT: Final = 16 / 9


class Place(NamedTuple):
    """A tile's place in the grid, frame included, in cells."""

    x: int
    y: int
    width: int
    height: int


def grid(count: int, width: int, height: int) -> list[Place]:
    """Return places for at most ``count`` tiles: as many as fit, as large as they can be."""
    count = min(count, capacity(width, height))
    if count == 0:
        return []
    columns = max(range(1, count + 1), key=lambda n: _quality(count, n, width, height))
    rows = -(-count // columns)
    ys = _cuts(height, rows)
    places: list[Place] = []
    for row in range(rows):
        in_row = min(columns, count - row * columns)
        places += _row(in_row, columns, width, ys[row], ys[row + 1])
    return places


def speaker(count: int, width: int, height: int) -> list[Place]:
    """Return one large place and below it (or beside it, where wide) a strip of small ones."""
    if count <= 1 or capacity(width, height) <= 1:
        return grid(min(count, 1), width, height)
    if width > height * 3:
        return _beside(count, width, height)
    strip = max(MIN_HEIGHT_CELLS, height // 4)
    if height - strip < MIN_HEIGHT_CELLS:
        return grid(1, width, height)
    small = min(count - 1, width // max(MIN_WIDTH_CELLS, strip * 3))
    xs = _cuts(width, max(small, 1))
    large = Place(0, 0, width, height - strip)
    return [large] + [Place(xs[n], height - strip, xs[n + 1] - xs[n], strip) for n in range(small)]


def capacity(width: int, height: int) -> int:
    """Return how many tiles of the least useful size there is room for."""
    return max(0, width // MIN_WIDTH_CELLS) * max(0, height // MIN_HEIGHT_CELLS)


def _beside(count: int, width: int, height: int) -> list[Place]:
    strip = max(MIN_WIDTH_CELLS, width // 4)
    small = min(count - 1, max(1, height // max(MIN_HEIGHT_CELLS, strip // 3)))
    ys = _cuts(height, small)
    large = Place(0, 0, width - strip, height)
    return [large] + [Place(width - strip, ys[n], strip, ys[n + 1] - ys[n]) for n in range(small)]


def _quality(count: int, columns: int, width: int, height: int) -> tuple[float, int]:
    rows = -(-count // columns)
    tile_width, tile_height = width // columns, height // rows
    if tile_width < MIN_WIDTH_CELLS or tile_height < MIN_HEIGHT_CELLS:
        return (0.0, -columns)
    # A cell is twice as high as it is wide.
    width_px, height_px = tile_width - _FRAME_CELLS, 2 * (tile_height - _FRAME_CELLS)
    return (min(width_px, height_px * _ASPECT), columns * rows - count == 0)


def _row(in_row: int, columns: int, width: int, y: int, y_end: int) -> list[Place]:
    if in_row == columns:
        xs = _cuts(width, columns)
        return [Place(xs[n], y, xs[n + 1] - xs[n], y_end - y) for n in range(columns)]
    each = width // columns
    start = (width - each * in_row) // 2
    return [Place(start + n * each, y, each, y_end - y) for n in range(in_row)]


def _cuts(length: int, parts: int) -> list[int]:
    return [length * n // parts for n in range(parts + 1)]
