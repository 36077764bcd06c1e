"""Tiles in an app under the pilot that writes as into a terminal, and what it writes painted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from rich.color import Color
from textual.app import App, ComposeResult
from textual.containers import Container, Grid, VerticalScroll
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

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
