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
import threading
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
    """A server that starts when its address is first asked for, and ends with the block.

    It is tried on the ``ports`` in turn (0: any that is free) while one is taken.
    """

    def __init__(self, *ports: int) -> None:
        self._ports = list(ports)
        self._url: str | None = None
        self._turn = threading.Lock()
        self._is_kept = False
        self._process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """Return its address as soon as it can be used; blocks, from any thread.

        Raises:
            ConfigError: every port is taken.
            ProconfError: it did not start, or not in time.
        """
        with self._turn:
            while self._url is None:
                self._process = self._process or _spawn(self._ports.pop(0))
                try:
                    self._url = _url_in(_first_line(self._process))
                except ConfigError:
                    if not self._ports:
                        raise
                    self._end(self._process)
            return self._url

    @property
    def pid(self) -> int | None:
        """Its process id, None while it was not started."""
        return self._process.pid if self._process else None

    def keep(self) -> None:
        """Let the server go on after us."""
        self._is_kept = True
        if self._process is not None:
            with contextlib.suppress(OSError):
                _pipe(self._process.stdin).write(b'{"keep": true}\n')

    def stop(self) -> None:
        """Close its input and wait until it is gone; one that was told to keep on stays."""
        if self._process is not None:
            self._end(self._process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            _pipe(process.stdin).close()
        if not self._is_kept:
            try:
                process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _pipe(process.stdout).close()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _spawn(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*_COMMAND, "--port", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ctrl-C and a hang-up of the terminal are ours to understand.
        start_new_session=True,
    )


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
