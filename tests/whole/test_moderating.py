"""The real commands in terminal panes, without devices: what two moderators and a guest see."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.meeting_panes import say
from tests.support.terminal import TmuxTerminal

pytestmark = [pytest.mark.whole, pytest.mark.timeout(240)]

PROGRAM = [sys.executable, "-m", "proconf_tui"]
NO_DEVICES = ["--camera", "none", "--mic", "none", "--speaker", "none", "--yes"]
SLOW_S = 40.0
"""How long anything may take that takes well under a second on a machine that is not busy."""


@contextlib.contextmanager
def pane(*words: str, size: tuple[int, int] = (80, 24)) -> Iterator[TmuxTerminal]:
    with TmuxTerminal(*size) as terminal:
        terminal.run([*PROGRAM, *words, *NO_DEVICES])
        yield terminal


@contextlib.contextmanager
def host(room: str = "myRoom", size: tuple[int, int] = (80, 24)) -> Iterator[TmuxTerminal]:
    with pane("start", "--room", room, "--name", "Ada", "--open", size=size) as terminal:
        terminal.wait_for(f"{room} +open", SLOW_S)
        yield terminal
        if terminal.exit_status is None:
            terminal.send_keys("C-q")
            terminal.wait_for_exit(SLOW_S)


def server_pid() -> int:
    """The server that `start` has registered in this test's own runtime directory."""
    (file,) = Path(os.environ["PROCONF_RUNTIME_DIR"], "servers").glob("*.json")
    return int(msgspec.json.decode(file.read_bytes())["pid"])


def test_two_moderators_and_a_guest() -> None:
    with host(size=(120, 40)) as ada, pane("join", "myRoom", "--name", "Bob") as bob:
        bob.wait_for("Ada", SLOW_S)
        a_reaction_is_seen(ada, bob)
        a_line_for_one_is_private(ada, bob)
        ada.send_keys("o")
        bob.wait_for("You are now a moderator", SLOW_S)
        both_see_what_either_switches(ada, bob)
        everything_is_suspended_and_comes_back(ada, bob)
        with pane("join", "myRoom", "--name", "Mallory") as mallory:
            mallory.wait_for("Ada", SLOW_S)
            who_is_blocked_is_known_by_name(ada, mallory)


def a_reaction_is_seen(ada: TmuxTerminal, bob: TmuxTerminal) -> None:
    bob.send_keys("e")
    bob.wait_for("number, or arrows", SLOW_S)
    bob.send_keys("4")
    ada.wait_for("Bob reacts 🎉", SLOW_S)
    bob.wait_until(lambda: "number, or arrows" not in bob.screen(), "the palette stays", SLOW_S)


def a_line_for_one_is_private(ada: TmuxTerminal, bob: TmuxTerminal) -> None:
    say(ada, "/to bob between us")
    bob.wait_for("Ada → you", SLOW_S)
    ada.wait_for("You → Bob", SLOW_S)


def both_see_what_either_switches(ada: TmuxTerminal, bob: TmuxTerminal) -> None:
    for terminal in (ada, bob):
        terminal.send_keys("C")
        terminal.wait_for("Room controls", SLOW_S)
    ada.send_keys("m")
    bob.send_keys("v")
    for terminal in (ada, bob):
        terminal.wait_for("m +off +microphone", SLOW_S)
        terminal.wait_for("v +off +camera", SLOW_S)
    ada.send_keys("v")
    bob.send_keys("m")
    for terminal in (ada, bob):
        terminal.wait_for("m +on +microphone", SLOW_S)
        terminal.wait_for("v +on +camera", SLOW_S)
        terminal.send_keys("Escape")
        terminal.wait_until(lambda t=terminal: "Room controls" not in t.screen(), "open", SLOW_S)  # type: ignore[misc]


def everything_is_suspended_and_comes_back(ada: TmuxTerminal, bob: TmuxTerminal) -> None:
    ada.send_keys("P")
    ada.wait_for("Suspend the meeting", SLOW_S)
    ada.send_keys("y")
    for terminal in (ada, bob):
        terminal.wait_for("myRoom +suspended", SLOW_S)
    ada.send_keys("P")
    for terminal in (ada, bob):
        terminal.wait_for("myRoom +open", SLOW_S)


def who_is_blocked_is_known_by_name(ada: TmuxTerminal, mallory: TmuxTerminal) -> None:
    ada.wait_for("Mallory joined", SLOW_S)
    ada.send_keys("c")
    ada.type_text("/kick Mallory")
    ada.send_keys("Enter")
    ada.wait_for("Remove Mallory", SLOW_S)
    ada.send_keys("b")
    assert mallory.wait_for_exit(SLOW_S) == 3, ada.screen() + mallory.screen()
    ada.wait_for("esc back", SLOW_S)
    ada.send_keys("Escape")
    ada.wait_for(lambda screen: "esc back" not in screen, SLOW_S)
    ada.send_keys("B")
    ada.wait_for(re.compile(r"Mallory +guest-"), SLOW_S)
    ada.send_keys("Enter")
    ada.wait_for("Nobody is blocked", SLOW_S)
    ada.send_keys("Escape")


def test_joining_where_two_meetings_run_and_taking_one_over() -> None:
    with host("alpha"), host("beta") as ada, pane("join", "--name", "Bob") as bob:
        bob.wait_for("Which meeting", SLOW_S)
        bob.wait_for("alpha", SLOW_S)
        bob.wait_for("beta", SLOW_S)
        wanted = "2" if re.search("2 +beta", bob.screen()) else "1"
        bob.send_keys(wanted)
        bob.wait_for("beta +open", SLOW_S)
        bob.wait_for("2 in", SLOW_S)
        the_meeting_is_handed_over(ada, bob)


def the_meeting_is_handed_over(ada: TmuxTerminal, bob: TmuxTerminal) -> None:
    ada.send_keys("q")
    ada.wait_for("You are its last moderator", SLOW_S)
    ada.send_keys("h")
    ada.wait_for("Who becomes moderator", SLOW_S)
    ada.send_keys("Enter")
    assert ada.wait_for_exit(SLOW_S) == 0
    bob.wait_for("You are now the host", SLOW_S)
    bob.wait_for("1 in", SLOW_S)
    bob.send_keys("q")
    bob.wait_for("You are its last moderator", SLOW_S)
    bob.send_keys("e")
    assert bob.wait_for_exit(SLOW_S) == 0


def test_a_server_that_stands_still_is_seen_and_what_is_said_meanwhile_comes_once() -> None:
    with host() as ada, pane("join", "myRoom", "--name", "Bob") as bob:
        bob.wait_for("Ada", SLOW_S)
        pid = server_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            bob.wait_for(r"reconnecting \d+ s", SLOW_S)
            say(bob, "said while away")
            bob.wait_for(r"\(waits\)", SLOW_S)
            bob.send_keys("r")
            bob.wait_for("Reconnecting: that works again", SLOW_S)
        finally:
            os.kill(pid, signal.SIGCONT)
        bob.wait_for("Connected again", SLOW_S)
        ada.wait_for("said while away", SLOW_S)
        bob.wait_until(lambda: "(waits)" not in bob.screen(), "it still waits", SLOW_S)
        assert ada.screen().count("said while away") == 1
        assert bob.screen().count("said while away") == 1
