"""A real terminal for whole-program tests: one tmux pane with a program in it.

The tmux server is the rig's own (socket in a temporary directory, no configuration file), so tests
neither see nor touch a developer's sessions. The program runs as it would under a user's shell
(pane_shell.py), but with no shell's prompt, quoting or start-up files; its exit status and what it
leaves of the terminal are its own.

All calls block the calling thread. See tmux(1), "FORMATS", for the flags read here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ansi import Cell, parse_cells

_POLL_S = 0.05
_COMMAND_TIMEOUT_S = 10.0

_OPTIONS: tuple[tuple[str, ...], ...] = (
    ("set-option", "-g", "exit-empty", "off"),
    # Should the pane's shell break, its complaint stays to be read.
    ("set-option", "-g", "remain-on-exit", "on"),
    ("set-option", "-g", "status", "off"),
    ("set-option", "-g", "default-terminal", "tmux-256color"),
    ("set-option", "-g", "terminal-features", "*:RGB"),
    ("set-option", "-g", "escape-time", "0"),
    ("set-option", "-g", "history-limit", "2000"),
)

_PANE_SHELL = Path(__file__).with_name("pane_shell.py")
_SIZES = ("COLUMNS", "LINES")
_MODE_FLAGS = ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag")


class TerminalTimeout(AssertionError):
    """What a test waited for did not appear; the message shows the last screen."""


@dataclass(frozen=True, slots=True)
class Modes:
    """What a program has switched on in its terminal."""

    is_alternate_screen: bool
    is_cursor_visible: bool
    has_mouse: bool
    is_keypad_application: bool
    is_line_mode: bool
    """The terminal driver echoes what is typed and hands it on by lines."""


PRISTINE = Modes(
    is_alternate_screen=False,
    is_cursor_visible=True,
    has_mouse=False,
    is_keypad_application=False,
    is_line_mode=True,
)
"""The modes of a terminal that nobody has touched, or that was restored."""


class TmuxTerminal:
    """A terminal of ``width_cells`` by ``height_cells`` in which programs run; a context manager.

    Raises RuntimeError when tmux is not installed.
    """

    def __init__(self, width_cells: int = 80, height_cells: int = 24) -> None:
        tmux = shutil.which("tmux")
        if tmux is None:
            raise RuntimeError("tmux is not installed; run: apt-get install tmux")
        self._size = (width_cells, height_cells)
        self._directory = Path(tempfile.mkdtemp(prefix="pct-"))
        # -u: the rig reads UTF-8, whatever the locale of the test run.
        self._tmux = [tmux, "-u", "-f", "/dev/null", "-S", str(self._directory / "tmux")]
        self._has_pane = False
        words: list[str] = ["start-server"]
        for option in _OPTIONS:
            words += [";", *option]
        self._command(*words)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up on the program and end the tmux server."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)
        shutil.rmtree(self._directory, ignore_errors=True)

    # --- The program ---

    def run(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start a program in the pane, in place of one that still runs there.

        It gets the environment in which the rig was made, 24-bit colour, and what ``env`` adds.
        """
        for report in ("pid", "status"):
            (self._directory / report).unlink(missing_ok=True)
        settings = {"COLORTERM": "truecolor", **(env or {})}
        words = ["env", *(f"{name}={value}" for name, value in settings.items())]
        words += [sys.executable, "-I", "-S", str(_PANE_SHELL), str(self._directory), *argv]
        self._start_pane([_word(word) for word in words])
        self.wait_until(lambda: self._report("pid") is not None, "the program did not start")

    @property
    def pid(self) -> int:
        """The process id of the program, also after it has ended. Raises RuntimeError before."""
        pid = self._report("pid")
        if pid is None:
            raise RuntimeError("no program was started in this terminal")
        return pid

    @property
    def exit_status(self) -> int | None:
        """The program's exit status; minus the signal that ended it; None while it runs."""
        return self._report("status")

    # --- What is seen ---

    def screen(self) -> str:
        """The visible text, lines without trailing blanks."""
        return self._command("capture-pane", "-p")

    def screen_ansi(self) -> str:
        """The visible text with its SGR sequences, lines in full width."""
        return self._command("capture-pane", "-p", "-e", "-N")

    def cells(self) -> list[list[Cell]]:
        """The visible cells with their colours, one row per line of the terminal."""
        return parse_cells(self.screen_ansi().removesuffix("\n"))

    @property
    def modes(self) -> Modes:
        """What the program has switched on; PRISTINE when the terminal was restored."""
        device, alternate, cursor, mouse, keypad = self._format("pane_tty", *_MODE_FLAGS)
        return Modes(
            is_alternate_screen=alternate == "1",
            is_cursor_visible=cursor == "1",
            has_mouse=mouse == "1",
            is_keypad_application=keypad == "1",
            is_line_mode=_is_line_mode(device),
        )

    # --- What is done to it ---

    def send_keys(self, *keys: str) -> None:
        """Press keys by tmux's names: ``"a"``, ``"Enter"``, ``"C-p"``, ``"Escape"``, ``"BTab"``."""
        self._command("send-keys", "--", *map(_word, keys))

    def type_text(self, text: str) -> None:
        """Type text character by character; nothing in it is a key's name."""
        self._command("send-keys", "-l", "--", _word(text))

    def click(self, column: int, row: int) -> None:
        """Press and release the left button on a cell, counted from 0, as SGR mouse reports."""
        place = f"{column + 1};{row + 1}"
        report = f"\x1b[<0;{place}M\x1b[<0;{place}m"
        self._command("send-keys", "-H", *(f"{byte:02x}" for byte in report.encode()))

    def resize(self, width_cells: int, height_cells: int) -> None:
        """Give the terminal another size; the program gets SIGWINCH."""
        self._command("resize-window", "-x", str(width_cells), "-y", str(height_cells))

    # --- Waiting ---

    def wait_for(
        self, wanted: str | re.Pattern[str] | Callable[[str], bool], timeout_s: float = 20.0
    ) -> str:
        """Wait until the screen's text matches a regular expression or a predicate; return it.

        Raises TerminalTimeout after ``timeout_s``, or as soon as the program has ended without it.
        """
        matches = wanted if callable(wanted) else re.compile(wanted).search
        deadline = time.monotonic() + timeout_s
        while True:
            # In this order: once there is a status, the screen holds all the program wrote.
            status = self.exit_status
            text = self.screen()
            if matches(text):
                return text
            if status is not None:
                raise self._timeout(f"{wanted!r}: the program ended with status {status}")
            if time.monotonic() > deadline:
                raise self._timeout(f"{wanted!r}: not seen within {timeout_s:g} s")
            time.sleep(_POLL_S)

    def wait_for_exit(self, timeout_s: float = 20.0) -> int:
        """Wait until the program has ended and all it wrote is seen; return its exit status.

        Raises TerminalTimeout after ``timeout_s``.
        """
        self.wait_until(
            lambda: self.exit_status is not None,
            f"the program still runs after {timeout_s:g} s",
            timeout_s,
        )
        status = self.exit_status
        assert status is not None
        return status

    def wait_until(
        self, is_so: Callable[[], bool], complaint: str, timeout_s: float = 20.0
    ) -> None:
        """Wait until something holds that is not text on the screen, such as a cell's colour.

        Raises TerminalTimeout with the complaint and the last screen after ``timeout_s``.
        """
        deadline = time.monotonic() + timeout_s
        while not is_so():
            if time.monotonic() > deadline:
                raise self._timeout(complaint)
            time.sleep(_POLL_S)

    # --- tmux ---

    def _start_pane(self, words: list[str]) -> None:
        # There are always several words, which tmux runs without a shell.
        if self._has_pane:
            self._command("respawn-pane", "-k", "--", *words)
            return
        width, height = map(str, self._size)
        self._command("new-session", "-d", "-x", width, "-y", height, "--", *words)
        self._has_pane = True

    def _report(self, name: str) -> int | None:
        try:
            return int((self._directory / name).read_text())
        except FileNotFoundError:
            return None

    def _timeout(self, what: str) -> TerminalTimeout:
        return TerminalTimeout(f"{what}\n--- last screen ---\n{self.screen()}")

    def _format(self, *names: str) -> list[str]:
        wanted = "\t".join(f"#{{{name}}}" for name in names)
        return self._command("display-message", "-p", wanted).removesuffix("\n").split("\t")

    def _command(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words],
            capture_output=True,
            encoding="utf-8",
            env=_environment(),
            timeout=_COMMAND_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout


def _environment() -> dict[str, str]:
    # readline, once imported, tells the C environment the size of the terminal pytest runs in.
    return {name: value for name, value in os.environ.items() if name not in _SIZES}


def _is_line_mode(device: str) -> bool:
    descriptor = os.open(device, os.O_RDWR | os.O_NOCTTY)
    try:
        local_flags = termios.tcgetattr(descriptor)[3]
    finally:
        os.close(descriptor)
    return bool(local_flags & termios.ICANON and local_flags & termios.ECHO)


def _word(text: str) -> str:
    # tmux takes a last semicolon for the end of its command.
    return f"{text[:-1]}\\;" if text.endswith(";") else text
