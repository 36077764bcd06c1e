"""The event log in a file: what survives, whom it belongs to, and what a broken one does."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.room.events import ChatSaid, Event, HandRaised, RoomCreated
from proconf_tui.room.model import ChatLine
from proconf_tui.room.state import fold
from proconf_tui.server.event_log.base import StoreDamaged, StoreFailed, VersionConflict
from proconf_tui.server.event_log.opening import open_log
from proconf_tui.server.event_log.sqlite import SqliteLog
from proconf_tui.server.event_log.sqlite_file import claim, remove_unclaimed

ROOM, OTHER = RoomId("r"), RoomId("other")
PEER = PeerId("p")
CREATED = RoomCreated(ROOM, created_at=1.0)

WRITER = """
import asyncio, sys
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.room.events import HandRaised
from proconf_tui.server.event_log.opening import open_log

async def main():
    log = await open_log(sys.argv[1], is_temporary=True)
    print("open", flush=True)
    for version in range(int(sys.argv[2])):
        await log.append(RoomId("r"), version, [HandRaised(PeerId("p"), float(version))])
        print(version + 1, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "rooms.db"


@contextlib.asynccontextmanager
async def opened(path: Path, *, is_temporary: bool = False) -> AsyncIterator[SqliteLog]:
    """The log at ``path`` until the block ends."""
    log = await SqliteLog.open(path, is_temporary=is_temporary)
    try:
        yield log
    finally:
        await log.aclose()


@contextlib.contextmanager
def another_server(path: Path, *, appends: int) -> Iterator[subprocess.Popen[str]]:
    """A process that has the store open, and is killed at the end if not before."""
    command = [sys.executable, "-c", WRITER, f"sqlite:{path}", str(appends)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def by_hand(path: Path) -> Iterator[sqlite3.Connection]:
    """The closed file at ``path`` as somebody with another program has it."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def says(path: Path, text: bytes) -> bool:
    """Return whether the bytes of a file have ``text`` in them."""
    return text in path.read_bytes()


def said(text: str) -> Event:
    return ChatSaid(ChatLine(PEER, "Ana", text, said_at=1.0))


async def test_a_killed_writer_loses_nothing_it_was_told_is_kept(path: Path) -> None:
    with another_server(path, appends=1_000_000) as process:
        assert process.stdout
        acknowledged = [process.stdout.readline() for _ in range(200)]
        process.kill()
        acknowledged += process.stdout.readlines()
    last = int(acknowledged[-1])
    async with opened(path) as log:
        kept = (await log.load(ROOM)).events
        assert len(kept) in (last, last + 1)
        assert kept == [HandRaised(PEER, float(number)) for number in range(len(kept))]
        await log.append(ROOM, len(kept), [said("And on.")])


async def test_one_server_has_the_file_until_its_process_is_gone(path: Path) -> None:
    with another_server(path, appends=0) as process:
        with pytest.raises(ConfigError, match=r"Another server uses .*rooms.db; .*--store"):
            await SqliteLog.open(path)
        process.kill()
        process.wait()
        async with opened(path) as log:
            with pytest.raises(ConfigError, match="Another server"):
                await SqliteLog.open(path)
            await log.append(ROOM, 0, [CREATED])


def test_a_store_is_removed_only_once_no_server_has_it(path: Path) -> None:
    with another_server(path, appends=3) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(3)][-1]
        remove_unclaimed(path)
        assert path.exists()
        process.kill()
        process.wait()
        assert len(list(path.parent.iterdir())) > 1
        remove_unclaimed(path)
        assert list(path.parent.iterdir()) == []
        remove_unclaimed(path)
        assert list(path.parent.iterdir()) == []


def test_what_is_no_store_is_not_removed(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, " * 100)
    remove_unclaimed(letter)
    assert letter.exists()


async def test_nobody_else_can_read_what_is_kept(path: Path) -> None:
    async with opened(path) as log:
        await log.append(ROOM, 0, [CREATED])
        files = list(path.parent.iterdir())
        assert {each.name for each in files} == {"rooms.db", "rooms.db-wal"}
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_what_was_said_in_a_deleted_room_is_in_no_file(path: Path) -> None:
    wal = path.with_name("rooms.db-wal")
    async with opened(path) as log:
        for room_id in (ROOM, OTHER):
            await log.append(room_id, 0, [CREATED, said("Between us."), said("Secret")])
        await log.trim(ROOM, fold([CREATED, said("Between us.")]))
        assert says(wal, b"Between us.")
        for room_id in (ROOM, OTHER):
            await log.delete(room_id)
        assert not says(wal, b"Between us.")
    assert not says(path, b"Between us.")
    assert not says(path, b"Secret")


async def test_a_temporary_store_is_gone_when_it_is_closed_and_only_then(path: Path) -> None:
    async with opened(path) as log:
        await log.append(ROOM, 0, [CREATED])
    temporary = await open_log(f"sqlite:{path}", is_temporary=True)
    assert (await temporary.load(ROOM)).events == [CREATED]
    await temporary.aclose()
    assert list(path.parent.iterdir()) == []
    async with opened(path):
        await temporary.aclose()
        assert path in path.parent.iterdir()


@pytest.mark.parametrize(
    "content", [b"??", b"no database at all\n" * 1000, b"SQLite format 3\0 not"]
)
def test_a_file_that_is_no_store_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"no store of rooms; move it away or choose another"):
        claim(path)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with by_hand(path) as connection:
        connection.execute("CREATE TABLE rooms (beds INTEGER)")
    content = path.read_bytes()
    with pytest.raises(ConfigError, match="no store of rooms"):
        claim(path)
    assert path.read_bytes() == content


async def test_the_store_of_a_newer_release_is_refused(path: Path) -> None:
    async with opened(path):
        pass
    with by_hand(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(ConfigError, match="made by a newer release"):
        await SqliteLog.open(path)


async def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in (tmp_path / "file" / "rooms.db", tmp_path):
        with pytest.raises(ConfigError, match="choose another file with --store"):
            await SqliteLog.open(name)


@pytest.mark.parametrize(
    "damage",
    [
        """UPDATE events SET event = '{"type":"NotInventedYet"}' WHERE version = 3""",
        "UPDATE events SET event = x'ff00' WHERE version = 3",
        "UPDATE events SET event = 7 WHERE version = 3",
        "UPDATE events SET version = 9 WHERE version = 3",
        "DELETE FROM events WHERE version = 3",
        "UPDATE rooms SET snapshot = '{}'",
        "UPDATE rooms SET snapshot = NULL",
    ],
)
async def test_a_damaged_room_is_named_and_left_alone(path: Path, damage: str) -> None:
    events = [CREATED, said("one"), said("two"), said("three")]
    async with opened(path) as log:
        await log.append(ROOM, 0, events)
        await log.trim(ROOM, fold(events[:2]))
    with by_hand(path) as connection:
        connection.execute(damage)
        rows = list(connection.execute("SELECT * FROM events"))
    async with opened(path) as log:
        await log.append(OTHER, 0, [CREATED])
        assert sorted(await log.rooms()) == [OTHER, ROOM]
        with pytest.raises(StoreDamaged):
            await log.load(ROOM)
        assert (await log.load(OTHER)).events == [CREATED]
        await log.delete(OTHER)
    with by_hand(path) as connection:
        assert list(connection.execute("SELECT * FROM events")) == rows


async def test_a_full_disk_is_said_and_leaves_the_room_as_it_was(path: Path) -> None:
    long = [CREATED, *(said("x" * 2000) for _ in range(50))]
    async with opened(path) as log:
        await log.append(ROOM, 0, [CREATED])
        await log._connection.execute_fetchall("PRAGMA max_page_count = 1")
        with pytest.raises(StoreFailed, match="cannot keep what happens"):
            await log.append(ROOM, 1, long)
        assert (await log.load(ROOM)).events == [CREATED]
        await log._connection.execute_fetchall("PRAGMA max_page_count = 1000")
        await log.append(ROOM, 1, long)
        with pytest.raises(VersionConflict):
            await log.append(ROOM, 1, long)


async def test_the_operator_learns_now_and_then_why_a_store_fails(path: Path) -> None:
    async with opened(path) as log:
        await log.append(ROOM, 0, [CREATED])
        await log._connection.execute_fetchall("PRAGMA max_page_count = 1")
        with capture_logs() as logged:
            for _ in range(20):
                with pytest.raises(StoreFailed):
                    await log.append(ROOM, 1, [said("x" * 20_000)])
    assert len(logged) == 5
    assert logged[0]["event"] == "the store fails"
    assert logged[0]["log_level"] == "error"
    assert logged[0]["file"] == path
    assert "disk is full" in str(logged[0]["reason"])


async def test_a_file_that_can_only_be_read_is_said(path: Path) -> None:
    async with opened(path) as log:
        await log.append(ROOM, 0, [CREATED])
        await log._connection.execute_fetchall("PRAGMA query_only = 1")
        for change in (log.append(ROOM, 1, [said("one")]), log.delete(ROOM)):
            with pytest.raises(StoreFailed):
                await change
        assert (await log.load(ROOM)).events == [CREATED]


async def test_a_closed_store_says_that_it_failed(path: Path) -> None:
    async with opened(path) as log:
        pass
    for asked in (log.append(ROOM, 0, [CREATED]), log.load(ROOM), log.rooms()):
        with pytest.raises(StoreFailed):
            await asked
