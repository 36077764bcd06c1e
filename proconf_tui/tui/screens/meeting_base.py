"""What the meeting's actions work with: the newest snapshot, and whom the keys act on.

Each action is a method ``do_NAME``; who may do it stands in the table of `bindings`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from typing import Final

from textual.app import SystemCommand

from proconf_tui.control.commands import Command
from proconf_tui.control.screen import LobbyPeerInfo, PeerInfo, RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.bindings import PANES, Action, Pane
from proconf_tui.tui.people import am_moderator, is_away, others
from proconf_tui.tui.screens.base import BaseScreen, Context
from proconf_tui.tui.widgets.chat import ChatPane
from proconf_tui.tui.widgets.events_pane import EventsPane
from proconf_tui.tui.widgets.lobby import LobbyPane
from proconf_tui.tui.widgets.participants import ParticipantsPane

_AWAY = "Reconnecting: that works again when the connection is back."
MOST_NOTICES: Final = 4
"""Of one turn; more hide each other."""

# What takes a number, is the palette itself, or moves about.
_NOT_IN_PALETTE = ("pin", "palette", "cursor", "next", "prev")


class MeetingBase(BaseScreen):
    """The part of the meeting screen that all its actions share."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context)
        self.snapshot = snapshot
        self._to_announce: list[Announcement] = []
        self._is_taking = False

    async def show_people(self) -> None:
        """Show everybody as they are now."""

    def show_chat(self) -> None:
        """Show what has been said, and what waits to be."""

    def uncover_chat(self) -> None:
        """Bring the chat into sight where it shares its place."""

    def action_perform(self, name: str, *arguments: int) -> None:
        """Carry out an action of the table, or say why it is not for this person."""
        action = self.action_named(name)
        if action.moderators_only and not self.am_moderator:
            self.tell(f"Only moderators can do that ({action.label}).", "warning")
        elif action.needs_server and self.is_away:
            self.tell_away()
        else:
            getattr(self, f"do_{name}")(*arguments)

    def palette_commands(self) -> Iterable[SystemCommand]:
        for action in self.context.actions:
            if action.name.startswith(_NOT_IN_PALETTE):
                continue
            if self.am_moderator or not action.moderators_only:
                shown = f"{action.label}  ({action.shown_key})"
                yield SystemCommand(
                    shown, action.description, partial(self.action_perform, action.name)
                )

    def announce(self, announcement: Announcement) -> None:
        """Add a line to what has happened; an urgent one is a notice too."""
        self._to_announce.append(announcement)
        if not self._is_taking:
            self.announce_all()

    def announce_all(self) -> None:
        """Add all lines that wait for the others of their turn."""
        lines, self._to_announce = self._to_announce, []
        if not lines:
            return
        self.query_one(EventsPane).announce(lines, time.time())
        for line in [one for one in lines if one.is_urgent][-MOST_NOTICES:]:
            is_calm = line.tone in ("plain", "good")
            self.tell(line.text, "information" if is_calm else "warning")

    def name_of(self, peer_id: PeerId) -> str:
        """Return what somebody is called here, be they here or gone."""
        return self.context.names.of(peer_id)

    @property
    def am_moderator(self) -> bool:
        return am_moderator(self.snapshot)

    @property
    def is_away(self) -> bool:
        """Whether the connection is broken and being made again."""
        return is_away(self.snapshot)

    @property
    def pane(self) -> Pane | None:
        """The pane that has the focus, or holds what has it."""
        node = self.focused
        while node is not None:
            for pane in PANES:
                if node.id == pane:
                    return pane
            node = node.parent if node.parent is not self else None  # type: ignore[assignment]
        return None

    @property
    def people_pane(self) -> ParticipantsPane:
        return self.query_one(ParticipantsPane)

    @property
    def lobby_pane(self) -> LobbyPane:
        return self.query_one(LobbyPane)

    @property
    def chat_pane(self) -> ChatPane:
        return self.query_one(ChatPane)

    def send(self, command: Command) -> None:
        """Send a command that needs the server, or say why it cannot be done now."""
        if self.is_away:
            self.tell_away()
        else:
            self.send_anyway(command)

    def send_anyway(self, command: Command) -> None:
        """Send a command that does something even while the connection is broken."""
        super().send(command)

    def tell_away(self) -> None:
        """Say that the connection is broken."""
        self.tell(_AWAY, "warning")

    def action_named(self, name: str) -> Action:
        """Return the row of the table."""
        return next(action for action in self.context.actions if action.name == name)

    @property
    def other(self) -> PeerInfo | None:
        """Whom keys act on: whoever the cursor is on, if it is not me, or the only other one."""
        everybody_else = others(self.snapshot)
        if len(everybody_else) == 1:
            return everybody_else[0]
        selected = self.people_pane.selected
        wanted = selected.peer_id if selected is not None else None
        return next((peer for peer in everybody_else if peer.peer_id == wanted), None)

    def selected_other(self) -> PeerInfo | None:
        """Return whom keys act on; None, with a notice, if they act on nobody."""
        if self.other is None:
            self.tell("Select somebody else in the list of people first (tab, then arrows).")
        return self.other

    def selected_waiting(self) -> LobbyPeerInfo | None:
        """Return who the lobby's cursor is on; None, with a notice, if nobody waits."""
        selected = self.lobby_pane.selected
        if selected is None:
            self.tell("Nobody is waiting to be let in.")
        return selected
