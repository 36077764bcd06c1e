"""Tiles never overlap, never leave the pane, and are as large as they can be."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.tui.video import arrange
from proconf_tui.tui.video.arrange import MIN_HEIGHT_CELLS, MIN_WIDTH_CELLS, Place

_counts = st.integers(0, 60)
_widths = st.integers(0, 220)
_heights = st.integers(0, 70)


@pytest.mark.parametrize("choose", [arrange.grid, arrange.speaker])
@given(count=_counts, width=_widths, height=_heights)
def test_places_are_disjoint_inside_and_useful(
    choose: object, count: int, width: int, height: int
) -> None:
    places: list[Place] = choose(count, width, height)  # type: ignore[operator]
    assert len(places) <= count
    for place in places:
        assert place.x >= 0
        assert place.y >= 0
        assert place.x + place.width <= width
        assert place.y + place.height <= height
        assert place.width >= MIN_WIDTH_CELLS
        assert place.height >= MIN_HEIGHT_CELLS
    for a, b in itertools.combinations(places, 2):
        assert (
            a.x + a.width <= b.x
            or b.x + b.width <= a.x
            or a.y + a.height <= b.y
            or b.y + b.height <= a.y
        )


@given(count=st.integers(1, 60), width=_widths, height=_heights)
def test_somebody_is_shown_wherever_there_is_room(count: int, width: int, height: int) -> None:
    has_room = width >= MIN_WIDTH_CELLS and height >= MIN_HEIGHT_CELLS
    assert bool(arrange.grid(count, width, height)) == has_room
    assert bool(arrange.speaker(count, width, height)) == has_room


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (4, 2, 2), (6, 3, 2), (9, 3, 3)]
)
def test_well_known_grids(count: int, columns: int, rows: int) -> None:
    places = arrange.grid(count, 120, 34)
    assert len(places) == count
    assert len({place.x for place in places}) == columns
    assert len({place.y for place in places}) == rows


def test_an_incomplete_last_row_stands_in_the_middle() -> None:
    *_, last = arrange.grid(3, 80, 24)
    assert last.x == (80 - last.width) // 2


def test_the_speaker_is_larger_than_everybody() -> None:
    first, *others = arrange.speaker(5, 80, 24)
    assert all(first.width * first.height > 2 * p.width * p.height for p in others)
