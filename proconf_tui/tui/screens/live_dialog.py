"""A dialog that stays true while it is open: the meeting tells it every change of the room."""

from __future__ import annotations

from proconf_tui.control.screen import RoomSnapshot
from proconf_tui.tui.people import am_moderator
from proconf_tui.tui.screens.list_dialog import ListDialog


class LiveDialog(ListDialog):
    """A list for moderators; it closes with escape, or when one is no moderator any more.

    Subclasses give the rows of a snapshot, and say what choosing one of them does.
    """

    def __init__(self, snapshot: RoomSnapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        """Show the newest state of the room."""
        self.snapshot = snapshot
        if am_moderator(snapshot):
            self.redraw()
        elif self.is_current:
            self.dismiss()
