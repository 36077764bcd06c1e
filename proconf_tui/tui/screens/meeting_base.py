"""What the meeting's actions work with: the newest snapshot, and whom the keys act on.

Each action is a method ``do_NAME``; who may do it stands in the table of `bindings`.
"""

from __future__ import annotations

from proconf_tui.control.screen import LobbyPeerInfo, PeerInfo, RoomSnapshot
from proconf_tui.tui.bindings import PANES, Action, Pane
from proconf_tui.tui.people import am_moderator, others
from proconf_tui.tui.screens.base import BaseScreen, Context
from proconf_tui.tui.widgets.chat import ChatPane
from proconf_tui.tui.widgets.lobby import LobbyPane
from proconf_tui.tui.widgets.participants import ParticipantsPane


class MeetingBase(BaseScreen):
    """The part of the meeting screen that all its actions share."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context)
        self.snapshot = snapshot

    @property
    def am_moderator(self) -> bool:
        return am_moderator(self.snapshot)

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

    def action_named(self, name: str) -> Action:
        """Return the row of the table."""
        return next(action for action in self.context.actions if action.name == name)

    def selected_other(self) -> PeerInfo | None:
        """Return who the cursor is on, or the only other one; else None, with a notice."""
        selected = self.people_pane.selected
        everybody_else = others(self.snapshot)
        if len(everybody_else) == 1:
            return everybody_else[0]
        for peer in everybody_else:
            if selected is not None and peer.peer_id == selected.peer_id:
                return peer
        self.tell("Select somebody else in the list of people first (tab, then arrows).")
        return None

    def selected_waiting(self) -> LobbyPeerInfo | None:
        """Return who the lobby's cursor is on; None, with a notice, if nobody waits."""
        selected = self.lobby_pane.selected
        if selected is None:
            self.tell("Nobody is waiting to be let in.")
        return selected
