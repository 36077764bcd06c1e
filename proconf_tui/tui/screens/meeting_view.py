"""Moving about: panes, cursor, layout of the tiles."""

from __future__ import annotations

from typing import Final

from textual.widget import Widget

from proconf_tui.tui.bindings import PANES, Pane
from proconf_tui.tui.screens.meeting_base import MeetingBase
from proconf_tui.tui.video.grid import VideoGrid
from proconf_tui.tui.widgets.chat import ChatInput
from proconf_tui.tui.widgets.log_view import LogView
from proconf_tui.tui.widgets.picture_statistics import rows_of
from proconf_tui.tui.widgets.row_list import Row, RowList

_WITHOUT_PANES: Final = "-pictures-only"


class ViewActions(MeetingBase):
    """Actions of the group "View"."""

    @property
    def grid(self) -> VideoGrid:
        return self.query_one(VideoGrid)

    def do_layout(self) -> None:
        self.grid.toggle_layout()

    def pictures_rows(self, *, is_wide: bool) -> list[Row]:
        """Return how pictures are drawn, and how that goes."""
        context = self.context
        return rows_of(context.pictures.mode, context.plane.statistics, is_wide=is_wide)

    def do_pixels(self) -> None:
        mode = self.context.pictures.change_mode()
        self.tell(f"Pictures are drawn in {mode.label}.", kind="pixels")
        self.context.feed.watch(self.wanted_tiles())

    def do_fit(self) -> None:
        is_whole = self.context.pictures.change_fit() == "letterbox"
        how = "Pictures are shown whole." if is_whole else "Pictures fill their tiles."
        self.tell(how, kind="fit")
        self.grid.rearrange()
        self.context.feed.watch(self.wanted_tiles())

    def do_pin(self, number: int = 1) -> None:
        subject = self.grid.subject_at(number)
        if subject is None:
            self.tell(f"Nobody has the number {number}.")
        else:
            self.grid.pin(subject.key)

    def do_screen(self) -> None:
        if not self.grid.pin_next_screen():
            self.tell("Nobody shares a screen.")

    def do_panes(self) -> None:
        self.toggle_class(_WITHOUT_PANES)
        if self.has_class(_WITHOUT_PANES):
            self.grid.focus()

    def do_next_pane(self) -> None:
        self._go(1)

    def do_previous_pane(self) -> None:
        self._go(-1)

    def do_cursor_down(self) -> None:
        self._move(1)

    def do_cursor_up(self) -> None:
        self._move(-1)

    def uncover_chat(self) -> None:
        self.remove_class(_WITHOUT_PANES)
        self.query_one("#side").remove_class("-events")

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the focus; what has none comes into sight, as does one of two in a place."""
        if pane != "video":
            self.remove_class(_WITHOUT_PANES)
        if pane in ("events", "chat"):
            self.query_one("#side").set_class(pane == "events", "-events")
        widget = self.query_one(ChatInput) if pane == "chat" else self.query_one(f"#{pane}", Widget)
        widget.focus()

    def _go(self, step: int) -> None:
        panes = [pane for pane in PANES if pane != "lobby" or self.lobby_pane.display]
        here = self.pane
        index = panes.index(here) + step if here in panes else 0
        self.focus_pane(panes[index % len(panes)])

    def _move(self, rows: int) -> None:
        focused = self.focused
        if isinstance(focused, RowList):
            focused.move(rows)
        elif isinstance(focused, LogView):
            focused.scroll_relative(y=rows, animate=False)
        elif self.pane == "chat":
            self.chat_pane.log_view.scroll_relative(y=rows, animate=False)
        else:
            self.people_pane.move(rows)
