"""What every screen of the program shares: what it is given, and what it may be told."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import SystemCommand
from textual.notifications import Notification, SeverityLevel
from textual.screen import Screen

from proconf_tui.control.commands import Command
from proconf_tui.control.events import Event, RoomAwaiting
from proconf_tui.control.screen import DeviceList, Levels, OpenedDevices, RoomSnapshot
from proconf_tui.errors import ProconfError
from proconf_tui.tui.bindings import Action
from proconf_tui.tui.bridge import Bridge
from proconf_tui.tui.names import Names
from proconf_tui.tui.session import Session
from proconf_tui.tui.textual_private import notify_instead
from proconf_tui.tui.video.feed import VideoFeed, Wanted
from proconf_tui.tui.video.picture_settings import PictureChoice
from proconf_tui.tui.video.plane import VideoPlane
from proconf_tui.tui.video.tile import VideoTile
from proconf_tui.tui.words import one_line

_TOLD_FOR_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Context:
    """What the screens work with; ``actions`` is the table with the user's keys in it.

    ``pictures`` is how tiles are drawn now, by ``plane``.
    """

    session: Session
    bridge: Bridge
    feed: VideoFeed
    actions: Sequence[Action]
    pictures: PictureChoice
    plane: VideoPlane
    names: Names


class BaseScreen(Screen[None]):
    """A screen that is no dialog; the app tells it what comes from the agent."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._told_until: dict[str, float] = {}
        self._newest: dict[str, Notification] = {}

    async def show_all(self, events: Sequence[Event]) -> None:
        """Show what has come at once, the oldest first."""
        for event in events:
            if isinstance(event, RoomSnapshot):
                await self.show_snapshot(event)
            elif isinstance(event, Levels):
                await self.show_levels(event)

    async def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        """Show the newest state of the room."""

    def show_awaiting(self, event: RoomAwaiting) -> None:
        """Say why one waits."""

    async def show_levels(self, levels: Levels) -> None:
        """Show how loud everybody is."""

    def devices_listed(self, devices: DeviceList) -> None:
        """Offer these devices."""

    def devices_opened(self, opened: OpenedDevices) -> None:
        """Show which devices are in use, and which are not and why."""

    @property
    def is_talking_by_key(self) -> bool:
        """Whether one is heard only as long as a key is held."""
        return False

    def agent_stopped(self) -> None:
        """Say that the media process is being started again."""

    def keys_went_away(self) -> None:
        """Expect no more of any key that is held: the terminal has lost the focus."""

    def palette_commands(self) -> Iterable[SystemCommand]:
        """Return what the command palette offers here."""
        yield SystemCommand("leave", "Leave", self.app.action_quit)

    def wanted_tiles(self) -> dict[Wanted, VideoTile]:
        """Return the tiles that want pictures now."""
        return {}

    def tell(
        self, text: str, severity: SeverityLevel = "information", *, kind: str | None = None
    ) -> None:
        """Show a short notice, once while it is to be seen; the text may come from others.

        One of some ``kind`` takes the place of the one before of that kind.
        """
        line, now = one_line(text), time.monotonic()
        self._told_until = {one: at for one, at in self._told_until.items() if now < at}
        if line in self._told_until:
            return
        if kind is None:
            self._told_until[line] = now + _TOLD_FOR_S
        notice = Notification(line, severity=severity, timeout=_TOLD_FOR_S, markup=False)
        notify_instead(self.app, notice, self._newest.get(kind) if kind else None)
        if kind:
            self._newest[kind] = notice

    def send(self, command: Command) -> None:
        """Send a command; if it is refused, say why."""
        self.run_worker(self._send(command), group="commands")

    async def _send(self, command: Command) -> None:
        try:
            await self.context.bridge.call(command)
        except ProconfError as error:
            self.tell(error.message, "warning")
