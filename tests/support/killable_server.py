"""A meeting on a server as ``start`` has it: a child process, begun again when it is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.config.credentials import load_or_create_credentials
from tests.support.meeting import Meeting
from tests.support.signalling import RunningServer


class KillableMeeting(Meeting):
    """A meeting whose server can be killed."""

    def __init__(self, process: ServerProcess, server: RunningServer) -> None:
        super().__init__(server)
        self._process = process

    @property
    def server_pid(self) -> int:
        """The process that is the server now."""
        pid = self._process.pid
        assert pid is not None
        return pid

    def kill_server(self) -> int:
        """Kill it without a word, and return which process that was."""
        pid = self.server_pid
        os.kill(pid, signal.SIGKILL)
        return pid


@contextlib.asynccontextmanager
async def killable_meeting() -> AsyncIterator[KillableMeeting]:
    """A server with nobody on it yet."""
    process = ServerProcess(0)
    try:
        url = await asyncio.to_thread(process.url)
        port = int(url.rpartition(":")[2])
        server = RunningServer(url, port, load_or_create_credentials(), [])
        async with contextlib.aclosing(KillableMeeting(process, server)) as meeting:
            yield meeting
    finally:
        await asyncio.to_thread(process.stop)
