"""Where tiles go: a grid of pictures with names below or beside, or one large and the rest around.

Pure, in cells. People of whom a camera is on get equal tiles; the others get lower ones where that
makes pictures larger, down to lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from proconf_tui.tui.video.cards import (
    LINE_CELLS,
    MIN_WIDTH_CELLS,
    WIDE,
    Place,
    Room,
    Shape,
    bounds,
    cards,
    low_tiles,
    moved,
    picture_area,
)

MAX_PICTURES: Final = 16
_LOW_CELLS: Final = 3
_NAME_HEIGHTS: Final = (7, 5, _LOW_CELLS, LINE_CELLS)
_NAME_COLUMNS: Final = (22, 18, MIN_WIDTH_CELLS)
_MIN_LINE_WIDTH: Final = 20
_NEARLY: Final = 0.88
"""The share of the largest picture's area that is as good, if something else is better then."""
_ALIKE: Final = 0.9965
"""The share of the most that a speaker layout can be worth that nobody tells from it."""

Places = tuple[Place | None, ...]
"""In the order of the people; None for whom there is no room."""


class _Option(NamedTuple):
    """Places for those with a picture and for those with a name only."""

    pictures: Sequence[Place]
    names: Sequence[Place]


@lru_cache(maxsize=256)
def grid(cameras: tuple[bool, ...], room: Room, shape: Shape = WIDE) -> Places:
    """Return places for people, of each whether their camera is on."""
    return _in_the_middle(_grid(cameras, room, shape, MAX_PICTURES), room)


@lru_cache(maxsize=256)
def speaker(cameras: tuple[bool, ...], room: Room, shape: Shape = WIDE) -> Places:
    """Return one large place, of the first, and the others below or beside it.

    Whichever leaves the larger picture; the others get what it does not need.
    """
    options = [*_below(cameras, room, shape), *_beside(cameras, room, shape)]
    if len(cameras) <= 1 or not options:
        return grid(cameras[:1], room, shape) + (None,) * len(cameras[1:])
    worths = [_worth(places, shape) for places in options]
    enough = _ALIKE * max(worths)
    good = [one for one, worth in zip(options, worths, strict=True) if worth >= enough]
    return _in_the_middle(min(good, key=_reach), room)


def _below(cameras: tuple[bool, ...], room: Room, shape: Shape) -> Iterator[Places]:
    for strip in range(LINE_CELLS, room.height // 2 + 1):
        others = _grid(cameras[1:], Room(room.width, strip), shape, MAX_PICTURES - 1)
        for large in cards(1, Room(room.width, room.height - strip), shape):
            yield (large, *moved(others, bounds(others).x, large.height))


def _beside(cameras: tuple[bool, ...], room: Room, shape: Shape) -> Iterator[Places]:
    for strip in range(MIN_WIDTH_CELLS, room.width // 2 + 1, 2):
        others = _grid(cameras[1:], Room(strip, room.height), shape, MAX_PICTURES - 1)
        for large in cards(1, Room(room.width - strip, room.height), shape):
            y, y_others = ((room.height - bounds(of).height) // 2 for of in ((large,), others))
            yield (large._replace(x=0, y=y), *moved(others, large.width, y_others))


def _reach(places: Places) -> int:
    """Return how many cells all this takes."""
    _, _, width, height = bounds(places)
    return width * height


def _worth(places: Places, shape: Shape) -> float:
    """Weigh the large picture, the small ones, and how many are shown at all."""
    large, *others = places
    shown = [place for place in others if place is not None]
    small = max((picture_area(place, shape) for place in shown), default=0.0)
    share = len(shown) / max(1, len(others))
    return float(picture_area(large, shape) ** 0.5 * (1 + 0.25 * share) + 0.25 * small**0.5)


def _grid(cameras: tuple[bool, ...], room: Room, shape: Shape, most: int) -> Places:
    """Return places from the top, of at most so many pictures."""
    with_picture = min(sum(cameras), most)
    without = len(cameras) - sum(cameras)
    if not with_picture:
        return _dealt(cameras, _Option((), _names_only(without, room, shape)))
    if not without:
        return _dealt(cameras, _Option(cards(with_picture, room, shape), ()))
    options = [
        *_alike(cameras, room, shape),
        *_names_below(with_picture, without, room, shape),
        *_names_beside(with_picture, without, room, shape),
    ]
    return _dealt(cameras, _best(options, len(cameras), shape))


def _best(options: Sequence[_Option], count: int, shape: Shape) -> _Option:
    """Return the first that shows everybody with pictures nearly as large as can be."""
    areas = [picture_area(next(iter(one.pictures), None), shape) for one in options]
    enough = max(1.0, _NEARLY * max(areas))

    def worth(index: int) -> float:
        shown = len(options[index].pictures) + len(options[index].names)
        return min(1.0, areas[index] / enough) * (0.4 + 0.6 * shown / count)

    return options[max(range(len(options)), key=worth)]


def _alike(cameras: Sequence[bool], room: Room, shape: Shape) -> Iterator[_Option]:
    places = cards(len(cameras), room, shape)
    if len(places) == len(cameras) and sum(cameras) <= MAX_PICTURES:
        pairs = list(zip(places, cameras, strict=True))
        yield _Option([p for p, has_one in pairs if has_one], [p for p, has in pairs if not has])


def _names_below(with_picture: int, without: int, room: Room, shape: Shape) -> Iterator[_Option]:
    for height in _NAME_HEIGHTS:
        most = Room(room.width, room.height // 3)
        names = low_tiles(without, most, min_width=_min_width(height), height=height)
        rest = Room(room.width, room.height - bounds(names).height)
        pictures = cards(with_picture, rest, shape)
        yield _Option(pictures, _below_of(pictures, names))


def _below_of(pictures: Sequence[Place], names: Sequence[Place]) -> list[Place]:
    bottom = bounds(pictures).height
    return [place._replace(y=place.y + bottom) for place in names]


def _names_beside(with_picture: int, without: int, room: Room, shape: Shape) -> Iterator[_Option]:
    for width in _NAME_COLUMNS:
        names = low_tiles(without, Room(width, room.height), min_width=width, height=_LOW_CELLS)
        pictures = cards(with_picture, Room(room.width - width, room.height), shape)
        if len(names) == without and pictures:
            across, down = bounds(pictures), bounds(names)
            shift = (across.height - down.height) // 2
            yield _Option(
                [place._replace(y=place.y + max(0, -shift)) for place in pictures],
                [
                    place._replace(x=across.x + across.width, y=place.y + max(0, shift))
                    for place in names
                ],
            )


def _names_only(count: int, room: Room, shape: Shape) -> list[Place]:
    tall = cards(count, room, shape)
    if len(tall) == count:
        return tall
    return low_tiles(count, room, min_width=MIN_WIDTH_CELLS, height=_LOW_CELLS)


def _min_width(height: int) -> int:
    return _MIN_LINE_WIDTH if height == LINE_CELLS else MIN_WIDTH_CELLS


def _dealt(cameras: Sequence[bool], option: _Option) -> Places:
    """Give the places to people in their order, from the one or the other kind."""
    of_pictures, of_names = iter(option.pictures), iter(option.names)
    return tuple(next(of_pictures if has_one else of_names, None) for has_one in cameras)


def _in_the_middle(places: Places, room: Room) -> Places:
    _, _, width, height = bounds(places)
    return moved(places, (room.width - width) // 2, (room.height - height) // 2)
