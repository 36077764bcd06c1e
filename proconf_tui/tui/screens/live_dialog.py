"""A dialog that stays true while it is open: the meeting tells it every change of the room."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.control.screen import RoomSnapshot
from proconf_tui.tui.people import am_moderator
from proconf_tui.tui.widgets.row_list import Row, RowList


class LiveDialog(ModalScreen[None]):
    """A list for moderators; it closes with escape, or when one is no moderator any more.

    Subclasses give the rows of a snapshot, and say what choosing one of them does.
    """

    CSS_PATH = "live_dialog.tcss"
    HEADING = ""
    HINT = "esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
    ]

    def __init__(self, snapshot: RoomSnapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = self.HEADING
            yield Static("", id="note")
            yield RowList(widget_id="rows")
            yield Static("", id="hint")

    def on_mount(self) -> None:
        self._draw()
        self.row_list.focus()

    @property
    def row_list(self) -> RowList:
        return self.query_one("#rows", RowList)

    def show_snapshot(self, snapshot: RoomSnapshot) -> None:
        """Show the newest state of the room."""
        self.snapshot = snapshot
        if not am_moderator(snapshot):
            if self.is_current:
                self.dismiss()
        elif self.query(RowList):
            # Otherwise it is only about to be shown, and then shows this one.
            self._draw()

    def on_click(self, event: events.Click) -> None:
        if event.widget is self.row_list:
            self.action_choose()

    def action_move(self, rows: int) -> None:
        self.row_list.move(rows)

    def action_choose(self) -> None:
        self.choose(self.row_list.cursor)

    def rows(self) -> list[Row]:
        """Return what the newest snapshot makes of the list."""
        raise NotImplementedError

    def note(self) -> str:
        """Return the line above the list; empty for none."""
        return ""

    def hint(self) -> str:
        """Return the line below the list: the keys that do something now."""
        return self.HINT

    def choose(self, index: int) -> None:
        """Do what choosing this row means."""
        raise NotImplementedError

    def _draw(self) -> None:
        rows = self.rows()
        self.row_list.styles.height = max(1, min(len(rows), 12))
        self.row_list.show_rows(rows)
        note = self.query_one("#note", Static)
        note.update(Content(self.note()))
        note.display = bool(self.note())
        self.query_one("#hint", Static).update(Content(self.hint()))
