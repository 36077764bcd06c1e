"""The file in which the server of one ``start`` keeps its meeting, so that a crash loses nothing.

It goes with the meeting: the server removes it at its end, and whoever started the server removes
what one that was killed has left. A kept server outlives its starter and still needs its file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from proconf_tui.config.local_servers import is_alive, local_servers
from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError


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


def remove_store(path: Path) -> None:
    """Delete a store that no server has open, and what SQLite keeps beside it."""
    for each in path.parent.glob(f"{path.name}*"):
        with contextlib.suppress(OSError):
            each.unlink()


def _remove_leftovers(directory: Path) -> None:
    if local_servers():
        # One of them may be a kept one, whose starter is gone.
        return
    for each in directory.glob("*.sqlite*"):
        starter = each.name.partition("-")[0]
        if starter.isdecimal() and not is_alive(int(starter)):
            with contextlib.suppress(OSError):
                each.unlink()
