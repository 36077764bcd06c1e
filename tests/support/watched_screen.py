"""The screen as a program that tells which cells it believes to show, and puts things over tiles.

    python -m tests.support.watched_screen OPTIONS

OPTIONS are those of `screen_program`, and ``told``, a file. F12 writes into it all cells of the
screen, as the compositor has them, and where each person's tile is. F5 shows a notice that stays,
F6 takes all notices away. F7 puts a tile into a box that is too small for it, F8 scrolls it there,
F9 takes the box away. No row of a picture is drawn anew without need, which would heal wrong cells.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import ClassVar, Final

from rich.color import Color, ColorType
from rich.segment import Segment
from textual._context import visible_screen_stack
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui import app, launch
from proconf_tui.tui.app import Kind, ProconfApp
from proconf_tui.tui.options import TuiOptions
from proconf_tui.tui.screens.base import BaseScreen
from proconf_tui.tui.screens.meeting import MeetingScreen
from proconf_tui.tui.video import cells
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.tile import VideoTile
from tests.support.ansi import Cell, Colour

BOXED: Final = PeerId("boxed")
"""Whose picture the tile in the box shows."""

_TUI: Final = Path(app.__file__).parent
_NEVER: Final = 1 << 30
_told = Path()


class Box(VerticalScroll):
    """Clips a tile at its upper and lower edge."""

    DEFAULT_CSS = """
    Box { layer: above; dock: left; width: 40; height: 9; border: round red; }
    Box VideoTile { height: 10; }
    """

    def compose(self) -> ComposeResult:
        yield Static("\n".join(f"line {number}" for number in range(4)))
        yield VideoTile(BOXED, "Boxed")
        yield Static("\n".join(f"line {number}" for number in range(4, 8)))


class CoveredMeeting(MeetingScreen):
    """The meeting, with a box in front of its tiles now and then."""

    CSS_PATH = str(_TUI / "screens" / "meeting.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "add_box"),
        Binding("f8", "scroll_box"),
        Binding("f9", "remove_box"),
    ]

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        boxed = {Wanted(BOXED): box.query_one(VideoTile) for box in self.query(Box)}
        return super().wanted_tiles() | boxed

    async def action_add_box(self) -> None:
        await self.query_one("#stage").mount(Box())

    def action_scroll_box(self) -> None:
        self.query_one(Box).scroll_relative(y=3, animate=False)

    async def action_remove_box(self) -> None:
        await self.query_one(Box).remove()


class WatchedApp(ProconfApp):
    """Tells its cells when asked to."""

    CSS_PATH = str(_TUI / "app.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "add_notice", priority=True),
        Binding("f6", "remove_notices", priority=True),
        Binding("f12", "tell_cells", priority=True),
    ]

    def _make(self, kind: Kind) -> BaseScreen:
        if kind == "meeting" and self.session.snapshot is not None:
            return CoveredMeeting(self.context, self.session.snapshot)
        return super()._make(kind)

    def action_add_notice(self) -> None:
        self.notify("A notice over tiles, in\nthree\nlines", timeout=600)

    def action_remove_notices(self) -> None:
        self.clear_notifications()

    def action_tell_cells(self) -> None:
        visible_screen_stack.set(self._background_screens)
        strips = self.screen._compositor.render_strips()
        rows = [[cell for segment in strip for cell in _cells(segment)] for strip in strips]
        places = {
            wanted.peer_id or "": tuple(tile.region)
            for wanted, tile in self.base_screen.wanted_tiles().items()
        }
        cells_told = [[(cell.char, cell.fg, cell.bg) for cell in row] for row in rows]
        new = _told.with_suffix(".new")
        new.write_text(json.dumps({"cells": cells_told, "places": places}))
        new.replace(_told)


def _cells(segment: Segment) -> list[Cell]:
    style = segment.style
    fg = bg = None
    if style is not None:
        fg, bg = _colour(style.color), _colour(style.bgcolor)
        if style.reverse:
            fg, bg = bg, fg
    return [Cell(character, fg, bg) for character in segment.text]


def _colour(color: Color | None) -> Colour:
    if color is None or color.type is ColorType.DEFAULT:
        return None
    if color.triplet is not None:
        red, green, blue = color.triplet
        return red, green, blue
    return color.number


def main() -> int:
    """Run as the module's docstring says."""
    global _told  # noqa: PLW0603 - the app is made by `launch`, which hands nothing on
    settings = json.loads(sys.argv[1])
    _told = Path(settings.pop("told"))
    command = settings.pop("agent_command")
    log_file = Path(settings.pop("log_file"))
    cells.RENEWAL_FRAMES = _NEVER  # type: ignore[misc]
    app.ProconfApp = WatchedApp  # type: ignore[misc]
    result = launch.launch(TuiOptions(**settings, log_file=log_file), command)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main())
