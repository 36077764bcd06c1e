"""The event log in one SQLite file, for one server: what was appended survives a killed process.

Events and snapshots are kept as the JSON of `proconf_tui.room.wire`. What cannot be read back is
`StoreDamaged` for that room alone; its rows stay, so that a person can look at them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import aiosqlite
import structlog

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import RoomId
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.wire import decode_event, decode_state, encode_event, encode_state
from proconf_tui.server.event_log import sqlite_file
from proconf_tui.server.event_log.base import (
    StoreDamaged,
    StoredRoom,
    StoreFailed,
    VersionConflict,
)
from proconf_tui.server.logs import Seldom

_log = structlog.get_logger(__name__)

_APPEND: Final = """
WITH fresh (step, event) AS (VALUES {})
INSERT INTO events (room_id, version, event)
SELECT :room, :expected + step, event FROM fresh
WHERE :expected = coalesce(
    (SELECT max(version) FROM events WHERE room_id = :room),
    (SELECT version FROM rooms WHERE room_id = :room),
    0)
RETURNING version
"""

_TRIM: Final = """
UPDATE rooms SET version = :version, snapshot = :snapshot
WHERE room_id = :room AND version < :version
    AND :version <= (SELECT max(version) FROM events WHERE room_id = :room)
RETURNING version
"""

# The room's own row comes first: its version is below that of every event kept.
_LOAD: Final = """
SELECT version, snapshot FROM rooms WHERE room_id = :room
UNION ALL SELECT version, event FROM events WHERE room_id = :room
ORDER BY version
"""


class SqliteLog:
    """An `EventLog` in one file."""

    def __init__(self, connection: aiosqlite.Connection, path: Path, *, is_temporary: bool) -> None:
        """Take a connection to the store at ``path``, which is this process's own; see `open`."""
        self._connection = connection
        self._path = path
        self._is_temporary = is_temporary
        self._failing = Seldom("the store fails", level=logging.ERROR)

    @classmethod
    async def open(cls, path: Path, *, is_temporary: bool = False) -> SqliteLog:
        """Return the log in the file at ``path``, which is made if there is none.

        A temporary one is deleted by `aclose`.

        Raises:
            ConfigError: the file cannot be used, or another server uses it.
        """
        # Not left to aiosqlite, whose thread may outlive the loop it answers when opening fails.
        claimed = await asyncio.to_thread(sqlite_file.claim, path)
        connection = await aiosqlite.Connection(lambda: claimed, iter_chunk_size=64)
        return cls(connection, path, is_temporary=is_temporary)

    async def append(self, room_id: RoomId, expected_version: int, events: Sequence[Event]) -> None:
        if not events:
            return
        fresh = {f"event{n}": bytes(encode_event(event)) for n, event in enumerate(events, 1)}
        values = ", ".join(f"({n}, :event{n})" for n in range(1, len(fresh) + 1))
        if not await self._rows(
            _APPEND.format(values), room=room_id, expected=expected_version, **fresh
        ):
            raise VersionConflict

    async def load(self, room_id: RoomId) -> StoredRoom:
        rows = await self._rows(_LOAD, room=room_id)
        if not rows:
            return StoredRoom(None, [])
        version, stored = rows[0]
        snapshot = _snapshot(version, stored) if version else None
        return StoredRoom(snapshot, _events(rows[1:], version))

    async def trim(self, room_id: RoomId, snapshot: RoomState) -> None:
        stored = bytes(encode_state(snapshot))
        if not await self._rows(_TRIM, room=room_id, version=snapshot.version, snapshot=stored):
            raise VersionConflict

    async def rooms(self) -> list[RoomId]:
        return [RoomId(room_id) for (room_id,) in await self._rows("SELECT room_id FROM rooms")]

    async def delete(self, room_id: RoomId) -> None:
        if await self._rows("DELETE FROM rooms WHERE room_id = :room RETURNING 1", room=room_id):
            # What was said is still in the WAL until that is cut.
            await self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    async def aclose(self) -> None:
        with _failures():
            await self._connection.close()
        if self._is_temporary:
            # Once: the next file of that name may be another server's.
            self._is_temporary = False
            sqlite_file.remove(self._path)

    async def _rows(self, sql: str, **values: Any) -> list[Any]:
        try:
            with _failures():
                return list(await self._connection.execute_fetchall(sql, values))
        except StoreFailed as error:
            # Who asked is told no more than that it failed; why is for the operator.
            self._failing.log(_log, file=self._path, reason=error.__cause__)
            raise


def _snapshot(version: int, stored: object) -> RoomState:
    with _damage():
        snapshot = decode_state(_json(stored))
        if snapshot.version != version:
            raise InvalidMessage("The snapshot is of another version.")
        return snapshot


def _events(rows: list[Any], since: int) -> list[Event]:
    with _damage():
        if [version for version, _ in rows] != list(range(since + 1, since + 1 + len(rows))):
            raise InvalidMessage("Some of the events are missing.")
        return [decode_event(_json(stored)) for _, stored in rows]


def _json(stored: object) -> bytes | str:
    # A column of SQLite holds what it is given, and a person may have changed it.
    if not isinstance(stored, bytes | str):
        raise InvalidMessage("That is no JSON.")
    return stored


@contextlib.contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except InvalidMessage as error:
        raise StoreDamaged from error


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """Raise what sqlite3 and aiosqlite raise as `StoreFailed`; around calls of theirs only."""
    try:
        yield
    except sqlite3.Error as error:
        is_damaged = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT
        raise (StoreDamaged if is_damaged else StoreFailed) from error
    except ValueError as error:
        # What aiosqlite says of a connection that is closed.
        raise StoreFailed from error
