"""A dialog around one list, moved in and chosen from by keys and mouse."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.tui.widgets.row_list import Row, RowList

_MOST_ROWS = 14


class ListDialog(ModalScreen[None]):
    """Subclasses give the rows, and say what choosing one of them does."""

    CSS_PATH = "list_dialog.tcss"
    HEADING = ""
    HINT = "esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = self.HEADING
            yield Static("", id="note")
            yield RowList(widget_id="rows")
            yield Static("", id="hint")

    def on_mount(self) -> None:
        self.redraw()
        self.row_list.focus()

    @property
    def row_list(self) -> RowList:
        return self.query_one("#rows", RowList)

    def redraw(self) -> None:
        """Show what is so now; before it is shown at all, do nothing."""
        if not self.query("#hint"):
            return
        rows = self.rows()
        self.row_list.styles.height = max(1, min(len(rows), _MOST_ROWS))
        self.row_list.show_rows(rows)
        note = self.query_one("#note", Static)
        note.update(Content(self.note()))
        note.display = bool(self.note())
        self.query_one("#hint", Static).update(Content(self.hint()))

    def on_click(self, event: events.Click) -> None:
        if event.widget is self.row_list:
            self.action_choose()

    def action_move(self, rows: int) -> None:
        self.row_list.move(rows)

    def action_choose(self) -> None:
        self.choose(self.row_list.cursor)

    def rows(self) -> list[Row]:
        """Return the list as it is now."""
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
