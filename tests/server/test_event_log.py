"""What any event log keeps and refuses."""

from __future__ import annotations

import pytest

from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.room.events import RoomCreated, RoomStarted
from proconf_tui.server.event_log.base import EventLog, VersionConflict
from proconf_tui.server.event_log.memory import MemoryLog

ROOM = RoomId("r")
CREATED = RoomCreated(ROOM, created_at=1.0)
STARTED = RoomStarted(by=PeerId("p"))


@pytest.fixture
def log() -> EventLog:
    return MemoryLog()


async def test_events_are_read_in_order_from_any_version(log: EventLog) -> None:
    await log.append(ROOM, 0, [CREATED])
    await log.append(ROOM, 1, [STARTED])
    assert await log.read(ROOM) == [CREATED, STARTED]
    assert await log.read(ROOM, since=1) == [STARTED]
    assert await log.read(RoomId("other")) == []
    assert await log.rooms() == [ROOM]


@pytest.mark.parametrize("version", [0, 2])
async def test_a_writer_that_is_behind_or_ahead_is_refused(log: EventLog, version: int) -> None:
    await log.append(ROOM, 0, [CREATED])
    with pytest.raises(VersionConflict):
        await log.append(ROOM, version, [STARTED])
    assert await log.read(ROOM) == [CREATED]


async def test_a_deleted_room_is_gone(log: EventLog) -> None:
    await log.append(ROOM, 0, [CREATED])
    await log.delete(ROOM)
    await log.delete(ROOM)
    assert await log.rooms() == []
    await log.append(ROOM, 0, [CREATED])
