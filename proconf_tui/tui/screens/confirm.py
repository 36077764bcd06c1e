"""A question with a few answers, each with a key of its own; escape answers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from proconf_tui.tui.bindings import shown
from proconf_tui.tui.widgets.row_list import Piece, Row, RowList


class Choice(NamedTuple):
    """One answer: ``value`` is what the dialog returns."""

    key: str
    value: str
    label: str
    is_dangerous: bool = False


class ConfirmScreen(ModalScreen[str | None]):
    """Returns the chosen value, or None; the cursor begins on the first unless told otherwise."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "nothing", show=False),
        Binding("enter", "choose", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
    ]

    def __init__(
        self, title: str, text: str, choices: Sequence[Choice], *, cursor: int = 0
    ) -> None:
        super().__init__()
        self._cursor = cursor
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            if self._text:
                yield Static(Content(self._text), id="question")
            yield RowList(widget_id="answers")
            yield Static(Content("enter chooses · esc goes back"), id="hint")

    def on_mount(self) -> None:
        answers = self.query_one("#answers", RowList)
        answers.styles.height = min(len(self._choices), 12)
        answers.show_rows([_row(choice) for choice in self._choices])
        answers.cursor = self._cursor
        answers.focus()

    def on_key(self, event: events.Key) -> None:
        for choice in self._choices:
            if choice.key in (event.character, event.key):
                event.stop()
                self.dismiss(choice.value)
                return

    def on_click(self, event: events.Click) -> None:
        if event.widget is self.query_one("#answers"):
            self.action_choose()

    def action_move(self, rows: int) -> None:
        self.query_one("#answers", RowList).move(rows)

    def action_choose(self) -> None:
        self.dismiss(self._choices[self.query_one("#answers", RowList).cursor].value)

    def action_nothing(self) -> None:
        self.dismiss(None)


def _row(choice: Choice) -> Row:
    tone = "bad" if choice.is_dangerous else "text"
    return [Piece(f" {shown(choice.key)} ", "accent"), Piece(f" {choice.label}", tone)]
