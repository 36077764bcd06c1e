"""The terminal is given back however the program ends, and only the app writes on it.

C libraries print to file descriptor 2, which is the terminal Textual draws on: it gets a
duplicate, and descriptor 2 becomes the log. A watchdog resets the terminal and ends the process
when an orderly end takes too long.
"""

from __future__ import annotations

import contextlib
import os
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from proconf_tui.errors import ProconfError
from proconf_tui.tui import terminal_reset

END_WITHIN_S: Final = 4.0


class NoTerminal(ProconfError):
    code = "NO_TERMINAL"
    default_message = (
        "The meeting screen needs a terminal; run this in one, or use --headless without a screen."
    )


class TerminalGuard:
    """A context manager around everything that draws.

    ``before_killing`` is called, on the watchdog's thread, when the process is ended by force.
    Raises NoTerminal on entry when keyboard or screen is no terminal.
    """

    def __init__(self, log_path: Path) -> None:
        self._log_path = log_path
        self.before_killing: Callable[[], object] = lambda: None
        self._is_ending = False
        self._attributes: list[object] | None = None
        self._terminal = -1
        self._saved_stderr = -1

    def __enter__(self) -> Self:
        written_to = next((fd for fd in (2, 1) if os.isatty(fd)), None)
        if written_to is None or not os.isatty(0):
            raise NoTerminal
        self._attributes = termios.tcgetattr(0)
        self._saved_stderr = os.dup(2)
        self._terminal = os.dup(written_to)
        log = os.open(self._log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 2)
        os.close(log)
        self._give_textual_the_terminal()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        sys.stderr.flush()
        os.dup2(self._saved_stderr, 2)
        os.close(self._saved_stderr)
        sys.__stderr__ = self._stderr_before  # type: ignore[misc]
        if error is not None:
            self.restore()

    @property
    def terminal(self) -> int:
        """The descriptor that Textual draws on."""
        return self._terminal

    def restore(self) -> None:
        """Put the terminal back without Textual; from any thread, and even if it does not read."""
        try:
            if self._attributes is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._attributes)  # type: ignore[arg-type]
        except termios.error:
            return
        terminal_reset.reset(self._terminal)

    def end_soon(self, exit_code: Callable[[], int]) -> None:
        """Give the orderly end `END_WITHIN_S`; then reset the terminal and end the process."""
        if self._is_ending:
            return
        self._is_ending = True
        threading.Thread(
            target=self._watch, args=(exit_code,), name="watchdog", daemon=True
        ).start()

    def _watch(self, exit_code: Callable[[], int]) -> None:
        time.sleep(END_WITHIN_S)
        self.restore()
        with contextlib.suppress(OSError):
            self.before_killing()
        os._exit(exit_code())

    def _give_textual_the_terminal(self) -> None:
        # Textual's driver writes to sys.__stderr__; whatever else prints goes to descriptor 2.
        self._stderr_before = sys.__stderr__
        stream = os.fdopen(self._terminal, "w", encoding="utf-8", errors="replace", closefd=False)
        sys.__stderr__ = stream  # type: ignore[misc]
