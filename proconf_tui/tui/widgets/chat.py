"""The chat: its log, and the line one writes in. Sending is somebody else's business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

from proconf_tui.control.screen import ChatInfo
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import CHAT_CHARACTERS
from proconf_tui.tui.names import Names
from proconf_tui.tui.slash import EVERYBODYS, MODERATORS
from proconf_tui.tui.widgets.log_view import GAP, Line, LogView
from proconf_tui.tui.widgets.row_list import Piece
from proconf_tui.tui.words import clock, many_lines, name_of

_NAME_CELLS: Final = 24
_NUMBER: Final = re.compile(r" \(\d+\)$")
_JOINERS: Final = ("\u200c", "\u200d")
"""No character that is seen, but Persian words and families of emoji need them."""

_COMMANDS: Final = [
    words.removesuffix("TEXT").rstrip().removesuffix("NAME") for words in (*EVERYBODYS, *MODERATORS)
]


class ChatInput(Input):
    """The line one writes in; escape gives the keys back to the meeting.

    What is typed over a slow line comes in bursts: the line is taken as it is at its Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "done", show=False)]

    class Done(Message):
        """Escape was pressed."""

    class Taken(Message):
        """Enter was pressed, and the line is empty again."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def action_done(self) -> None:
        self.post_message(self.Done())

    def on_key(self, event: events.Key) -> None:
        # Here, not as bindings: those come after the letters which are on their way already.
        if not event.is_printable and self.write(event):
            event.stop()

    def write(self, event: events.Key) -> bool:
        """Do what the key says, if it is one that writes; return whether it is."""
        if event.key == "enter":
            self._hand_on()
        elif event.key == "backspace":
            self.action_delete_left()
        elif event.character and (event.is_printable or event.character in _JOINERS):
            self.replace(event.character, *self.selection)
        else:
            return False
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Paste all the lines as one; the first alone would be what is pasted else."""
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.splitlines()), *self.selection)

    def _hand_on(self) -> None:
        self.post_message(self.Taken(self.value))
        self.clear()


class Pending(NamedTuple):
    """A line that is not said yet: it is held until the connection is back."""

    text: str
    to_name: str | None


class Conversation(NamedTuple):
    """What there is to read. ``gaps`` are the lines after which some may have been missed; None
    is for a gap before all of them."""

    chat: Sequence[ChatInfo]
    my_id: PeerId | None
    names: Names
    gaps: Sequence[ChatInfo | None] = ()
    pending: Sequence[Pending] = ()


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

    def show(self, conversation: Conversation) -> None:
        """Show exactly this."""
        self.log_view.set_lines(_lines(conversation))

    def give_back(self, text: str) -> None:
        """Let a line that could not be sent be changed, unless another one is being written."""
        line = self.query_one(ChatInput)
        if not line.value:
            line.value = text
            line.cursor_position = len(text)

    def on_chat_input_taken(self, event: ChatInput.Taken) -> None:
        event.stop()
        if text := event.line.strip():
            self.post_message(self.Entered(text))


def _lines(conversation: Conversation) -> list[Line]:
    lines = [GAP] if None in conversation.gaps else []
    for said in conversation.chat:
        lines.append(_said(said, conversation))
        if said in conversation.gaps:
            lines.append(GAP)
    return lines + [_held(pending) for pending in conversation.pending]


def _said(said: ChatInfo, conversation: Conversation) -> Line:
    is_mine = said.from_peer_id == conversation.my_id
    name = "You" if is_mine else _short(_writer(said, conversation))
    at, text = clock(said.said_at), many_lines(said.text)
    if not said.is_private:
        return Line(at, Piece(name, "accent" if is_mine else "who"), Piece(text))
    to = conversation.names.of(said.to_peer_id) if is_mine and said.to_peer_id else "you"
    return Line(at, Piece(f"{name} → {_short(to)}", "warning"), Piece(f"(private) {text}"))


def _writer(said: ChatInfo, conversation: Conversation) -> str:
    return conversation.names.of_writer(said.from_peer_id, said.from_name)


def _short(name: str) -> str:
    """Return a name in few cells; the number at its end tells it from others and stays."""
    number = _NUMBER.search(name)
    end = number[0] if number else ""
    return name_of(name.removesuffix(end), _NAME_CELLS - len(end)) + end


def _held(pending: Pending) -> Line:
    who = "You" if pending.to_name is None else f"You → {_short(pending.to_name)}"
    return Line("  …  ", Piece(who, "quiet"), Piece(f"{many_lines(pending.text)} (waits)", "quiet"))
