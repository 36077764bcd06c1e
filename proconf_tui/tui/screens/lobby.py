"""Waiting: why one waits, since when, and one's own picture and loudness meanwhile."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from proconf_tui.control.events import RoomAwaiting
from proconf_tui.control.screen import Levels, RoomSnapshot
from proconf_tui.tui.entry import OFF
from proconf_tui.tui.screens.base import BaseScreen, Context
from proconf_tui.tui.video.feed import Wanted
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.widgets.meter import LevelMeter
from proconf_tui.tui.words import duration, one_line

_REASONS = {
    "WAITING_FOR_PERMISSIONS": (
        "Waiting to be let in",
        "A moderator has been told that you are here and will let you in.",
    ),
    "WAITING_FOR_ROOM_TO_START": (
        "Waiting for the meeting to start",
        "You will come in, or be asked for, as soon as its moderator starts it.",
    ),
    "WAITING_FOR_ADMIN_TO_JOIN": (
        "Waiting for a moderator",
        "No moderator is in the meeting yet; one has to come before you can be let in.",
    ),
}


class LobbyScreen(BaseScreen):
    """Leaves with ``q`` or escape."""

    CSS_PATH = "lobby.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "leave", show=False)]

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._since = time.time()
        self._reason: str | None = None
        self._tile = VideoTile(
            "me", context.session.equipment.choices.name or "You", widget_id="preview"
        )

    def compose(self) -> ComposeResult:
        with Vertical(id="waiting"):
            yield Static("", id="why")
            yield Static("", id="explained")
            yield Static("", id="since")
            with Container(id="preview-frame") as frame:
                frame.border_title = "You, seen by nobody yet"
                yield self._tile
            yield LevelMeter(widget_id="loudness")
            yield Static(Content.assemble(("q", "bold $primary"), (" leave", "$quiet")), id="hint")

    def on_mount(self) -> None:
        self._show_reason()
        self.set_interval(1.0, self._tick)

    async def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        self._show_reason()

    def show_awaiting(self, event: RoomAwaiting) -> None:
        self._show_reason()

    async def show_levels(self, levels: Levels) -> None:
        self.query_one("#loudness", LevelMeter).show(levels.microphone_dbfs)

    def agent_stopped(self) -> None:
        self.tell("The media process stopped; restarting…", "warning")

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        has_camera = self.context.session.equipment.choices.camera != OFF
        return {Wanted(None): self._tile} if has_camera else {}

    def action_leave(self) -> None:
        self.app.run_worker(self.context.session.leave(), group="leave")

    def _show_reason(self) -> None:
        awaiting = self.context.session.awaiting
        reason = awaiting.reason if awaiting else None
        if reason != self._reason:
            self._reason, self._since = reason, time.time()
        # Who has named none learns it from the room.
        name = one_line(self.context.session.room_name or "Meeting", 48)
        self.query_one("#waiting").border_title = Content(name)
        title, text = _words(awaiting)
        self.query_one("#why", Static).update(Content(title))
        self.query_one("#explained", Static).update(Content(text))
        self._tick()

    def _tick(self) -> None:
        since = f"for {duration(time.time() - self._since)}" if self._reason else ""
        for line in self.query("#since").results(Static):
            line.update(Content(since))


def _words(awaiting: RoomAwaiting | None) -> tuple[str, str]:
    if awaiting is None:
        return "Joining…", "Opening devices and connecting to the meeting."
    return _REASONS[awaiting.reason]
