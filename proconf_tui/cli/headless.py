"""A meeting without a screen: the agent in this process, speaking to people or to a program."""

from __future__ import annotations

import sys

from proconf_tui.agent.lines import LineWriter
from proconf_tui.agent.main import Ending, Headless, run_headless
from proconf_tui.agent.printer import JsonPrinter
from proconf_tui.cli.human import Storyteller
from proconf_tui.control.commands import OpenDevices
from proconf_tui.control.events import Event, RoomClosed
from proconf_tui.control.results import Place
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.text import clean
from proconf_tui.tui import outcome
from proconf_tui.tui.entry import entry_of
from proconf_tui.tui.options import TuiOptions, TuiResult


def take_part(options: TuiOptions, *, is_json: bool) -> int:
    """Start or join the meeting, stay until it ends, and return the exit status."""
    ending = run_headless(
        Headless(
            devices=OpenDevices(options.mic, options.camera, options.speaker),
            processing=options.processing,
            entry=entry_of(options, options.find_server()),
            make_printer=JsonPrinter if is_json else HumanPrinter,
            takes_commands=is_json,
            log=options.log_file,
            problem=options.server_problem,
        )
    )
    result = _result(ending)
    if result.message:
        print(f"proconf-tui: {result.message}", file=sys.stderr)
    return result.exit_code


def _result(ending: Ending) -> TuiResult:
    if isinstance(ending, ProconfError):
        return outcome.of_error(ending)
    if isinstance(ending, RoomClosed):
        return outcome.of_closing(ending)
    return outcome.LEFT


class HumanPrinter:
    """Says the agent's events as lines for people."""

    def __init__(self, lines: LineWriter) -> None:
        self._lines = lines
        self._teller = Storyteller()

    def event(self, event: Event) -> None:
        line = self._teller.tell(event)
        if line is not None:
            self._say(line)

    def newest(self, state: Event) -> None:
        """Say nothing: only a screen shows states."""

    def result(self, id_: int, result: object) -> None:
        if isinstance(result, Place):
            if (line := self._teller.meet(result)) is not None:
                self._say(line)
            if result.invite_url is not None:
                self._say(f"Invite: {clean(result.invite_url)}")

    def failure(
        self, id_: int | None, code: str, message: str, choices: tuple[str, ...] = ()
    ) -> None:
        """Say nothing: the one that matters ends the program, which says it."""

    def _say(self, line: str) -> None:
        self._lines.put(f"{line}\n".encode(errors="replace"))
