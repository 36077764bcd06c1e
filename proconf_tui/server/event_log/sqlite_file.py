"""The file of the SQLite event log: made, claimed by one server alone, checked, and removed.

The claim is SQLite's own lock, held as long as the file is open (``locking_mode=EXCLUSIVE``): the
operating system lets go of it when the process is gone, however it went, and WAL then needs no
shared memory beside the file. A file that is not ours is left as it is.
Source: sqlite.org/pragma.html, sqlite.org/wal.html §8 and sqlite.org/rescode.html.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from proconf_tui.errors import ConfigError

# Every write of the log is one statement, so that nothing can come between, nor half of it stay
# when a task is cancelled; what belongs to it in other tables is done by these triggers.
_SCHEMA: Final = """
CREATE TABLE rooms (
    room_id TEXT PRIMARY KEY,
    -- The version of the snapshot; the events up to it are not kept.
    version INTEGER NOT NULL DEFAULT 0,
    snapshot BLOB
) WITHOUT ROWID;
CREATE TABLE events (
    room_id TEXT,
    version INTEGER,
    event BLOB NOT NULL,
    PRIMARY KEY (room_id, version)
) WITHOUT ROWID;
CREATE TRIGGER room_opened AFTER INSERT ON events WHEN new.version = 1 BEGIN
    INSERT INTO rooms (room_id) VALUES (new.room_id);
END;
CREATE TRIGGER room_trimmed AFTER UPDATE OF version ON rooms BEGIN
    DELETE FROM events WHERE room_id = new.room_id AND version <= new.version;
END;
CREATE TRIGGER room_deleted AFTER DELETE ON rooms BEGIN
    DELETE FROM events WHERE room_id = old.room_id;
END;
"""
SCHEMA_VERSION: Final = 1
APPLICATION_ID: Final = 0x50524346
"""Says that the file is ours (the letters PRCF)."""

_CLAIM_S: Final = 1.0
"""How long a server that is just ending may still hold the file."""

_ELSEWHERE: Final = "choose another file with --store sqlite:FILE"
_REASONS: Final = {
    sqlite3.SQLITE_BUSY: f"Another server uses {{}}; stop it or {_ELSEWHERE}.",
    sqlite3.SQLITE_NOTADB: f"{{}} is no store of rooms; move it away or {_ELSEWHERE}.",
    sqlite3.SQLITE_CORRUPT: f"The store {{}} is damaged; move it away or {_ELSEWHERE}.",
    sqlite3.SQLITE_READONLY: f"{{}} cannot be written; see to its permissions or {_ELSEWHERE}.",
}


def claim(path: Path) -> sqlite3.Connection:
    """Open the store at ``path`` for this process alone; made if there is none, private.

    The connection may be used in any one thread at a time; each statement is a transaction of its
    own. Blocks, for about a second if another server has the file.

    Raises:
        ConfigError: another server has it, or it is none that this release can use.
    """
    _make(path)
    try:
        connection = sqlite3.connect(
            path, timeout=_CLAIM_S, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise ConfigError(_why(path, error)) from error
    return connection


def remove(path: Path) -> None:
    """Delete the store at ``path``, which nobody has open, and what SQLite keeps beside it."""
    # The file itself last: what is cut short leaves something that is found again.
    for end in ("-wal", "-shm", "-journal", ""):
        with contextlib.suppress(OSError):
            path.with_name(path.name + end).unlink()


def remove_unclaimed(path: Path) -> None:
    """Delete the store at ``path`` unless a server has it; what is no store stays too."""
    try:
        # Not made anew if it is gone meanwhile.
        address = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=0, isolation_level=None, uri=True)
        with contextlib.closing(connection):
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            remove(path)
    except sqlite3.Error:
        return


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only a new file: closing one that is open would let go of the locks this process has.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode=0o600))
    except OSError as error:
        raise ConfigError(
            f"The store {path} cannot be made ({error.strerror}); {_ELSEWHERE}."
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    is_new = _is_new(connection, path)
    connection.execute("COMMIT")
    if is_new:
        connection.executescript(
            f"BEGIN; {_SCHEMA} PRAGMA application_id={APPLICATION_ID};"
            f"PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
        )
    connection.execute("PRAGMA journal_mode=WAL")
    # In WAL mode a killed process loses nothing by it: what is written is the system's already.
    # A power cut can cost the last moments, never the file, and no append waits for the disk.
    connection.execute("PRAGMA synchronous=NORMAL")
    # What was said in a room that is deleted must not stay readable in the file.
    connection.execute("PRAGMA secure_delete=ON")


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    if not _number(connection, "SELECT count(*) FROM sqlite_master"):
        return True
    if _number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise ConfigError(_REASONS[sqlite3.SQLITE_NOTADB].format(path))
    if _number(connection, "PRAGMA user_version") > SCHEMA_VERSION:
        raise ConfigError(
            f"The store {path} was made by a newer release; use that one or {_ELSEWHERE}."
        )
    return False


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _why(path: Path, error: sqlite3.Error) -> str:
    # The low byte is the kind of error, the rest a closer reason.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    default = f"The store {{}} cannot be used ({error}); {_ELSEWHERE}."
    return _REASONS.get(code, default).format(path)
