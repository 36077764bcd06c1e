"""What the plane writes past the compositor: each cell on the terminal is the one there should be.

The app is under the pilot, but writes as into a terminal, and what it writes is painted.
"""

from __future__ import annotations

import numpy as np
import pytest
from textual.filter import LineFilter, Monochrome

from proconf_tui.tui.screens.too_small import MIN_WIDTH_CELLS
from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.pacing import Pacer
from proconf_tui.tui.video.tile import VideoTile
from tests.support.painted_screen import PaintedScreen
from tests.tui.video.painted_tiles import Dialog, place_asked, tiles_in_a_terminal


async def test_changed_cells_are_the_right_ones() -> None:
    async with tiles_in_a_terminal() as rig:
        await rig.is_right()
        for _ in range(4):
            rig.offer()
            await rig.is_right()


async def test_every_way_of_drawing() -> None:
    async with tiles_in_a_terminal() as rig:
        for mode in MODES.values():
            for tile in rig.tiles:
                tile.mode = mode
            await rig.is_right()
            for _ in range(2):
                rig.offer()
                await rig.is_right()


@pytest.mark.parametrize("is_light", [False, True])
async def test_pictures_without_colours_are_bright_on_dark(is_light: bool) -> None:
    async with tiles_in_a_terminal() as rig:
        tile = rig.tiles[0]
        tile.mode = MODES["braille"]
        paper, ink = ("#e0e0f0", "#101020") if is_light else ("#101020", "#e0e0f0")
        for background, color in (("#204020", "#d0e0d0"), (paper, ink)):
            tile.styles.background, tile.styles.color = background, color
            await rig.is_right()
            rig.offer()
        await rig.is_right()
        x, y, width, _ = tile.region
        cells = rig.screen.rows[y][x : x + width]
        assert {(cell.fg, cell.bg) for cell in cells} == {((224, 224, 240), (16, 16, 32))}


async def test_pictures_without_colours_are_the_terminals_business_if_none_are_wanted() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.app.no_color = True
        tile = rig.tiles[0]
        tile.mode = MODES["ascii"]
        rig.offer()
        await rig.is_right()
        x, y, width, _ = tile.region
        assert {(cell.fg, cell.bg) for cell in rig.screen.rows[y][x : x + width]} == {(None, None)}


async def test_what_lies_before_tiles_stays() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        over = rig.app.query_one("#over")
        for is_shown in (True, False):
            over.display = is_shown
            await rig.pilot.pause()
            for _ in range(3):
                rig.offer()
                await rig.is_right()
        rig.app.notify("Somebody came", timeout=30)
        await rig.pilot.pause()
        rig.offer()
        await rig.is_right()
        rig.app.clear_notifications()
        await rig.pilot.pause()
        rig.offer()
        await rig.is_right()


async def test_scrolled_tiles_are_drawn_where_they_are_seen() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        for y in (3, 8, 0):
            rig.app.query_one("#scroll").scroll_to(y=y, animate=False)
            rig.offer()
            await rig.is_right()
            rig.offer()
            await rig.is_right()


async def test_tiles_under_a_dialog_stand_still() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        await rig.app.push_screen(Dialog())
        await rig.pilot.pause()
        assert rig.wrote() == ""
        assert all(tile.has_news for tile in rig.tiles)
        rig.app.pop_screen()
        rig.paint()
        rig.paint()  # one frame does not hold all that noise
        await rig.is_right()
        assert not any(tile.has_news for tile in rig.tiles)


async def test_another_size_of_the_terminal() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        for width in (60, 70):
            rig.screen = PaintedScreen(width, 24)
            await rig.pilot.resize_terminal(width, 24)
            await rig.is_right()
            rig.offer()
            await rig.is_right()
        for tile in rig.tiles:
            tile.offer(rig.noise(tile))
        rig.screen = PaintedScreen(60, 24)
        await rig.pilot.resize_terminal(60, 24)
        rig.paint()  # pictures of the size before
        await rig.is_right()


async def test_tiles_and_pictures_that_go() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        tiles = rig.tiles
        removal = tiles[1].remove()
        for tile in tiles:
            tile.offer(rig.noise(tile))
        rig.now += 1
        rig.plane.paint(tiles)
        await removal
        rig.plane.paint(tiles)
        await rig.is_right()
        rig.tiles[0].clear()
        await rig.is_right()
        rig.offer()
        await rig.is_right()


async def test_what_is_not_written_is_not_forgotten() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        with rig.app.batch_update():
            assert rig.wrote() == ""
            assert all(tile.has_news for tile in rig.tiles)
        rig.paint()
        rig.paint()  # one frame does not hold all that noise
        await rig.is_right()
        assert not any(tile.has_news for tile in rig.tiles)


