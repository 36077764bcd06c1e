"""Where the server's log goes: a file in the log directory, or standard error. Never tokens."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import Final

import structlog

from proconf_tui.config.paths import log_dir

_FILE_BYTES: Final = 1024 * 1024
_FILES_KEPT: Final = 3


def log_to_file() -> None:
    """Write this process's log to ``server.log``, of which a few old ones are kept."""
    _configure(
        RotatingFileHandler(
            log_dir() / "server.log", maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, delay=True
        )
    )


def log_to_stderr() -> None:
    """Write this process's log to standard error."""
    _configure(logging.StreamHandler())


def _configure(handler: logging.Handler) -> None:
    logging.basicConfig(handlers=[handler], format="%(message)s", level=logging.INFO, force=True)
    for noisy in ("uvicorn.error", "aioice", "aiortc"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event")),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
