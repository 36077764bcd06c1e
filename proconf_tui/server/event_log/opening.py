"""Which event log a server keeps its rooms in, as named with ``--store``."""

from __future__ import annotations

from pathlib import Path

from proconf_tui.errors import ConfigError
from proconf_tui.server.event_log.base import EventLog
from proconf_tui.server.event_log.memory import MemoryLog
from proconf_tui.server.event_log.sqlite import SqliteLog


async def open_log(spec: str, *, is_temporary: bool = False) -> EventLog:
    """Open the store that ``spec`` names: ``memory`` or ``sqlite:FILE``, with ``~`` expanded.

    A temporary one leaves nothing behind when it is closed; what a killed process has left of it
    is found again by the next.

    Raises:
        ConfigError: ``spec`` names no store, or one that cannot be used.
    """
    if spec == "memory":
        return MemoryLog()
    if spec.startswith(("redis:", "rediss:")):
        raise ConfigError(
            "This release cannot keep rooms in Redis yet; use --store memory or sqlite:FILE."
        )
    kind, _, name = spec.partition(":")
    if kind != "sqlite" or not name:
        raise ConfigError(f"There is no store {spec!r}; use --store memory or sqlite:FILE.")
    return await SqliteLog.open(_path(name), is_temporary=is_temporary)


def _path(name: str) -> Path:
    try:
        return Path(name).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigError(
            f"There is no home directory for {name!r}; name the whole path."
        ) from error
