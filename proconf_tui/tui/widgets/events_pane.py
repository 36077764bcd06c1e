"""The pane of events: what happened, with times."""

from __future__ import annotations

from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.widgets.log_view import GAP, Line, LogView
from proconf_tui.tui.widgets.row_list import Piece
from proconf_tui.tui.words import clock


class EventsPane(LogView):
    """Announcements, the newest at the bottom."""

    def __init__(self) -> None:
        super().__init__("Nothing has happened yet", widget_id="events", classes="pane")
        self.border_title = "Events"

    def announce(self, announcement: Announcement, at: float) -> None:
        """Add a line for something that happened at ``at``, seconds since the epoch."""
        tone = "quiet" if announcement.tone == "plain" else announcement.tone
        self.add(Line(clock(at), None, Piece(announcement.text, tone)))

    def missed(self) -> None:
        """Show that some of what happened is not here."""
        self.add(GAP)