async def test_drawing_and_repainting_at_once() -> None:
    async with tiles_in_a_terminal() as rig:
        for _ in range(5):
            for tile in rig.tiles:
                tile.refresh()
            rig.offer()
            rig.app.query_one("#scroll").refresh(layout=True)
            rig.offer()
            await rig.is_right()


async def test_only_what_changes_is_written() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        tile = rig.tiles[0]
        picture = rig.noise(tile)
        tile.offer(picture)
        rig.paint()
        changed = picture.copy()
        changed[4:6, 7] ^= 0x80
        rig.output.clear()
        tile.offer(changed)
        rig.paint()
        drawn = "".join(rig.output)
        assert 0 < drawn.count("▀") <= 1 + tile.size.width  # one row is always renewed
        await rig.is_right()


async def test_a_frame_holds_what_the_budget_allows_and_all_take_turns() -> None:
    async with tiles_in_a_terminal(budget=20_000) as rig:
        rig.offer()
        waiting = [tile for tile in rig.tiles if tile.has_news]
        assert waiting
        for _ in range(40):
            rig.paint()
        assert not any(tile.has_news for tile in waiting)
        await rig.is_right()


async def test_all_take_turns_however_seldom_there_are_frames() -> None:
    async with tiles_in_a_terminal(budget=20_000) as rig:
        drawn: set[VideoTile] = set()
        for _ in range(12):
            rig.offer()
            drawn |= {tile for tile in rig.tiles if not tile.has_news}
        assert drawn == set(rig.tiles)


async def test_the_narrowest_terminal_has_every_column_that_is_asked_for() -> None:
    async with tiles_in_a_terminal() as rig:
        tile, asked = rig.tiles[0], set()
        for number in range(MIN_WIDTH_CELLS + 4):
            rig.output.clear()
            assert tile.offer(np.full_like(rig.noise(tile), 255 * (number % 2)))
            rig.paint()
            asked.add(place_asked(rig.output)[0])
        assert max(asked) < MIN_WIDTH_CELLS


async def test_terminals_are_asked_and_their_answers_taken() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.answers = False
        rig.offer()
        x, y = place_asked(rig.output)
        lag_ms = rig.plane.statistics.lag_ms
        for stray in ((x, 0), (x + 1, y), (x, y + 1), (10_000, y)):
            rig.plane.on_cursor_position(*stray, rig.now + 9.0)
        assert rig.plane.statistics.lag_ms == lag_ms
        rig.plane.on_cursor_position(x, y, rig.now + 0.03)
        assert rig.plane.statistics.lag_ms == pytest.approx(30.0)


async def test_a_terminal_is_asked_before_the_first_picture() -> None:
    async with tiles_in_a_terminal(pacer=Pacer(1_000_000)) as rig:
        rig.answers = False
        rig.output.clear()
        assert not rig.plane.may_paint()
        assert "▀" not in "".join(rig.output)
        rig.plane.on_cursor_position(*place_asked(rig.output), rig.now + 0.01)
        assert rig.plane.may_paint()


async def test_statistics_tell_of_the_last_seconds() -> None:
    async with tiles_in_a_terminal() as rig:
        rig.offer()
        rig.offer()
        told = rig.plane.statistics
        assert told.fps == 1.0
        assert told.kb_per_s > 10
        assert told.skipped_share == 0.0
        rig.now += 10
        assert rig.plane.statistics.fps == rig.plane.statistics.kb_per_s == 0.0


class Grey(Monochrome):
    """A filter as NO_COLOR puts one in."""


@pytest.mark.parametrize("reason", ["filter", "headless", "other Textual"])
async def test_textual_draws_whole_tiles_where_it_must(
    reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tiles_in_a_terminal() as rig:
        if reason == "filter":
            filters: list[LineFilter] = [Grey()]
            monkeypatch.setattr(rig.app, "get_line_filters", lambda: filters)
            rig.app.refresh(layout=True)
        elif reason == "headless":
            monkeypatch.setattr("proconf_tui.tui.video.plane.can_display", lambda _app: False)
        else:
            monkeypatch.setattr("proconf_tui.tui.textual_private.PASSABLE", False)
            monkeypatch.setattr("proconf_tui.tui.video.plane.visible_widgets", None)
        for _ in range(2):
            assert rig.wrote() == ""
            assert not any(tile.has_news for tile in rig.tiles)
            await rig.is_right()
            assert "▀" in "".join(rig.output)
