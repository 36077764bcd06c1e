"""What moderators are told of the door: who knocks, who waits no longer, who is blocked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from proconf_tui.control.screen import RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.names import Named, guarded
from proconf_tui.tui.people import am_moderator, waiting
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.meeting_base import MeetingBase

_COMES_IN_WITHIN_S: Final = 1.0
"""Who is admitted has left the lobby before they are in the room."""


class DoorNews(MeetingBase):
    """Compares each snapshot with the one before."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self.denied: set[PeerId] = set()
        self._knocked: set[PeerId] = set()
        self._gone: set[PeerId] = set()
        self._blocked: set[str] | None = None

    def know_door(self) -> None:
        """Take in the newest snapshot."""
        if self.snapshot.state != "connected":
            return
        if not am_moderator(self.snapshot):
            self._knocked, self._gone, self._blocked = set(), set(), None
            return
        knocking = [peer.peer_id for peer in waiting(self.snapshot)]
        self._tell_of_new([peer_id for peer_id in knocking if peer_id not in self._knocked])
        self._mind_gone(self._knocked.difference(knocking))
        self._knocked = set(knocking)
        self._tell_of_blocked()

    def _tell_of_new(self, new: Collection[PeerId]) -> None:
        for peer_id in new:
            line = f"{self.name_of(peer_id)} asks to be let in"
            self.announce(Announcement(line, "warning", is_urgent=True))
        if new:
            self.app.bell()

    def _mind_gone(self, gone: Collection[PeerId]) -> None:
        self._gone.difference_update(peer.peer_id for peer in self.snapshot.peers)
        self._gone.difference_update(peer.peer_id for peer in self.snapshot.lobby)
        here = {peer.peer_id for peer in self.snapshot.peers}
        if left := set(gone) - here:
            self._gone |= left
            self.set_timer(_COMES_IN_WITHIN_S, lambda: self._tell_of_gone(left))

    def _tell_of_gone(self, left: Collection[PeerId]) -> None:
        for peer_id in self._gone.intersection(left):
            verb = "was not let in" if peer_id in self.denied else "waits no longer"
            self.announce(Announcement(f"{self.name_of(peer_id)} {verb}"))
        self._gone.difference_update(left)
        self.denied.difference_update(left)

    def _tell_of_blocked(self) -> None:
        before = self._blocked
        self._blocked = {one.identity for one in self.snapshot.blocked}
        for one in self.snapshot.blocked:
            if before is not None and one.identity not in before:
                name = guarded(Named(one.name or one.identity))
                self.announce(Announcement(f"{name} is blocked by a moderator", "warning"))
