"""What makes an ordinary Python process fit to carry media and to end on time.

C libraries write warnings to descriptor 2 whenever they like: it goes to a log file, so that no
line of theirs lands on somebody's screen. POSIX and Windows.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from proconf_tui.config.log_lines import HarmlessFormatter
from proconf_tui.config.paths import log_dir
from proconf_tui.errors import ConfigError

_MAX_LOG_BYTES: Final = 4 * 1024 * 1024
_SIGNALS: Final = ("SIGTERM", "SIGINT", "SIGHUP")


@contextlib.contextmanager
def own_streams(log: Path | None) -> Iterator[int]:
    """Give a descriptor of standard output that is ours alone, and take both back in the end.

    Meanwhile what anybody else writes to standard output or error goes to ``log``, or to
    ``agent.log`` in the log directory, and so do the loggers. A log that has grown large starts
    anew, the old one kept beside it.

    Raises:
        ConfigError: the log cannot be written.
    """
    path = log or log_dir() / "agent.log"
    try:
        _open_log(path)
    except OSError as error:
        raise ConfigError(
            f"The log {path} cannot be written ({error.strerror}); choose another --log-file."
        ) from error
    with contextlib.ExitStack() as streams:
        stdout = _redirected(1, path, streams)
        _redirected(2, path, streams)
        yield stdout


def _open_log(path: Path) -> None:
    with contextlib.suppress(FileExistsError):  # a file is in its place: touch says it better
        path.parent.mkdir(parents=True, exist_ok=True)
    _rotate(path)
    path.touch(mode=0o600)
    _configure_logging(path)


def _rotate(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.stat().st_size > _MAX_LOG_BYTES:
            path.replace(path.with_name(path.name + ".1"))


def _configure_logging(path: Path) -> None:
    handler = logging.FileHandler(path, encoding="utf-8", errors="replace")
    handler.setFormatter(
        HarmlessFormatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # One line per connection check is more than anybody reads.
    logging.getLogger("aioice").setLevel(logging.WARNING)


def _redirected(descriptor: int, path: Path, streams: contextlib.ExitStack) -> int:
    """Let ``descriptor`` lead to ``path`` until ``streams`` end; return where it led before."""
    before = os.dup(descriptor)
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, descriptor)
    os.close(file)

    def restore() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(before, descriptor)
        os.close(before)

    streams.callback(restore)
    return before


def on_end_signals(stop: Callable[[], None]) -> None:
    """Call ``stop`` in the running loop at each signal that asks this process to end."""
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
                loop.add_signal_handler(number, stop)


def settle_memory() -> None:
    """Take what start-up made out of the collector's sight: its full runs stall media by 50 ms."""
    gc.collect()
    gc.freeze()


class Countdown:
    """Ends the process by force a while after `start`, unless `cancel` comes first."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, os._exit, (1,))
        self._timer.daemon = True

    def start(self) -> None:
        """Begin to count."""
        self._timer.start()

    def cancel(self) -> None:
        """Stop counting, begun or not."""
        self._timer.cancel()
