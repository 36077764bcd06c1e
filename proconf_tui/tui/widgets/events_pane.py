"""The pane of events: what happened, with times."""

from __future__ import annotations

from collections.abc import Sequence

from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.repeats import Entry, add
from proconf_tui.tui.widgets.log_view import GAP, Line, LogView
from proconf_tui.tui.widgets.row_list import Piece
from proconf_tui.tui.words import clock


class EventsPane(LogView):
    """Announcements, the newest at the bottom."""

    def __init__(self) -> None:
        super().__init__("Nothing has happened yet", widget_id="events", classes="pane")
        self.border_title = "Events"
        self._entries: list[Entry] = []

    def announce(self, announcements: Sequence[Announcement], at: float) -> None:
        """Add lines for what happened by ``at``, seconds since the epoch."""
        for announcement in announcements:
            add(self._entries, announcement, at)
        self._show()

    def missed(self) -> None:
        """Show that some of what happened is not here."""
        self._entries.append(Entry(None))
        self._show()

    def _show(self) -> None:
        self.set_lines([_line(entry) for entry in self._entries])


def _line(entry: Entry) -> Line:
    if entry.what is None:
        return GAP
    tone = "quiet" if entry.what.tone == "plain" else entry.what.tone
    return Line(clock(entry.at), None, Piece(entry.text, tone))
