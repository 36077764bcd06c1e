"""The chat: its log, and the line one writes in. Sending is somebody else's business."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

from proconf_tui.control.screen import ChatInfo
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import CHAT_CHARACTERS
from proconf_tui.tui.slash import EVERYBODYS, MODERATORS
from proconf_tui.tui.widgets.log_view import Line, LogView
from proconf_tui.tui.widgets.row_list import Piece
from proconf_tui.tui.words import clock, many_lines, name_of

_COMMANDS = [words.removesuffix("NAME") for words in (*EVERYBODYS, *MODERATORS)]


class ChatInput(Input):
    """The line one writes in; escape gives the keys back to the meeting."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "done", show=False)]

    class Done(Message):
        """Escape was pressed."""

    def action_done(self) -> None:
        self.post_message(self.Done())


class ChatPane(Vertical):
    """Everything said in the room, and the input line."""

    class Entered(Message):
        """A line was entered; it is not empty."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(id="chat", classes="pane")
        self.border_title = "Chat"

    def compose(self) -> ComposeResult:
        log = LogView("Nothing has been said yet", widget_id="chat-log")
        log.can_focus = False
        yield log
        yield ChatInput(
            placeholder="Message · / for commands",
            max_length=CHAT_CHARACTERS,
            suggester=SuggestFromList(_COMMANDS),
            compact=True,
            id="chat-input",
        )

    @property
    def log_view(self) -> LogView:
        return self.query_one("#chat-log", LogView)

    def show(self, chat: list[ChatInfo], my_id: PeerId | None) -> None:
        """Show exactly these messages."""
        self.log_view.set_lines([_line(said, my_id) for said in chat])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        event.input.clear()
        if text:
            self.post_message(self.Entered(text))


def _line(said: ChatInfo, my_id: PeerId | None) -> Line:
    is_mine = said.from_peer_id == my_id
    who = Piece("You" if is_mine else name_of(said.from_name, 24), "accent" if is_mine else "who")
    private = "(to you) " if said.is_private else ""
    return Line(clock(said.said_at), who, Piece(private + many_lines(said.text)))
