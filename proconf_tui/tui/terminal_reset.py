"""The bytes that give a terminal back, and the way to get them into one that does not read.

A terminal nobody reads takes nothing more, and whoever is in the midst of a write to it holds it
until that write is through. So what it has not read is thrown away, until it is our turn.
Control sequences as in xterm's ctlseqs; ``CSI < u`` is kitty's.
"""

from __future__ import annotations

import contextlib
import os
import termios
import threading
import time
from typing import Final

_WRITE_WITHIN_S: Final = 0.5
_MAKE_ROOM_WITHIN_S: Final = 1.5
_MAKE_ROOM_EVERY_S: Final = 0.005

_CANCEL: Final = b"\x18"  # CAN: ends a sequence that was cut in two, and shows nothing
_RESET: Final = (
    _CANCEL + b"\x1b[?2026l"  # synchronised output
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l"  # paste, resize and focus reports
    b"\x1b[<u\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"  # keyboard, wrap, colours, screen, cursor
)


def reset(terminal: int) -> None:
    """Write the reset to this descriptor, which from now on leads nowhere for everybody else.

    Any thread. Takes two seconds and a half at most, also where nobody reads the terminal.
    """
    try:
        own = os.dup(terminal)
        _lead_nowhere(terminal)
    except OSError:
        return
    # The first one may be thrown away with what stood in its way; the reset itself never is.
    first = _begin_write(own, _CANCEL)
    first.join(_WRITE_WITHIN_S)
    if first.is_alive():
        _make_room(own, first)
    _begin_write(own, _RESET).join(_WRITE_WITHIN_S)


def _lead_nowhere(terminal: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, terminal, inheritable=False)
    os.close(nowhere)


def _begin_write(terminal: int, data: bytes) -> threading.Thread:
    def write() -> None:
        with contextlib.suppress(OSError):
            os.write(terminal, data)

    # Not O_NONBLOCK: that flag would be the shell's too. The thread may hang; it is a daemon.
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def _make_room(terminal: int, writer: threading.Thread) -> None:
    give_up_at = time.monotonic() + _MAKE_ROOM_WITHIN_S
    while writer.is_alive() and time.monotonic() < give_up_at:
        try:
            termios.tcflush(terminal, termios.TCOFLUSH)
            # Flushing alone does not wake who waits for room; starting the output again does.
            termios.tcflow(terminal, termios.TCOOFF)
            termios.tcflow(terminal, termios.TCOON)
        except termios.error:
            return
        writer.join(_MAKE_ROOM_EVERY_S)
