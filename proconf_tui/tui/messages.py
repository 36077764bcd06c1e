"""Textual messages for the app: what comes from the agent, what becomes of it, and the end."""

from __future__ import annotations

from textual.message import Message

from proconf_tui.control.events import Event
from proconf_tui.tui.options import TuiResult


class AgentEvent(Message, bubble=False):
    """One event of the control link."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class EventsDue(Message, bubble=False):
    """Events of the agent wait to be taken."""


class AgentRestarting(Message, bubble=False):
    """The agent stopped by itself and is started again."""


class AgentGone(Message, bubble=False):
    """The agent is not coming back; ``sentence`` says why and what to do."""

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__()
        self.sentence = sentence
        self.code = code


class EndWanted(Message, bubble=False):
    """The program is to end: a signal came, or a thread crashed. May be posted from any thread."""

    def __init__(self, result: TuiResult) -> None:
        super().__init__()
        self.result = result


class KeyUp(Message):
    """A key was let go, told to whoever has the focus as its press was: so it comes after that."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class KeyReleased(Message, bubble=False):
    """A key was let go; only terminals that can tell do. ``key`` is Textual's name of it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
