"""Which cells of a tile are seen, against a drawing of every rectangle."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from proconf_tui.tui.video.occlusion import in_sight

REGIONS = st.builds(
    Region, st.integers(-5, 20), st.integers(-5, 20), st.integers(0, 15), st.integers(0, 15)
)


def test_a_tile_with_nothing_before_it_is_all_in_sight() -> None:
    tile = Region(2, 3, 10, 5)
    assert in_sight(tile, Region(0, 0, 80, 24), [Region(12, 3, 5, 5), Region(0, 0, 80, 3)]) is None


@given(REGIONS, REGIONS, st.lists(REGIONS, max_size=3))
def test_a_cell_is_in_sight_if_nothing_hides_it(
    tile: Region, clip: Region, in_front: list[Region]
) -> None:
    mask = in_sight(tile, clip, in_front)
    for y in range(tile.height):
        for x in range(tile.width):
            at = (tile.x + x, tile.y + y)
            is_hidden = any(other.contains(*at) for other in in_front)
            is_seen = clip.contains(*at) and not is_hidden
            assert (mask is None or bool(np.asarray(mask)[y, x])) is is_seen
