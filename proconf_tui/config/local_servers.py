"""Which servers of this user run on this machine: one small file each in the runtime directory.

``start`` and ``serve`` register theirs; ``join`` with no address looks here first. A file whose
process is gone is removed by whoever notices.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from proconf_tui.config.paths import runtime_dir


class LocalServer(msgspec.Struct, frozen=True):
    """One running server; ``url`` is ``http(s)://HOST:PORT`` as reached from this machine."""

    url: str
    pid: int


def _directory() -> Path:
    path = runtime_dir() / "servers"
    path.mkdir(exist_ok=True, mode=0o700)
    return path


@contextlib.contextmanager
def registered(server: LocalServer) -> Iterator[None]:
    """Be found by `local_servers` for as long as the block runs."""
    path = _directory() / f"{server.pid}.json"
    path.write_bytes(msgspec.json.encode(server))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def local_servers() -> list[LocalServer]:
    """Return the servers of this user that run here now, the newest first."""
    files = sorted(_directory().glob("*.json"), key=_modified_at, reverse=True)
    return [server for path in files if (server := _read(path))]


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> LocalServer | None:
    try:
        server = msgspec.json.decode(path.read_bytes(), type=LocalServer)
    except (OSError, msgspec.MsgspecError):
        return None
    if is_alive(server.pid):
        return server
    path.unlink(missing_ok=True)
    return None


def is_alive(pid: int) -> bool:
    """Return whether a process with this id exists (POSIX; elsewhere it is assumed)."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
