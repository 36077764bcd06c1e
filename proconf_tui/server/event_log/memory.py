"""The event log in this process's memory: nothing survives it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.server.event_log.base import StoredRoom, VersionConflict


@dataclasses.dataclass(slots=True)
class _Kept:
    snapshot: RoomState | None = None
    events: list[Event] = dataclasses.field(default_factory=list)

    @property
    def trimmed(self) -> int:
        """How many events have given way to the snapshot."""
        return self.snapshot.version if self.snapshot else 0

    @property
    def version(self) -> int:
        return self.trimmed + len(self.events)


class MemoryLog:
    """An `EventLog` of plain lists."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, _Kept] = {}

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        if not events:
            return
        if self._kept(room_id).version != expected_version:
            raise VersionConflict
        self._rooms.setdefault(room_id, _Kept()).events.extend(events)

    async def load(self, room_id: RoomId) -> StoredRoom:
        kept = self._kept(room_id)
        return StoredRoom(kept.snapshot, list(kept.events))

    async def trim(self, room_id: RoomId, snapshot: RoomState) -> None:
        kept = self._kept(room_id)
        if not kept.trimmed < snapshot.version <= kept.version:
            raise VersionConflict
        del kept.events[: snapshot.version - kept.trimmed]
        kept.snapshot = snapshot

    async def rooms(self) -> list[RoomId]:
        return list(self._rooms)

    async def delete(self, room_id: RoomId) -> None:
        self._rooms.pop(room_id, None)

    async def aclose(self) -> None:
        self._rooms.clear()

    def _kept(self, room_id: RoomId) -> _Kept:
        return self._rooms.get(room_id) or _Kept()
