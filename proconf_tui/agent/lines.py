"""Lines in and out of a process without ever blocking its event loop.

Reading and writing stand in a thread each, because standard input and output may be pipes,
terminals or files, and not every one of these can be polled. It knows no line's meaning.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Final

from proconf_tui.agent.coalesce import Outbox
from proconf_tui.control.codec import MAX_COMMAND_BYTES

_CHUNK_BYTES: Final = 64 * 1024


class LineSplitter:
    """Bytes in, whole lines out; pure. A line too long for a command is cut just over the limit."""

    def __init__(self, max_bytes: int = MAX_COMMAND_BYTES) -> None:
        self._kept_bytes = max_bytes + 1
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that ``chunk`` completes, without their ends or empty ones."""
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[: self._kept_bytes]
        return [line[: self._kept_bytes] for line in lines if line.strip()]

    def end(self) -> list[bytes]:
        """Return the last line, if it was not ended by a newline."""
        rest, self._rest = self._rest, b""
        return [rest] if rest.strip() else []


def read_lines(
    descriptor: int,
    on_line: Callable[[bytes], None],
    on_end: Callable[[], None],
) -> None:
    """Call ``on_line`` and in the end ``on_end`` in the running loop for what can be read.

    Reading goes on only once the loop has taken what came before, so a fast writer waits.
    """
    loop = asyncio.get_running_loop()

    def deliver(lines: list[bytes], are_taken: threading.Event) -> None:
        try:
            for line in lines:
                on_line(line)
        finally:
            are_taken.set()

    def run() -> None:
        # Once the loop has ended nobody listens; no coroutine waits in vain for its turn then.
        with contextlib.suppress(RuntimeError):
            for lines in _read(descriptor):
                are_taken = threading.Event()
                loop.call_soon_threadsafe(deliver, lines, are_taken)
                are_taken.wait()
            loop.call_soon_threadsafe(on_end)

    threading.Thread(target=run, name="lines-in", daemon=True).start()


def _read(descriptor: int) -> Iterator[list[bytes]]:
    splitter = LineSplitter()
    # A terminal that is gone ends like a closed pipe.
    with contextlib.suppress(OSError):
        _make_blocking(descriptor)
        while chunk := os.read(descriptor, _CHUNK_BYTES):
            yield splitter.feed(chunk)
        yield splitter.end()


def _make_blocking(descriptor: int) -> None:
    """Let reads and writes wait: whoever started us may have left the pipe the other way."""
    if os.name == "posix":
        os.set_blocking(descriptor, True)


class LineWriter:
    """Writes to a file descriptor from a thread of its own; every method may be called from any."""

    def __init__(self, descriptor: int, on_broken: Callable[[], object]) -> None:
        """Call ``on_broken`` once, on the writer's thread, when nobody can read any more."""
        self._descriptor = descriptor
        self._on_broken = on_broken
        self._outbox = Outbox()
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="lines-out", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Write ``line`` after those before it."""
        with self._changed:
            self._outbox.put(line)
            self._changed.notify()

    def put_newest(self, key: str, line: bytes) -> None:
        """Write ``line`` unless a newer one of the same ``key`` comes before its turn."""
        with self._changed:
            self._outbox.put_newest(key, line)
            self._changed.notify()

    def close(self, timeout_s: float) -> None:
        """Write what waits, for at most ``timeout_s``, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            _make_blocking(self._descriptor)
            while waiting := self._next():
                view = memoryview(waiting)
                while view:
                    view = view[os.write(self._descriptor, view) :]
        except OSError:
            self._on_broken()

    def _next(self) -> bytes:
        """Wait for something to write and return it; empty when closed and done."""
        with self._changed:
            while True:
                waiting = self._outbox.take()
                if waiting or self._is_closing:
                    return waiting
                self._changed.wait()
