"""A store that takes its time, or refuses, when a test says so: what races and full disks need."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event
from proconf_tui.server import main
from proconf_tui.server.event_log.base import EventLog, StoreFailed
from proconf_tui.server.event_log.memory import MemoryLog
from tests.support.signalling import RunningServer, running_server


class StubbornLog(MemoryLog):
    """Appends wait while `flows` is not set, and fail while `is_full`.

    ``begun`` and ``refused`` count them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flows = asyncio.Event()
        self.flows.set()
        self.is_full = False
        self.waiting = self.begun = self.refused = 0

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        self.begun += 1
        self.waiting += 1
        try:
            await self.flows.wait()
        finally:
            self.waiting -= 1
        if self.is_full and events:
            self.refused += 1
            raise StoreFailed
        await super().append(room_id, expected_version, events)


@contextlib.asynccontextmanager
async def stubborn_server(
    monkeypatch: pytest.MonkeyPatch, **choices: object
) -> AsyncIterator[tuple[RunningServer, StubbornLog]]:
    """A server whose rooms are in a `StubbornLog`."""
    log = StubbornLog()

    async def open_log(_spec: str, **_: object) -> EventLog:
        return log

    monkeypatch.setattr(main, "open_log", open_log)
    async with running_server(**choices) as server:
        yield server, log
