"""What the plane writes past the compositor: each cell on the terminal is the one there should be.

The app is under the pilot, but writes as into a terminal, and what it writes is painted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from rich.color import Color
from textual.app import App, ComposeResult
from textual.containers import Container, Grid, VerticalScroll
from textual.filter import LineFilter, Monochrome
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from proconf_tui.tui.screens.too_small import MIN_WIDTH_CELLS
from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.pacing import Pacer
from proconf_tui.tui.video.pixels import Rgb
from proconf_tui.tui.video.plane import VideoPlane
from proconf_tui.tui.video.tile import VideoTile
from tests.support.ansi import Cell
from tests.support.painted_screen import PaintedScreen


class Dialog(ModalScreen[None]):
    """Lets the tiles shine through its background."""

    CSS = "Dialog { align: center middle; background: black 50%; } #box { width: 30; height: 5; }"

    def compose(self) -> ComposeResult:
        yield Static("A dialog", id="box")


class Tiles(App[None]):
    """Four tiles, a scrolled one, and something that may lie before them."""

    CSS = """
    Screen { layers: below above; }
    Grid { grid-size: 2; height: 16; }
    #scroll { height: 4; }
    #scroll VideoTile { height: 12; }
    #over { layer: above; offset: 10 3; width: 12; height: 6; background: blue; display: none; }
    """
    is_headless: ClassVar[bool] = False

    def compose(self) -> ComposeResult:
        with Grid():
            for name in "ABCD":
                yield VideoTile(name, name)
        with VerticalScroll(id="scroll"):
            yield VideoTile("E", "E")
        yield Container(Static("over\nthe\ntiles 漢字 "), id="over")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"tile-background": "#101010"}


@dataclass
class Rig:
    app: Tiles
    pilot: Pilot[None]
    plane: VideoPlane
    now: float = 100.0
    answers: bool = True
    output: list[str] = field(default_factory=list)
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(11))

    def __post_init__(self) -> None:
        self.screen = PaintedScreen(*self.app.size)
        driver: Any = self.app._driver
        driver.write = self._write
        self.app.screen.refresh()

    def _write(self, text: str) -> None:
        self.output.append(text)
        self.screen.write(text)
        if self.answers and "\x1b[6n" in text:
            self.plane.on_cursor_position(*place_asked([text]), self.now + 0.01)

    @property
    def tiles(self) -> list[VideoTile]:
        return list(self.app.screen_stack[0].query(VideoTile))

    def noise(self, tile: VideoTile) -> Rgb:
        width, height = tile.wanted_px
        return self.random.integers(0, 256, (height, width, 3), dtype=np.uint8)

    def offer(self) -> None:
        """Offer a new picture to every tile, and paint."""
        for tile in self.tiles:
            assert tile.offer(self.noise(tile))
        self.paint()

    def wrote(self) -> str:
        """Return what a new picture of every tile writes."""
        self.output.clear()
        self.offer()
        return "".join(self.output)

    def paint(self) -> None:
        self.now += 1.0
        self.plane.paint(self.tiles)

    async def is_right(self) -> None:
        """Every cell is what the compositor would draw."""
        await self.pilot.pause()
        strips = self.app.screen._compositor.render_strips()
        for y, (painted, strip) in enumerate(zip(self.screen.rows, strips, strict=True)):
            assert list(map(seen, painted)) == cells_of(strip), f"row {y}"


def seen(cell: Cell) -> Cell:
    """Return the cell without the colour that nothing of it is drawn in."""
    return replace(cell, fg=None) if cell.char == " " else cell


def cells_of(strip: Strip) -> list[Cell]:
    cells = []
    for text, style, _ in strip:
        fg, bg = (None, None) if style is None else (style.color, style.bgcolor)
        if style is not None and style.reverse:
            fg, bg = bg, fg
        for character in text:
            cells.append(seen(Cell(character, _rgb(fg), _rgb(bg))))
            if character in "漢字":
                cells.append(Cell("", _rgb(fg), _rgb(bg)))
    return cells


def _rgb(colour: Color | None) -> Any:
    if colour is None or colour.triplet is None:
        return None if colour is None else colour.number
    return tuple(colour.triplet)


def place_asked(output: list[str]) -> tuple[int, int]:
    """Return x and y of the cursor when the terminal was asked for it, which was once."""
    before, _, after = "".join(output).partition("\x1b[6n")
    assert "\x1b[6n" not in after
    row, column = before.rpartition("\x1b[")[2].removesuffix("H").split(";")
    return int(column) - 1, int(row) - 1


def answered(budget: int) -> Pacer:
    """Return a pacer that knows its terminal."""
    pacer = Pacer(budget)
    pacer.asked(98.0, 0)
    pacer.answered(98.01, 0)
    return pacer


@asynccontextmanager
async def tiles_in_a_terminal(
    *, budget: int = 100_000_000, pacer: Pacer | None = None
) -> AsyncIterator[Rig]:
    app = Tiles()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        plane = VideoPlane(app, pacer or answered(budget), clock=lambda: rig.now)
        rig = Rig(app, pilot, plane)
        await pilot.pause()
        yield rig


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
