"""A program in a pseudo-terminal behind a link, and a terminal that reads, answers and counts.

A thread reads what the program writes, puts it through the link, and plays the terminal with what
comes out: so keys reach the program at once, and answers as late as the link makes them.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final, Self

from bench.lib.slow_link import READ_BYTES, SlowLink
from bench.lib.terminal_answers import TerminalAnswers
from bench.lib.updates import PictureCounter

_TICK_S: Final = 0.01


class PtyProgram:
    """Runs ``argv`` in a terminal of this size; a context manager that ends it."""

    def __init__(
        self,
        argv: Sequence[str],
        size_cells: tuple[int, int],
        *,
        link: SlowLink | None = None,
        tells_position: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.counter = PictureCounter()
        self.link = link or SlowLink()
        self._answers = TerminalAnswers(tells_position=tells_position)
        self._awaited: bytes | None = None
        self._seen = b""
        self._arrived_at = 0.0
        self._has_arrived = threading.Event()
        self._terminal, inner = pty.openpty()
        width, height = size_cells
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))
        settings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        self.process = subprocess.Popen(
            argv,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, **settings},
            start_new_session=True,
        )
        os.close(inner)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.link.hurry()
        self._reader.join()
        os.close(self._terminal)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._terminal, text.encode())

    def expect(self, text: str) -> None:
        """Look out for ``text`` from now on, for `wait`."""
        self._has_arrived.clear()
        self._seen = b""
        self._awaited = text.encode()

    def wait(self, timeout_s: float = 30.0) -> float:
        """Return at which `time.perf_counter` the terminal was told what is expected.

        Raises RuntimeError after the timeout.
        """
        if not self._has_arrived.wait(timeout_s):
            raise RuntimeError(f"The program never showed {self._awaited!r}: {self._seen[-400:]!r}")
        return self._arrived_at

    def _read(self) -> None:
        is_open = True
        while is_open or not self.link.is_empty:
            if self._is_readable(is_open):
                data = self._next()
                is_open = bool(data)
                self.link.put(data)
            self._show(self.link.take(time.perf_counter()))

    def _is_readable(self, is_open: bool) -> bool:
        watched = [self._terminal] if is_open and self.link.has_room else []
        return bool(select.select(watched, [], [], _TICK_S)[0])

    def _next(self) -> bytes:
        try:
            return os.read(self._terminal, READ_BYTES)
        except OSError:  # what Linux answers when the last writer is gone
            return b""

    def _show(self, output: bytes) -> None:
        if not output:
            return
        now = time.perf_counter()
        self.counter.take(output)
        if self._awaited is not None and not self._has_arrived.is_set():
            self._seen += output
            if self._awaited in self._seen:
                self._arrived_at = now
                self._has_arrived.set()
        if answers := self._answers.take(output):
            os.write(self._terminal, answers)
