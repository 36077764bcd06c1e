"""How pictures are drawn changes by keys, and what becomes of it stands in the statistics."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from proconf_tui.control import commands as c
from proconf_tui.tui.video.modes import HALF, MODES, Mode, next_mode
from proconf_tui.tui.video.plane import PlaneStatistics
from proconf_tui.tui.widgets.picture_statistics import rows_of
from proconf_tui.tui.widgets.statistics import StatisticsPanel
from tests.support.fake_agent import FakeAgent
from tests.tui.harness import meeting


def said(statistics: PlaneStatistics, *, is_wide: bool) -> str:
    rows = rows_of(HALF, statistics, is_wide=is_wide)
    return "\n".join("".join(piece.text for piece in row) for row in rows)


@pytest.mark.parametrize(
    ("statistics", "wide", "narrow"),
    [
        (
            PlaneStatistics(14.6, 271.4, 0.0, 8, 12.0),
            "pictures in half blocks  15 fps  271 kB/s",
            "half blocks  15/s  271 kB/s",
        ),
        (
            PlaneStatistics(7.0, 60.0, 0.5, 8, 400.0),
            "pictures in half blocks  7 fps  60 kB/s  held back: fewer",
            "half blocks  7/s  60 kB/s\nheld back: fewer",
        ),
        (
            PlaneStatistics(7.0, 60.0, 0.5, 40, 400.0),
            "pictures in half blocks  7 fps  60 kB/s  held back: fewer, rougher",
            "half blocks  7/s  60 kB/s\nheld back: fewer, rougher",
        ),
    ],
)
def test_the_rows_say_how_it_goes(statistics: PlaneStatistics, wide: str, narrow: str) -> None:
    assert said(statistics, is_wide=True) == wide
    assert said(statistics, is_wide=False) == narrow


@pytest.mark.parametrize("mode", MODES.values(), ids=lambda mode: mode.name)
@pytest.mark.parametrize(("is_wide", "most_cells"), [(True, 72), (False, 46)])
def test_the_rows_have_room(mode: Mode, is_wide: bool, most_cells: int) -> None:
    statistics = PlaneStatistics(30.0, 3000.0, 1.0, 64, 3000.0)
    for row in rows_of(mode, statistics, is_wide=is_wide):
        assert sum(cell_len(piece.text) for piece in row) <= most_cells


async def test_a_notice_takes_the_place_of_the_last_of_its_kind(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await rig.write("ppffp")
        mode = next_mode(next_mode(next_mode(HALF)))
        text = await rig.sees(f"Pictures are drawn in {mode.label}.", "Pictures are shown whole.")
        assert text.count("Pictures ") == 2
        await rig.until(lambda: len(rig.app.screen.query("ToastHolder")) == 2)


async def test_keys_change_how_pictures_are_drawn(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        tiles = (await rig.hears(c.ShowTiles)).tiles
        assert {(tile.fit, tile.pixel_aspect) for tile in tiles} == {("letterbox", 1.0)}
        await rig.press("f")
        await rig.sees("Pictures fill their tiles.")
        await rig.until(lambda: agent.all_heard(c.ShowTiles)[-1].tiles[0].fit == "crop")
        mode = next_mode(HALF)
        await rig.press("p")
        await rig.sees(f"Pictures are drawn in {mode.label}.")
        await rig.until(
            lambda: agent.all_heard(c.ShowTiles)[-1].tiles[0].pixel_aspect == mode.pixel_aspect()
        )
        wanted = agent.all_heard(c.ShowTiles)[-1].tiles[0]
        assert wanted.width_px == 2 * tiles[0].width_px
        await rig.press("t")
        await rig.sees("pictures in " + mode.label)
        assert rig.app.screen.query_one(StatisticsPanel).display
