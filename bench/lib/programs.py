"""Runs the program as a user does: directories of its own, a pseudo-terminal, children."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

import psutil

PROGRAM = [sys.executable, "-m", "proconf_tui"]
_KEPT_BYTES: Final = 1 << 20
_DIRECTORIES = ("CONFIG", "DATA", "LOG", "RUNTIME")


@contextlib.contextmanager
def own_directories() -> Iterator[None]:
    """Keep this bench and all it starts out of the user's settings and servers."""
    with tempfile.TemporaryDirectory(prefix="proconf-bench-") as root:
        for name in _DIRECTORIES:
            os.environ[f"PROCONF_{name}_DIR"] = str(Path(root, name.lower()))
        yield


class TerminalProgram:
    """The program in a pseudo-terminal that a thread reads all the time; a context manager."""

    def __init__(self, *arguments: str, width_cells: int = 120, height_cells: int = 36) -> None:
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("4H", height_cells, width_cells, 0, 0))
        self._output = b""
        self._has_more = threading.Condition()
        self.started_at = time.perf_counter()
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(inner)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self._reader.join()
        os.close(self._terminal)

    def _read(self) -> None:
        while True:
            try:
                written = os.read(self._terminal, 1 << 16)
            except OSError:  # what Linux answers when the last writer is gone
                written = b""
            with self._has_more:
                self._output = (self._output + written)[-_KEPT_BYTES:]
                self._has_more.notify_all()
            if not written:
                return

    def wait_for(self, text: str, timeout_s: float = 30.0) -> float:
        """Return how many milliseconds after its start the program wrote ``text``."""
        with self._has_more:
            if not self._has_more.wait_for(lambda: text.encode() in self._output, timeout_s):
                raise RuntimeError(f"The program never showed {text!r}.")
        return (time.perf_counter() - self.started_at) * 1000.0

    def processes(self) -> list[psutil.Process]:
        """Return the process and all its children."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


def resident_mb(processes: Iterable[psutil.Process]) -> float:
    """Return the resident memory of the processes together."""
    return float(sum(process.memory_info().rss for process in processes)) / 1e6


def is_server(process: psutil.Process) -> bool:
    """Return whether this is the server child of ``start``."""
    return "proconf_tui.server" in process.cmdline()
