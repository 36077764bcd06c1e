"""The file in which the server of one ``start`` keeps its meeting, so that a crash loses nothing.

It goes with the meeting: the server removes it at its end, and whoever started the server removes
what one that was killed has left. A kept server outlives its starter and still needs its file.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from proconf_tui.config.local_servers import is_alive
from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError
from proconf_tui.server.event_log import sqlite_file


def new_store() -> Path:
    """Return where a new store can be, once those that nobody needs any more are removed.

    Raises:
        ConfigError: the data directory cannot be used.
    """
    directory = data_dir() / "meetings"
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{directory} cannot be used ({error.strerror}); see to it.") from error
    _remove_leftovers(directory)
    return directory / f"{os.getpid()}-{secrets.token_hex(4)}.sqlite"


def _remove_leftovers(directory: Path) -> None:
    for each in directory.glob("*.sqlite"):
        starter = each.name.partition("-")[0]
        if starter.isdecimal() and not is_alive(int(starter)):
            # A kept server, whose starter is gone, still has its own.
            sqlite_file.remove_unclaimed(each)
