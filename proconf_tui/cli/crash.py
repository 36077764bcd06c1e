"""What a person sees of a fault in this program: one line, with the place of the whole story."""

from __future__ import annotations

import contextlib
import sys
import traceback
from pathlib import Path
from types import TracebackType

from proconf_tui.errors import ConfigError


def install() -> None:
    """Let an error that nobody handles end the process with one line and status 1."""
    sys.excepthook = _report


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    where = None
    with contextlib.suppress(OSError, ConfigError):
        where = _written("".join(traceback.format_exception(kind, error, trace)))
    story = f"; please report it with {where}" if where else f" ({kind.__name__})"
    print(f"proconf-tui: Something went wrong inside the program{story}.", file=sys.stderr)


def _written(story: str) -> Path:
    from proconf_tui.config.paths import log_dir

    path = log_dir() / "proconf-tui.log"
    with path.open("a", encoding="utf-8", errors="replace") as log:
        log.write(story)
    return path
