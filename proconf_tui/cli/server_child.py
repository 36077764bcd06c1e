"""One run of the meeting's server as a child process: started, waited for, ended or left running.

It lives as long as its standard input is open, so it cannot outlive this process by accident,
however this one dies; no other process gets hold of that pipe.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

from proconf_tui.config.paths import log_dir
from proconf_tui.errors import ProconfError, from_code

READY_WITHIN_S: Final = 30.0
_ENDS_WITHIN_S: Final = 8.0
_COMMAND: Final = (sys.executable, "-m", "proconf_tui.server")
_OPTIONS: Final = ("--child", "--guests", "--temporary-store")


class Place(msgspec.Struct, frozen=True):
    """Where the server is; ``url`` ends in the pin of its certificate if it has one."""

    url: str
    port: int


class NotReady(ProconfError):
    """The server ended or was silent, and said no reason."""

    code = "SERVER_NOT_READY"


class _Refusal(msgspec.Struct):
    code: str
    message: str


class _Failed(msgspec.Struct):
    error: _Refusal


class ServerChild:
    """A server that starts at once on ``port`` (0: any that is free), with its rooms in ``store``.

    ``options`` are more of its command line. Any method may be called from any thread.

    Raises:
        ProconfError: the system starts no more processes.
    """

    def __init__(self, port: int, store: Path, options: Sequence[str] = ()) -> None:
        self._process = _spawned("--port", str(port), "--store", f"sqlite:{store}", *options)
        self._reading = threading.Lock()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def place(self) -> Place:
        """Return where it is as soon as it can be used; blocks.

        Raises:
            NotReady: it did not start, or not in time.
            ProconfError: the reason it gives; a `ConfigError` if its port is taken.
        """
        with self._reading:
            return _place_in(_first_line(_pipe(self._process.stdout)))

    def wait(self) -> int:
        """Wait until it is gone and return its exit status, negative for a signal."""
        return self._process.wait()

    def ask_to_stay(self) -> None:
        """Tell it to go on after us, until everybody has left."""
        stdin = _pipe(self._process.stdin)
        with contextlib.suppress(OSError, ValueError):
            stdin.write(b'{"keep": true}\n')
            stdin.flush()

    def let_go(self) -> None:
        """Close the pipes; without having been asked to stay it ends."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        with self._reading:
            _pipe(self._process.stdout).close()

    def end(self) -> None:
        """Close its input and wait until it is gone, by force if it takes too long."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.let_go()


def _spawned(*options: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*_COMMAND, *_OPTIONS, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C and a hang-up of the terminal are ours to understand.
            start_new_session=True,
        )
    except OSError as error:
        raise ProconfError(
            f"The meeting's server cannot be started: {error.strerror}; try again later."
        ) from error


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "every process here is started with it"
    return pipe


def _first_line(stdout: IO[bytes]) -> bytes:
    line = b""
    deadline = time.monotonic() + READY_WITHIN_S
    with selectors.DefaultSelector() as selector:
        if stdout.closed:
            raise NotReady("The meeting's server was stopped before it could be used.")
        selector.register(stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise NotReady(f"The meeting's server did not start in time; {_see_log()}")
            if not (chunk := os.read(stdout.fileno(), 4096)):
                raise NotReady(f"The meeting's server could not start; {_see_log()}")
            line += chunk
    return line


def _place_in(line: bytes) -> Place:
    with contextlib.suppress(msgspec.MsgspecError):
        failed = msgspec.json.decode(line, type=_Failed).error
        raise from_code(failed.code, failed.message)
    try:
        return msgspec.json.decode(line, type=Place)
    except msgspec.MsgspecError as error:
        raise NotReady(f"The meeting's server said nothing useful; {_see_log()}") from error


def _see_log() -> str:
    return f"its log is in {log_dir()}."
