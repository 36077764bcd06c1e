"""What any event log keeps and refuses; each test runs on every store there is."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import RoomId
from proconf_tui.room import commands
from proconf_tui.room.events import ChatSaid, Event, HandRaised
from proconf_tui.room.model import ChatLine
from proconf_tui.room.state import fold
from proconf_tui.room.wire import decode_event, encode_event
from proconf_tui.server.event_log.base import (
    EventLog,
    StoredRoom,
    VersionConflict,
)
from proconf_tui.server.event_log.opening import open_log
from tests.support.rooms import ANA, HOST, started_room

ROOM, OTHER = RoomId("r"), RoomId("other")


@pytest.fixture(params=["memory", "sqlite"])
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What names a store of its own for this test."""
    return f"sqlite:{tmp_path / 'rooms.db'}" if request.param == "sqlite" else "memory"


@pytest.fixture
async def log(spec: str) -> AsyncIterator[EventLog]:
    opened = await open_log(spec)
    yield opened
    await opened.aclose()


def meeting() -> list[Event]:
    """Return the events of a short meeting."""
    room = started_room(ANA)
    room.do(commands.SendChat(actor=HOST, text="one\ntwo"))
    room.do(commands.RaiseHand(actor=ANA))
    room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    return room.log


async def test_events_are_kept_in_order(log: EventLog) -> None:
    events = meeting()
    await log.append(ROOM, 0, events[:3])
    await log.append(ROOM, 3, events[3:])
    assert await log.load(ROOM) == StoredRoom(None, events)
    assert await log.rooms() == [ROOM]


async def test_of_a_room_that_is_not_there_nothing_is_kept(log: EventLog) -> None:
    await log.append(ROOM, 0, [])
    assert await log.rooms() == []
    assert await log.load(ROOM) == StoredRoom(None, [])


@pytest.mark.parametrize("version", [0, 2, 4])
async def test_a_writer_that_is_behind_or_ahead_is_refused(log: EventLog, version: int) -> None:
    events = meeting()
    await log.append(ROOM, 0, events[:3])
    with pytest.raises(VersionConflict):
        await log.append(ROOM, version, events[3:])
    assert await log.load(ROOM) == StoredRoom(None, events[:3])


async def test_of_two_writers_at_once_one_is_refused(log: EventLog) -> None:
    events = meeting()
    outcomes = await asyncio.gather(
        *(log.append(ROOM, 0, [event, event]) for event in events), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert [type(each) for each in outcomes if each] == [VersionConflict] * (len(events) - 1)
    assert len((await log.load(ROOM)).events) == 2


async def test_who_was_cancelled_has_written_everything_or_nothing(log: EventLog) -> None:
    events = meeting()
    writing = asyncio.create_task(log.append(ROOM, 0, events))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    kept = (await log.load(ROOM)).events
    assert kept in ([], events)
    await log.append(ROOM, len(kept), events[:1])


async def test_a_snapshot_takes_the_place_of_the_events_before_it(log: EventLog) -> None:
    events = meeting()
    snapshot = fold(events[:3])
    await log.append(ROOM, 0, events)
    await log.trim(ROOM, snapshot)
    assert await log.load(ROOM) == StoredRoom(snapshot, events[3:])


async def test_a_room_goes_on_after_a_snapshot_of_all_of_it(log: EventLog) -> None:
    events = meeting()
    snapshot = fold(events[:-1])
    await log.append(ROOM, 0, events[:-1])
    await log.trim(ROOM, snapshot)
    assert await log.load(ROOM) == StoredRoom(snapshot, [])
    with pytest.raises(VersionConflict):
        await log.append(ROOM, 0, events)
    await log.append(ROOM, snapshot.version, events[-1:])
    await log.trim(ROOM, fold(events))
    assert await log.load(ROOM) == StoredRoom(fold(events), [])
    assert await log.rooms() == [ROOM]


async def test_a_snapshot_of_another_time_is_refused(log: EventLog) -> None:
    events = meeting()
    await log.append(ROOM, 0, events[:4])
    await log.trim(ROOM, fold(events[:3]))
    for version in (2, 3, 5):
        with pytest.raises(VersionConflict):
            await log.trim(ROOM, fold(events[:version]))
    with pytest.raises(VersionConflict):
        await log.trim(OTHER, fold(events))
    assert await log.load(ROOM) == StoredRoom(fold(events[:3]), events[3:4])
    assert await log.rooms() == [ROOM]


async def test_a_deleted_room_is_gone_and_others_are_not(log: EventLog) -> None:
    events = meeting()
    for room_id, is_trimmed in itertools.product((ROOM, OTHER), (False, True)):
        kept = OTHER if room_id is ROOM else ROOM
        await log.append(room_id, 0, events)
        await log.append(kept, 0, events)
        if is_trimmed:
            await log.trim(room_id, fold(events[:3]))
        await log.delete(room_id)
        await log.delete(room_id)
        assert await log.rooms() == [kept]
        assert await log.load(room_id) == StoredRoom(None, [])
        assert (await log.load(kept)).events == events
        await log.delete(kept)


@given(
    texts=st.lists(st.text(max_size=20), max_size=5),
    instants=st.lists(st.floats(0, 1e10), max_size=5),
)
def test_what_sqlite_gives_back_is_what_memory_does(
    texts: list[str], instants: list[float]
) -> None:
    said: list[Event] = [ChatSaid(ChatLine(HOST, "Hana", text, said_at=1.0)) for text in texts]
    raised: list[Event] = [HandRaised(ANA, at) for at in instants]
    # Clean, as all text is that comes into a room.
    events = [decode_event(encode_event(each)) for each in (*said, *raised)]

    async def kept_by(spec: str) -> list[Event]:
        log = await open_log(spec)
        try:
            await log.append(ROOM, 0, events)
            return (await log.load(ROOM)).events
        finally:
            await log.aclose()

    with tempfile.TemporaryDirectory() as directory:
        assert asyncio.run(kept_by(f"sqlite:{directory}/rooms.db")) == events
    assert asyncio.run(kept_by("memory")) == events


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("", "no store ''"),
        ("sqlite", "no store 'sqlite'"),
        ("sqlite:", "no store 'sqlite:'"),
        ("postgres://here", "no store 'postgres"),
        ("redis://localhost", "Redis yet"),
        ("sqlite:~nobody-of-this-name/rooms.db", "no home directory"),
    ],
)
async def test_what_names_no_store_is_refused_with_the_choices(spec: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        await open_log(spec)


async def test_a_home_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    log = await open_log("sqlite:~/kept/rooms.db")
    await log.aclose()
    assert (tmp_path / "kept" / "rooms.db").is_file()
