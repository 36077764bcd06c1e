"""Where each screen's picture buffer lies, and the removal of those whose screen was killed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from proconf_tui.config.local_servers import is_alive

_PREFIX: Final = "pictures-"


def own_path(directory: Path) -> Path:
    """Return where this process keeps its buffer."""
    return directory / f"{_PREFIX}{os.getpid()}"


def remove_leftovers(directory: Path) -> None:
    """Remove the buffers of processes that are gone; one that cannot be removed is left."""
    for path in directory.glob(f"{_PREFIX}*"):
        pid = path.name.removeprefix(_PREFIX)
        # Process ids are 32 bits wide; a longer number is no name of ours.
        if pid.isdecimal() and len(pid) < 10 and not is_alive(int(pid)):
            with contextlib.suppress(OSError):
                path.unlink()
