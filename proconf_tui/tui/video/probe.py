"""Asks the terminal what it can do, with one write, while the app is still being loaded.

Thin: what the answers mean is `proconf_tui.tui.video.capabilities`'. From the question until the
answer nothing is echoed, so nothing of it is ever to be seen; an answer that comes too late to
count is left to `Answers`, through which the app's input then goes. Control sequences as in
xterm's ctlseqs. It loads no large library: the first paint waits for it.
"""

from __future__ import annotations

import array
import codecs
import contextlib
import fcntl
import os
import select
import signal
import termios
import time
from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any, Final, Self

from proconf_tui.tui.video.answers import Answers
from proconf_tui.tui.video.capabilities import Capabilities, from_environment, with_answers

LOCAL_WITHIN_S: Final = 0.15
REMOTE_WITHIN_S: Final = 0.5
"""How long the first byte of an answer is waited for, from the question on: on one's own machine
no longer than the app takes to load. A later one is only lost, never seen."""

COMPLETE_WITHIN_S: Final = 2.0
READ_FOR_S: Final = 2.0
"""How long is read at most, though the terminal sends without a pause."""

_EXPECTED_FOR_S: Final = 10.0
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)

_VERSION: Final = b"\x1b[>0q"
_COLOURS: Final = (
    b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m"  # does a 24-bit colour stick? (DECRQSS)
    b"\x1bP+q524742;5463\x1b\\"  # RGB and Tc of terminfo (XTGETTCAP)
)
_CELL: Final = b"\x1b[16t"
_ATTRIBUTES: Final = b"\x1b[c"
# Save the cursor; put it back and clear what a terminal may have shown of what it does not know.
_BEFORE: Final = b"\x1b7"
_AFTER: Final = b"\x1b8\x1b[K"

_SILENT: Final = ("", "dumb", "unknown", "linux", "cygwin", "eterm", "eterm-color")
"""Values of TERM of terminals that cannot answer, or have nothing to say."""

_SHOWS_STRINGS: Final = ("terminal.app", "screen")
"""Terminals that show device control strings, or hand them on to the one around them."""


class Probe:
    """A context manager: it asks when entered, and gives the terminal back at the end.

    ``keyboard`` is read from, ``screen`` is written to; either may be no terminal, which is not
    asked then. Use it on the main thread.
    """

    def __init__(self, environ: Mapping[str, str], keyboard: int, screen: int) -> None:
        self._keyboard = keyboard
        self._screen = screen
        self._known = from_environment(environ, _cell_px(screen))
        self._patience_s = REMOTE_WITHIN_S if self._known.is_remote else LOCAL_WITHIN_S
        self._can_answer = environ.get("TERM", "").lower() not in _SILENT
        self._attributes: list[Any] | None = None
        self._asked_at = time.monotonic()
        self.answers = Answers(self._asked_at + _EXPECTED_FOR_S)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come: all is answered, or nothing was asked."""
        return self._attributes is None or self.answers.is_complete

    def __enter__(self) -> Self:
        if self._can_answer and os.isatty(self._keyboard) and os.isatty(self._screen):
            with contextlib.suppress(termios.error, OSError):
                self._ask()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._restore()

    def finish(self) -> Capabilities:
        """Wait for the answers, if there is anything left to wait for, and return what is known."""
        end_at = time.monotonic() + READ_FOR_S
        with contextlib.suppress(OSError):
            while not self.is_over and self._has_more() and time.monotonic() < end_at:
                self._read()
        if self.is_over:
            self._restore()
        return with_answers(self._known, self.answers.found)

    def _ask(self) -> None:
        attributes = termios.tcgetattr(self._keyboard)
        quiet = list(attributes)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        quiet[6] = [*quiet[6]]
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._keyboard, termios.TCSANOW, quiet)
        self._attributes = attributes
        self._asked_at = time.monotonic()
        os.write(self._screen, _questions(self._known.terminal))

    @property
    def _give_up_at(self) -> float:
        within_s = COMPLETE_WITHIN_S if self.answers.has_begun else self._patience_s
        return self._asked_at + within_s

    def _has_more(self) -> bool:
        """Wait for more; what is there already is seen however late it is."""
        left_s = max(0.0, self._give_up_at - time.monotonic())
        return bool(select.select([self._keyboard], [], [], left_s)[0])

    def _read(self) -> None:
        if not (data := os.read(self._keyboard, 4096)):
            raise OSError("the terminal is gone")
        self.answers.keep(self._decode(data), time.monotonic())

    def _restore(self) -> None:
        if self._attributes is None:
            return
        with contextlib.suppress(termios.error):
            if not self.answers.is_complete:
                # What has come too late is no command for the shell.
                termios.tcflush(self._keyboard, termios.TCIFLUSH)
            termios.tcsetattr(self._keyboard, termios.TCSANOW, self._attributes)
        self._attributes = None


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Let signals that would end the process at once raise SystemExit, so that it tidies up."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _questions(terminal: str | None) -> bytes:
    colours = b"" if terminal in _SHOWS_STRINGS else _COLOURS
    return _BEFORE + _VERSION + colours + _CELL + _AFTER + _ATTRIBUTES


def _cell_px(screen: int) -> tuple[int, int] | None:
    """Return a cell's width and height in pixels as the terminal's driver has them."""
    size = array.array("H", [0, 0, 0, 0])
    try:
        fcntl.ioctl(screen, termios.TIOCGWINSZ, size)
    except OSError:
        return None
    rows, columns, width_px, height_px = size
    return (width_px // columns, height_px // rows) if rows and columns and width_px else None
