"""Tiles of one size in rows, as large as pictures can be; what `arrange` composes. Pure, in cells.

A picture is taken to be 16:9. What a tile has beyond that is waste, so tiles are cut to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

from proconf_tui.tui.video.modes import CELL_ASPECT

MIN_WIDTH_CELLS: Final = 14
MIN_HEIGHT_CELLS: Final = 5
LINE_CELLS: Final = 1
"""The height of a tile that is a line of text, without a frame."""

_FRAME_CELLS: Final = 2
_MAX_NAME_WIDTH: Final = 40
_NEARLY: Final = 0.93
"""The share of the largest picture's area that is as good if tiles stand better then."""
_SLIVER: Final = 0.25
"""How much of a row a picture may lack so that the tile has no row more."""


class Place(NamedTuple):
    """A tile's place, frame included. One of `LINE_CELLS` has no frame."""

    x: int
    y: int
    width: int
    height: int


class Room(NamedTuple):
    """Cells to put tiles in."""

    width: int
    height: int


class Shape(NamedTuple):
    """What pictures look like: ``cell_aspect`` is a cell's width to its height.

    ``is_filling`` pictures are cut to their tile, which then may have any shape.
    """

    cell_aspect: float = CELL_ASPECT
    is_filling: bool = False

    @property
    def ratio(self) -> float:
        """The width to the height, in cells, of a picture."""
        return 16 / 9 / self.cell_aspect


WIDE: Final = Shape()


def cards(count: int, room: Room, shape: Shape) -> list[Place]:
    """Return places of one size, as large as they can be, for as many as there is room."""
    most_columns = max(0, room.width) // MIN_WIDTH_CELLS
    most_rows = max(0, room.height) // MIN_HEIGHT_CELLS
    count = min(count, most_columns * most_rows)
    options = []
    for columns in range(1, min(count, most_columns) + 1):
        rows = -(-count // columns)
        # With fewer columns in as many rows the tiles are wider, and the last row is fuller.
        if rows <= most_rows and -(-count // rows) == columns:
            most = Room(room.width // columns, room.height // rows)
            options.append((picture_area(Place(0, 0, *most), shape), columns, _cut(most, shape)))
    if not options:
        return []
    enough = _NEARLY * max(area for area, *_ in options)
    good = [
        _rows(count, columns, tile, room.width) for area, columns, tile in options if area >= enough
    ]
    return max(good, key=lambda places: _spread(places, room))


def _spread(places: Sequence[Place], room: Room) -> float:
    """Return which share of the room the tiles reach over, in the direction where it is less."""
    around = bounds(places)
    return min(around.width / room.width, around.height / room.height)


def low_tiles(count: int, room: Room, *, min_width: int, height: int) -> list[Place]:
    """Return places of this height in even rows, not wider than a name and its state need."""
    most = max(0, room.width) // min_width
    count = min(count, most * (max(0, room.height) // height))
    if count <= 0:
        return []
    columns = -(-count // -(-count // most))
    width = min(room.width // columns, _MAX_NAME_WIDTH)
    return _rows(count, columns, Room(width, height), room.width)


def picture_area(place: Place | None, shape: Shape) -> float:
    """Return how many columns times rows a whole picture has there."""
    if place is None or place.height <= _FRAME_CELLS:
        return 0.0
    width = min(place.width - _FRAME_CELLS, (place.height - _FRAME_CELLS) * shape.ratio)
    return width * width / shape.ratio


def bounds(places: Sequence[Place | None]) -> Place:
    """Return the smallest place around all these; one without a size if there are none."""
    shown = [place for place in places if place is not None]
    if not shown:
        return Place(0, 0, 0, 0)
    left, top = min(place.x for place in shown), min(place.y for place in shown)
    right = max(place.x + place.width for place in shown)
    bottom = max(place.y + place.height for place in shown)
    return Place(left, top, right - left, bottom - top)


def moved(places: Sequence[Place | None], x: int, y: int) -> tuple[Place | None, ...]:
    """Return the places moved together so that their bounds begin there."""
    left, top, *_ = bounds(places)
    return tuple(
        place and place._replace(x=place.x + x - left, y=place.y + y - top) for place in places
    )


def _cut(most: Room, shape: Shape) -> Room:
    if shape.is_filling:
        return most
    inner_width, inner_height = most.width - _FRAME_CELLS, most.height - _FRAME_CELLS
    width = min(inner_width, ceil(inner_height * shape.ratio))
    height = min(inner_height, ceil(width / shape.ratio - _SLIVER))
    return Room(
        max(width + _FRAME_CELLS, MIN_WIDTH_CELLS), max(height + _FRAME_CELLS, MIN_HEIGHT_CELLS)
    )


def _rows(count: int, columns: int, tile: Room, width: int) -> list[Place]:
    """Return tiles in rows from the top, each row in the middle of the width."""
    places = []
    for first in range(0, count, columns):
        in_row = min(columns, count - first)
        x = (width - in_row * tile.width) // 2
        y = first // columns * tile.height
        places += [Place(x + n * tile.width, y, *tile) for n in range(in_row)]
    return places
