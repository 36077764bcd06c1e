"""Signals seen by a thread of its own, so that even a screen stuck on a dead terminal ends.

The C-level handler writes the number to a socket (`signal.set_wakeup_fd`); asyncio's
`add_signal_handler` would take that socket away and must not be used beside it.
"""

from __future__ import annotations

import signal
import socket
import termios
import threading
from collections.abc import Callable
from typing import Final

WATCHED: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_LOOK_AT_TERMINAL_S: Final = 1.0


class SignalThread:
    """Calls ``on_signal(number)`` in its thread; a terminal that went away counts as SIGHUP.

    Make it on the main thread. ``terminal`` is the descriptor to watch.
    """

    def __init__(self, on_signal: Callable[[int], None], terminal: int) -> None:
        self._on_signal = on_signal
        self._terminal = terminal
        self._receiver, self._sender = socket.socketpair()
        self._sender.setblocking(False)
        self._receiver.settimeout(_LOOK_AT_TERMINAL_S)
        self._is_closed = False
        self._before = {number: signal.signal(number, _ignore) for number in WATCHED}
        self._wakeup_before = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._run, name="signals", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Put the former handlers back; on the main thread."""
        self._is_closed = True
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._sender.close()
        self._thread.join()
        self._receiver.close()

    def _run(self) -> None:
        while not self._is_closed:
            try:
                numbers = self._receiver.recv(64)
            except TimeoutError:
                numbers = b"" if self._has_terminal() else bytes([signal.SIGHUP])
            else:
                if not numbers:
                    return
            for number in numbers:
                if number in WATCHED:
                    self._on_signal(number)

    def _has_terminal(self) -> bool:
        try:
            termios.tcgetattr(self._terminal)
        except termios.error:
            return False
        return True


def _ignore(number: int, frame: object) -> None:
    """Stand in for the default, which would end the process; the thread does the work."""
