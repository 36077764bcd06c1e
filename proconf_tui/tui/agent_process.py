"""The agent as a child process: its pipes, and how it is ended. It knows no lines' meaning.

The child has a session of its own, so that Ctrl-C and a hang-up of the terminal reach it only
through us; it ends by itself when its stdin ends, so that it cannot outlive a killed screen.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import IO, Self

from proconf_tui.control.codec import MAX_AGENT_LINE_BYTES

_GRACE_S = 2.0
_TERMINATED_S = 1.0


class AgentProcess:
    """One running child; make it with `start`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, command: Sequence[str], log: IO[bytes]) -> Self:
        """Run ``command``; its stderr goes to ``log``.

        Raises:
            OSError: it cannot be run.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            limit=MAX_AGENT_LINE_BYTES,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what it prints until it ends; a line over the limit ends it too."""
        stdout = self._process.stdout
        assert stdout is not None
        with contextlib.suppress(ValueError, ConnectionError):
            while line := await stdout.readline():
                yield line

    def write(self, line: bytes) -> None:
        """Send a line; one that has ended swallows it."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(line)

    async def end(self) -> int:
        """Let it end by itself, else terminate, else kill it; return its status."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if (status := await self._ended_within(_GRACE_S)) is not None:
            return status
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        if (status := await self._ended_within(_TERMINATED_S)) is not None:
            return status
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return await self._process.wait()

    async def _ended_within(self, seconds: float) -> int | None:
        try:
            return await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            return None
