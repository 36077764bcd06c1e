"""Where tiles go, for any number of people in any room, and in rooms that are known."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.tui.video import arrange
from proconf_tui.tui.video.arrange import MAX_PICTURES, Places
from proconf_tui.tui.video.cards import (
    LINE_CELLS,
    MIN_HEIGHT_CELLS,
    MIN_WIDTH_CELLS,
    WIDE,
    Place,
    Room,
    Shape,
    picture_area,
)

Choose = Callable[[tuple[bool, ...], Room, Shape], Places]
SMALL, MIDDLE, LARGE = Room(48, 22), Room(78, 38), Room(116, 58)
"""What is left for tiles in terminals of 80x24, 120x40 and 200x60."""

FILLING = Shape(is_filling=True)
_people = st.lists(st.booleans(), max_size=30).map(tuple)
_rooms = st.builds(Room, st.integers(0, 220), st.integers(0, 70))
_shapes = st.builds(Shape, st.sampled_from([0.4, 0.5, 0.6]), st.booleans())


def shown(places: Places) -> list[Place]:
    return [place for place in places if place is not None]


@pytest.mark.parametrize("choose", [arrange.grid, arrange.speaker])
@given(cameras=_people, room=_rooms, shape=_shapes)
def test_places_are_disjoint_inside_and_useful(
    choose: Choose, cameras: tuple[bool, ...], room: Room, shape: Shape
) -> None:
    places = choose(cameras, room, shape)
    assert len(places) == len(cameras)
    for place in shown(places):
        assert place.x >= 0
        assert place.y >= 0
        assert place.x + place.width <= room.width
        assert place.y + place.height <= room.height
        assert place.width >= MIN_WIDTH_CELLS
    for of, has_camera in zip(places, cameras, strict=True):
        assert of is None or not has_camera or of.height >= MIN_HEIGHT_CELLS
    for a, b in itertools.combinations(shown(places), 2):
        is_apart_across = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert is_apart_across or a.y + a.height <= b.y or b.y + b.height <= a.y


@pytest.mark.parametrize("choose", [arrange.grid, arrange.speaker])
@given(cameras=st.lists(st.booleans(), min_size=1, max_size=30).map(tuple), room=_rooms)
def test_somebody_is_shown_wherever_there_is_room(
    choose: Choose, cameras: tuple[bool, ...], room: Room
) -> None:
    if room.width >= MIN_WIDTH_CELLS and room.height >= MIN_HEIGHT_CELLS:
        assert shown(choose(cameras, room, WIDE))


@given(count=st.integers(1, 30), room=_rooms)
def test_pictures_in_a_grid_are_alike_and_never_too_many(count: int, room: Room) -> None:
    places = shown(arrange.grid((True,) * count, room))
    assert len({(place.width, place.height) for place in places}) <= 1
    assert len(places) <= MAX_PICTURES


@pytest.mark.parametrize(
    ("room", "count", "columns", "rows"),
    [
        (SMALL, 1, 1, 1),
        (SMALL, 2, 1, 2),
        (SMALL, 4, 2, 2),
        (SMALL, 6, 2, 3),
        (SMALL, 12, 3, 4),
        (MIDDLE, 2, 1, 2),
        (MIDDLE, 4, 2, 2),
        (MIDDLE, 9, 3, 3),
        (LARGE, 6, 2, 3),
        (LARGE, 16, 4, 4),
        (Room(160, 20), 3, 3, 1),
    ],
)
def test_well_known_grids(room: Room, count: int, columns: int, rows: int) -> None:
    places = shown(arrange.grid((True,) * count, room))
    assert len(places) == count
    assert (len({place.x for place in places}), len({place.y for place in places})) == (
        columns,
        rows,
    )


def test_tiles_are_cut_to_their_pictures_unless_those_fill_them() -> None:
    (cut,) = shown(arrange.grid((True,), MIDDLE))
    assert cut.width == MIDDLE.width
    assert cut.height - 2 == pytest.approx((cut.width - 2) * 9 / 32, abs=1)
    assert shown(arrange.grid((True,), MIDDLE, FILLING)) == [Place(0, 0, *MIDDLE)]


def test_an_incomplete_last_row_stands_in_the_middle() -> None:
    *_, last = shown(arrange.grid((True,) * 3, MIDDLE))
    assert abs(2 * last.x - (MIDDLE.width - last.width)) <= 1


@pytest.mark.parametrize("room", [SMALL, MIDDLE, LARGE], ids=str)
def test_names_leave_pictures_nearly_all_the_room(room: Room) -> None:
    cameras = (True, False, True, False, False)
    places = arrange.grid(cameras, room)
    assert len(shown(places)) == len(cameras)
    alone = shown(arrange.grid((True, True), room))
    assert picture_area(places[0], WIDE) >= 0.7 * picture_area(alone[0], WIDE)
    assert places[0] != places[2]
    assert all(place.height < places[0].height for place in places[3:] if place and places[0])


def test_many_names_in_a_small_room_are_lines() -> None:
    *_, name = arrange.grid((True,) * 4 + (False,) * 4, Room(60, 22))
    assert name is not None
    assert name.height == LINE_CELLS


def test_where_all_get_equally_large_tiles_all_are_alike() -> None:
    places = shown(arrange.grid((True, True, True, False), SMALL))
    assert len({(place.width, place.height) for place in places}) == 1


def test_only_names_have_low_tiles_where_they_are_many() -> None:
    places = shown(arrange.grid((False,) * 20, SMALL))
    assert len(places) == 20
    assert {place.height for place in places} == {3}


@pytest.mark.parametrize("room", [SMALL, MIDDLE, LARGE, Room(116, 22)], ids=str)
@pytest.mark.parametrize("count", [2, 4, 9])
def test_the_speaker_is_larger_than_everybody(room: Room, count: int) -> None:
    first, *others = shown(arrange.speaker((True,) * count, room))
    assert len(others) >= min(count - 1, 3)
    assert all(first.width * first.height > 2 * p.width * p.height for p in others)


def test_the_others_stand_where_the_speaker_leaves_room() -> None:
    large, *below = shown(arrange.speaker((True,) * 4, MIDDLE))
    assert large.width == MIDDLE.width
    assert all(place.y >= large.height for place in below)
    large, *beside = shown(arrange.speaker((True,) * 4, Room(116, 22)))
    assert large.height == 22
    assert all(place.x >= large.width for place in beside)


def test_a_speaker_alone_has_all_the_room() -> None:
    assert arrange.speaker((True,), SMALL) == arrange.grid((True,), SMALL)
