"""Which servers of this user run on this machine: one small file each in the runtime directory.

``start`` and ``serve`` register theirs; ``join`` with no address looks here first. A file whose
process is gone, or that says nothing useful, is removed by whoever notices.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from proconf_tui.config.paths import runtime_dir
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import Fragment


class LocalServer(msgspec.Struct, frozen=True):
    """One running server; ``url`` is ``http(s)://HOST:PORT`` as reached from this machine.

    ``url_for_others`` is what invites name, where other machines can come. Both end in ``#pin=PIN``
    where a client needs it to know the certificate.
    """

    url: str
    pid: int
    url_for_others: str | None = None


def _directory() -> Path:
    path = runtime_dir() / "servers"
    try:
        path.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unusable(path, error) from error
    return path


def _unusable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{path} cannot be used ({error.strerror}); "
        "see to it or name another directory with PROCONF_RUNTIME_DIR."
    )


@contextlib.contextmanager
def registered(server: LocalServer) -> Iterator[None]:
    """Be found by `local_servers` for as long as the block runs.

    Raises:
        ConfigError: the runtime directory cannot be used.
    """
    path = _directory() / f"{server.pid}.json"
    draft = path.with_suffix(".draft")
    try:
        draft.write_bytes(msgspec.json.encode(server))
        # Whoever looks must not take half a file for a bad one.
        draft.replace(path)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def local_servers() -> list[LocalServer]:
    """Return the servers of this user that run here now, the newest first.

    Raises:
        ConfigError: the runtime directory cannot be used.
    """
    files = sorted(_directory().glob("*.json"), key=_modified_at, reverse=True)
    return [server for path in files if (server := _read(path))]


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> LocalServer | None:
    try:
        server = _decoded(path.read_bytes())
    except OSError:
        return None
    if server and is_alive(server.pid):
        return server
    with contextlib.suppress(OSError):
        path.unlink()
    return None


def _decoded(content: bytes) -> LocalServer | None:
    try:
        server = msgspec.json.decode(content, type=LocalServer)
        urls = (
            [server.url] if server.url_for_others is None else [server.url, server.url_for_others]
        )
        return server if all(map(_is_address, urls)) else None
    except (msgspec.MsgspecError, ValueError, RecursionError, ConfigError):
        return None


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    schemes = ("https",) if Fragment.parse(parts.fragment).pin else ("http", "https")
    return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0


def is_alive(pid: int) -> bool:
    """Return whether a process with this id exists (POSIX; elsewhere it is assumed)."""
    if pid <= 0:
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
