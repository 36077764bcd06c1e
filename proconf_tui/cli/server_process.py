"""The meeting's server as a child process: started, waited for, ended with us or left running.

It lives as long as its standard input is open, so it cannot outlive this process by accident,
however this one dies; no other process gets hold of that pipe.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from proconf_tui.config.paths import log_dir
from proconf_tui.errors import ConfigError, ProconfError, from_code

READY_WITHIN_S: Final = 30.0
_ENDS_WITHIN_S: Final = 8.0
_COMMAND: Final = (sys.executable, "-m", "proconf_tui.server", "--child", "--guests")


class _Ready(msgspec.Struct):
    url: str


class _Refusal(msgspec.Struct):
    code: str
    message: str


class _Failed(msgspec.Struct):
    error: _Refusal


class ServerProcess:
    """A running server; as a context manager it ends with the block."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.url = url
        self._process = process
        self._is_kept = False

    @classmethod
    def start(cls, port: int) -> Self:
        """Start a server on this port (0: any that is free) and wait until it can be used.

        Raises:
            ConfigError: the port is taken.
            ProconfError: it did not start, or not in time.
        """
        process = subprocess.Popen(
            [*_COMMAND, "--port", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C and a hang-up of the terminal are ours to understand.
            start_new_session=True,
        )
        try:
            return cls(process, _url_in(_first_line(process)))
        except BaseException:
            process.kill()
            process.wait()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def keep(self) -> None:
        """Let the server go on after us."""
        self._is_kept = True
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).write(b'{"keep": true}\n')

    def stop(self) -> None:
        """Close its input and wait until it is gone; one that was told to keep on stays."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        if not self._is_kept:
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        _pipe(self._process.stdout).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_anywhere(preferred_port: int) -> ServerProcess:
    """Start a server on ``preferred_port``, or on a free one where that is taken."""
    try:
        return ServerProcess.start(preferred_port)
    except ConfigError:
        return ServerProcess.start(0)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "every process here is started with it"
    return pipe


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    line, stdout = b"", _pipe(process.stdout)
    deadline = time.monotonic() + READY_WITHIN_S
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise ProconfError(f"The meeting's server did not start in time; {_see_log()}")
            if not (chunk := os.read(stdout.fileno(), 4096)):
                raise ProconfError(f"The meeting's server could not start; {_see_log()}")
            line += chunk
    return line


def _url_in(line: bytes) -> str:
    with contextlib.suppress(msgspec.MsgspecError):
        failed = msgspec.json.decode(line, type=_Failed).error
        raise from_code(failed.code, failed.message)
    try:
        return msgspec.json.decode(line, type=_Ready).url
    except msgspec.MsgspecError as error:
        raise ProconfError(f"The meeting's server said nothing useful; {_see_log()}") from error


def _see_log() -> str:
    return f"its log is in {log_dir()}."
