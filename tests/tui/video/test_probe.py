"""The terminal is asked, answers, and is as before; what is typed meanwhile is kept."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import termios
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from proconf_tui.tui.video import probe as probe_module
from proconf_tui.tui.video.probe import Probe, ending_in_order

ANSWERS = (
    b"\x1bP>|ghostty 1.0.1\x1b\\\x1bP1$r0;48:2::1:2:3m\x1b\\\x1bP1+r524742=38\x1b\\\x1b[6;21;10t"
)
LAST = b"\x1b[?62;22c"
XTERM = {"TERM": "xterm-256color"}


@dataclass(frozen=True)
class Terminal:
    """``screen`` is the program's end of a pseudo-terminal, ``outside`` the terminal's."""

    outside: int
    screen: int

    def is_quiet(self) -> bool:
        return not termios.tcgetattr(self.screen)[3] & (termios.ECHO | termios.ICANON)

    def shown(self) -> bytes:
        """Return what has come to the terminal, with nothing left of it."""
        shown = b""
        while select.select([self.outside], [], [], 0)[0]:
            shown += os.read(self.outside, 4096)
        return shown

    def says(self, data: bytes) -> None:
        os.write(self.outside, data)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    outside, screen = pty.openpty()
    yield Terminal(outside, screen)
    os.close(outside)
    os.close(screen)


def asked(terminal: Terminal, **environ: str) -> Probe:
    return Probe(XTERM | environ, terminal.screen, terminal.screen)


def test_answers_are_waited_for_and_echoed_nowhere(terminal: Terminal) -> None:
    before = termios.tcgetattr(terminal.screen)
    with asked(terminal) as probe:
        assert terminal.shown().endswith(b"\x1b8\x1b[K\x1b[c")
        assert terminal.is_quiet()
        terminal.says(b"a" + ANSWERS + b"b" + LAST + b"c")
        found = probe.finish()
        assert termios.tcgetattr(terminal.screen) == before
    assert (found.terminal, found.has_rgb, found.cell_px) == ("ghostty", True, (10, 21))
    assert probe.answers.released(0.0) == "abc"
    assert terminal.shown() == b""


def test_who_does_not_answer_is_not_waited_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "LOCAL_WITHIN_S", 0.0)
    with asked(terminal) as probe:
        found = probe.finish()
        assert not found.has_rgb
        assert terminal.is_quiet(), "what comes late is not to be seen"
        terminal.says(LAST)
    assert not terminal.is_quiet()
    assert select.select([terminal.screen], [], [], 0)[0] == [], "nor is it the shell's"


def test_what_is_there_counts_however_long_the_app_took_to_load(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "LOCAL_WITHIN_S", 0.0)
    monkeypatch.setattr(probe_module, "COMPLETE_WITHIN_S", 0.0)
    with asked(terminal) as probe:
        terminal.says(ANSWERS + LAST)
        assert probe.finish().terminal == "ghostty"
        assert probe.is_over


def test_a_late_rest_is_left_to_the_apps_input(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "COMPLETE_WITHIN_S", 0.0)
    with asked(terminal) as probe:
        terminal.says(ANSWERS)
        assert probe.finish().cell_px == (10, 21)
        assert not probe.is_over
        assert probe.answers.taken(LAST.decode() + "q", 0.0) == "q"
        assert probe.is_over


def test_a_terminal_that_never_stops_sending_is_not_heard_out(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "READ_FOR_S", 0.05)
    os.set_blocking(terminal.outside, False)
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            if select.select([], [terminal.outside], [], 0.01)[1]:
                with contextlib.suppress(BlockingIOError):
                    terminal.says(b"x" * 1024)

    with asked(terminal) as probe:
        sender = threading.Thread(target=send)
        sender.start()
        try:
            assert not probe.finish().has_rgb
        finally:
            is_over.set()
            sender.join()
        assert not probe.is_over


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_happens_the_terminal_is_as_before(
    terminal: Terminal, error: type[BaseException]
) -> None:
    before = termios.tcgetattr(terminal.screen)
    with pytest.raises(error), asked(terminal):
        raise error
    assert termios.tcgetattr(terminal.screen) == before


def test_signals_end_in_order() -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with pytest.raises(SystemExit) as ended, ending_in_order():
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == handlers


@pytest.mark.parametrize("name", ["dumb", "unknown", "linux", ""])
def test_who_cannot_answer_is_not_asked(terminal: Terminal, name: str) -> None:
    with asked(terminal, TERM=name) as probe:
        probe.finish()
    assert terminal.shown() == b""


def test_no_terminal_is_not_asked() -> None:
    reader, writer = os.pipe()
    with Probe(XTERM, reader, writer) as probe:
        assert not probe.finish().has_rgb
    os.close(writer)
    assert os.read(reader, 100) == b""
    os.close(reader)


@pytest.mark.parametrize("environ", [{"TERM": "screen.xterm"}, {"TERM_PROGRAM": "Apple_Terminal"}])
def test_who_shows_device_control_strings_gets_none(
    terminal: Terminal, environ: dict[str, str]
) -> None:
    with asked(terminal, **environ) as probe:
        terminal.says(LAST)
        probe.finish()
    assert b"\x1bP" not in terminal.shown()


def test_a_terminal_that_goes_away_is_no_error(terminal: Terminal) -> None:
    outside, screen = pty.openpty()
    with Probe(XTERM, screen, screen) as probe:
        os.close(outside)
        assert not probe.finish().has_rgb
    os.close(screen)
