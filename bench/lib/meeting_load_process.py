"""The process in which a large meeting's people are, as the bench sees it; and what it tells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Final, Self

import msgspec

_COMMAND: Final = (sys.executable, "-m", "bench.lib.meeting_load")
_PROJECT: Final = str(Path(__file__).parents[2])


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Everybody hears and sees others; ``waits`` were joins that the server put off."""

    joined_s: float
    offers: int
    waits: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The meeting did not come about."""

    reason: str


class Snapshot(msgspec.Struct, frozen=True, tag=True):
    """The people's counters together; ``heard`` and ``seen`` are streams that are sent to them.

    ``dropped`` are datagrams that their own sockets had no room for, ``server_dropped`` the
    server's.
    """

    at_s: float
    cpu_s: float
    sent: int
    received: int
    dropped: int
    server_dropped: int
    levels: int
    slot_changes: int
    heard: int
    seen: int
    trouble: str | None


class MeetingLoad:
    """A meeting of ``count`` on the server at ``url``; a context manager that ends it.

    Raises:
        RuntimeError: it did not come about.
    """

    def __init__(self, url: str, count: int) -> None:
        self._process = subprocess.Popen(
            [*_COMMAND, url, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _PROJECT},
        )
        self.ready: Ready

    def __enter__(self) -> Self:
        try:
            said = self._next()
            if not isinstance(said, Ready):
                raise RuntimeError(f"The meeting did not come about: {said}")
            self.ready = said
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def snapshot(self) -> Snapshot:
        """Return the counters as they are now.

        Raises:
            RuntimeError: somebody is in the meeting no more.
        """
        stdin = _pipe(self._process.stdin)
        stdin.write(b"\n")
        stdin.flush()
        said = self._next()
        if not isinstance(said, Snapshot) or said.trouble is not None:
            raise RuntimeError(f"The meeting broke down: {said}")
        return said

    def _next(self) -> Ready | Failed | Snapshot:
        line = _pipe(self._process.stdout).readline()
        if not line:
            return Failed("its process ended.")
        return msgspec.json.decode(line, type=Ready | Failed | Snapshot)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "the process was started with it"
    return pipe
