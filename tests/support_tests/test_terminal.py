"""The rig against small real programs."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.support.ansi import Cell
from tests.support.terminal import PRISTINE, TerminalTimeout, TmuxTerminal

_FULL_SCREEN = r"""
import sys, termios, tty
cooked = termios.tcgetattr(0)
sys.stdout.write("before\n")
tty.setcbreak(0)
sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1006hinside")
sys.stdout.flush()
sys.stdin.read(1)
if sys.argv[1] == "tidy":
    sys.stdout.write("\x1b[?1006l\x1b[?1000l\x1b[?25h\x1b[?1049l")
    termios.tcsetattr(0, termios.TCSANOW, cooked)
print("after")
"""

_ECHO_BYTES = r"""
import os, sys, tty
tty.setraw(0)
print("ready", end="\r\n", flush=True)
while True:
    print(os.read(0, 100).hex(" "), end="\r\n", flush=True)
"""

_SHOW_SIZE = r"""
import os, signal
def show(*_):
    print("size", *os.get_terminal_size(), flush=True)
signal.signal(signal.SIGWINCH, show)
show()
while True:
    signal.pause()
"""


@pytest.fixture
def terminal() -> Iterator[TmuxTerminal]:
    with TmuxTerminal(40, 10) as terminal:
        yield terminal


def _python(source: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", source, *arguments]


@pytest.mark.parametrize("status", [0, 3])
def test_the_exit_status_is_the_programs_own(terminal: TmuxTerminal, status: int) -> None:
    terminal.run(_python(f"print('last words'); raise SystemExit({status})"))
    assert terminal.wait_for_exit() == status
    assert terminal.screen().strip() == "last words"


def test_a_killed_program_has_its_signal_as_status(terminal: TmuxTerminal) -> None:
    terminal.run(["sleep", "60"])
    assert terminal.exit_status is None
    os.kill(terminal.pid, signal.SIGKILL)
    assert terminal.wait_for_exit() == -signal.SIGKILL


def test_a_program_that_cannot_start_says_why(terminal: TmuxTerminal) -> None:
    terminal.run(["no-such-program"])
    assert terminal.wait_for_exit() == 127
    assert "no-such-program: No such file" in terminal.screen()


def test_control_c_reaches_the_program(terminal: TmuxTerminal) -> None:
    terminal.run(["sleep", "60"])
    terminal.send_keys("C-c")
    assert terminal.wait_for_exit() == -signal.SIGINT


def test_arguments_and_environment_arrive_unchanged(terminal: TmuxTerminal) -> None:
    source = "import os, sys; print(*sys.argv[1:], os.environ['FLAVOUR'], sep='|')"
    terminal.run(_python(source, "a b", "$HOME", ";"), {"FLAVOUR": "sour; sweet"})
    terminal.wait_for(re.escape("a b|$HOME|;|sour; sweet"))


def test_a_program_finds_a_terminal_of_24_bit_colours(terminal: TmuxTerminal) -> None:
    source = "import os; print(os.environ['TERM'], os.environ['COLORTERM'])"
    terminal.run(_python(source))
    terminal.wait_for("tmux-256color truecolor")


def test_another_program_can_run_in_the_same_terminal(terminal: TmuxTerminal) -> None:
    terminal.run(["echo", "first"])
    terminal.wait_for("first")
    terminal.run(["echo", "second"])
    terminal.wait_for("second")


def test_a_terminal_that_is_not_restored_is_seen(terminal: TmuxTerminal) -> None:
    terminal.run(_python(_FULL_SCREEN, "untidy"))
    terminal.wait_for("inside")
    assert terminal.modes.is_alternate_screen
    assert not terminal.modes.is_cursor_visible
    assert terminal.modes.has_mouse
    assert not terminal.modes.is_line_mode
    terminal.send_keys("Enter")
    terminal.wait_for_exit()
    assert terminal.modes != PRISTINE


def test_a_restored_terminal_is_pristine_and_shows_what_was_there(terminal: TmuxTerminal) -> None:
    terminal.run(_python(_FULL_SCREEN, "tidy"))
    terminal.wait_for("inside")
    terminal.send_keys("Enter")
    terminal.wait_for_exit()
    assert terminal.modes == PRISTINE
    assert terminal.screen().split() == ["before", "after"]


def test_cells_have_their_colours_and_blanks_theirs(terminal: TmuxTerminal) -> None:
    text = "\x1b[38;2;10;20;30;48;2;40;50;60m▀ \x1b[0m|"
    terminal.run(_python(f"print({text!r})"))
    terminal.wait_for(re.escape("▀ |"))
    cells = terminal.cells()
    assert len(cells) == 10
    assert cells[0][0] == Cell("▀", (10, 20, 30), (40, 50, 60))
    assert cells[0][1].bg == (40, 50, 60)
    assert cells[0][2] == Cell("|")


def test_keys_text_and_clicks_arrive_as_a_terminal_sends_them(terminal: TmuxTerminal) -> None:
    terminal.run(_python(_ECHO_BYTES))
    terminal.wait_for("ready")
    terminal.send_keys("C-p", "Up")
    terminal.wait_for(r"10\s+1b 5b 41|10 1b 5b 41")
    terminal.type_text("Up;")
    terminal.wait_for("55 70 3b")
    terminal.click(4, 2)
    terminal.wait_for(b"\x1b[<0;5;3M".hex(" "))


def test_the_program_is_told_of_another_size(terminal: TmuxTerminal) -> None:
    terminal.run(_python(_SHOW_SIZE))
    terminal.wait_for("size 40 10")
    terminal.resize(100, 30)
    terminal.wait_for("size 100 30")


def test_a_failed_wait_shows_the_last_screen(terminal: TmuxTerminal) -> None:
    terminal.run(["sh", "-c", "echo here I am; exec sleep 60"])
    terminal.wait_for(lambda text: "here I am" in text)
    with pytest.raises(TerminalTimeout, match=r"(?s)not seen.*here I am"):
        terminal.wait_for("somebody else", timeout_s=0)


def test_a_wait_ends_when_the_program_has_ended(terminal: TmuxTerminal) -> None:
    terminal.run(["sh", "-c", "echo cannot; exit 7"])
    with pytest.raises(TerminalTimeout, match=r"(?s)ended with status 7.*cannot"):
        terminal.wait_for("can do", timeout_s=60)


def test_a_wait_for_a_colour_sees_it_change(terminal: TmuxTerminal) -> None:
    source = (
        "print(end='\\x1b[48;2;1;2;3m \\x1b[m', flush=True); input(); print('\\x1b[48;2;4;5;6m ')"
    )
    terminal.run(_python(source))
    terminal.wait_until(lambda: terminal.cells()[0][0].bg == (1, 2, 3), "not the first colour")
    terminal.send_keys("Enter")
    terminal.wait_until(lambda: terminal.cells()[1][0].bg == (4, 5, 6), "not the second colour")


def test_closing_hangs_up_on_the_program() -> None:
    with TmuxTerminal() as terminal:
        terminal.run(["sleep", "60"])
        program = psutil.Process(terminal.pid)
    _, alive = psutil.wait_procs([program], timeout=10)
    assert not alive
