"""The event log in this process's memory: nothing survives it."""

from __future__ import annotations

from collections.abc import Sequence

from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event
from proconf_tui.server.event_log.base import VersionConflict


class MemoryLog:
    """An `EventLog` of plain lists."""

    def __init__(self) -> None:
        self._events: dict[RoomId, list[Event]] = {}

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        if not events:
            return
        if len(self._events.get(room_id, ())) != expected_version:
            raise VersionConflict
        self._events.setdefault(room_id, []).extend(events)

    async def read(self, room_id: RoomId, since: int = 0) -> list[Event]:
        return self._events.get(room_id, [])[since:]

    async def rooms(self) -> list[RoomId]:
        return list(self._events)

    async def delete(self, room_id: RoomId) -> None:
        self._events.pop(room_id, None)
