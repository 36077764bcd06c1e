"""Where the server's log goes: a file in the log directory, or standard error. Never tokens.

Whatever is logged, by whomever, is one line of ``key=value`` that commands no terminal. What
strangers can cause as often as they like is written now and then only.
"""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from typing import Any, Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from proconf_tui.config.log_lines import harmless, harmless_lines
from proconf_tui.config.paths import log_dir
from proconf_tui.server.limits import Rate, TokenBucket

_FILE_BYTES: Final = 1024 * 1024
_FILES_KEPT: Final = 3
_SELDOM: Final = Rate(5, 60.0, "5 lines a minute")


def log_to_file() -> None:
    """Write this process's log to ``server.log``, of which a few old ones are kept."""
    _configure(
        RotatingFileHandler(
            log_dir() / "server.log",
            maxBytes=_FILE_BYTES,
            backupCount=_FILES_KEPT,
            encoding="utf-8",
            delay=True,
        )
    )


def log_to_stderr() -> None:
    """Write this process's log to standard error."""
    _configure(logging.StreamHandler())


class Seldom:
    """One event that may happen very often: a few lines of it at once, then one now and then.

    A line says with ``unwritten`` how many were left out before it.
    """

    def __init__(self, event: str, *, level: int = logging.WARNING) -> None:
        self._event = event
        self._level = level
        self._unwritten = _Unwritten()

    def log(self, log: Any, **values: object) -> None:
        """Write one line to the structlog logger ``log``, if it is time for one."""
        unwritten = self._unwritten.take()
        if unwritten is not None:
            more = {"unwritten": unwritten} if unwritten else {}
            log.log(self._level, self._event, **values, **more)


class _Unwritten:
    def __init__(self) -> None:
        self._bucket = TokenBucket(_SELDOM, time.monotonic())
        self._count = 0

    def take(self) -> int | None:
        """Return how many lines were left out before this one, or None to leave it out too."""
        if not self._bucket.take(time.monotonic()):
            self._count += 1
            return None
        count, self._count = self._count, 0
        return count


class _LibrariesSeldom(logging.Filter):
    """Lets through what we log, and of each library what it says now and then.

    Clients can make some of them warn at every connection.
    """

    def __init__(self) -> None:
        super().__init__()
        self._of_each: dict[str, _Unwritten] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("proconf_tui"):
            return True
        unwritten = self._of_each.setdefault(record.name, _Unwritten()).take()
        if unwritten:
            record.unwritten = unwritten
        return unwritten is not None


def _configure(handler: logging.Handler) -> None:
    ours = (structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso"))
    handler.addFilter(_LibrariesSeldom())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*ours, _add_origin],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _clean,
                structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event")),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for noisy in ("aioice", "aiortc"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It warns of what clients send, without a word of who or what.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *ours,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _add_origin(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say which library speaks."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if hasattr(record, "unwritten"):
        event["unwritten"] = record.unwritten
    return event


def _clean(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Make text of every value but numbers, and harmless text."""
    return {key: _cleaned(key, value) for key, value in event.items()}


def _cleaned(key: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return harmless_lines(str(value)) if key == "exception" else harmless(str(value))
