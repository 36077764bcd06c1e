"""How an agent speaks: events, answers, and states of which only the newest counts."""

from __future__ import annotations

from typing import Protocol

from proconf_tui.agent.lines import LineWriter
from proconf_tui.control import codec
from proconf_tui.control.events import Event, name_of


class Printer(Protocol):
    """Takes what an agent has to say, in the event loop, and never makes it wait."""

    def event(self, event: Event) -> None:
        """Say what happened."""

    def newest(self, state: Event) -> None:
        """Say how things are; an unread one of the same kind is replaced."""

    def result(self, id_: int, result: object) -> None:
        """Answer a command."""

    def failure(
        self, id_: int | None, code: str, message: str, choices: tuple[str, ...] = ()
    ) -> None:
        """Answer a command that failed; ``choices`` could be asked for instead."""


class JsonPrinter:
    """The control link's lines."""

    def __init__(self, lines: LineWriter) -> None:
        self._lines = lines

    def event(self, event: Event) -> None:
        self._lines.put(codec.encode_event(event))

    def newest(self, state: Event) -> None:
        self._lines.put_newest(name_of(state), codec.encode_event(state))

    def result(self, id_: int, result: object) -> None:
        self._lines.put(codec.encode_result(id_, result))

    def failure(
        self, id_: int | None, code: str, message: str, choices: tuple[str, ...] = ()
    ) -> None:
        self._lines.put(codec.encode_error(id_, code, message, choices))
