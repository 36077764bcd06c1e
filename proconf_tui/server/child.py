"""The server as a child of ``start``: readiness is a line, and the parent's death is its end.

On standard output it writes one JSON line, ``{"url", "port", "pid"}`` or ``{"error": {"code",
"message"}}``; ``url`` ends in the certificate's pin if there is one. Standard input says how long
to live: its end means the parent is gone, however it died; a line ``{"keep": true}`` before that
makes the server stay until everybody has left.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from types import TracebackType
from typing import Any

import msgspec
import structlog

from proconf_tui.errors import ProconfError
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.logs import log_to_file
from proconf_tui.server.main import Ready, on_signals, serve, settle_memory

_log = structlog.get_logger(__name__)


class _Line(msgspec.Struct, frozen=True):
    keep: bool = False


def run_child(config: ServerConfig) -> int:
    """Serve for as long as the parent lives; return the process's exit status."""
    log_to_file()
    # Standard error belongs to nobody here: a crash must be found in the log.
    sys.excepthook = _log_crash
    try:
        asyncio.run(_run(config))
    except ProconfError as error:
        _tell({"error": {"code": error.code, "message": error.message}})
        return 1
    return 0


async def _run(config: ServerConfig) -> None:
    stop, stop_now, is_kept = asyncio.Event(), asyncio.Event(), asyncio.Event()
    on_signals((signal.SIGTERM,), stop, stop_now)
    # Ctrl+C in the terminal reaches the whole process group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = asyncio.create_task(_watch_parent(stop, stop_now, is_kept))
    try:
        await serve(config, on_ready=_ready, stop=stop, stop_now=stop_now, is_kept=is_kept)
    finally:
        parent.cancel()
        await asyncio.gather(parent, return_exceptions=True)


async def _watch_parent(
    stop: asyncio.Event, stop_now: asyncio.Event, is_kept: asyncio.Event
) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        if _asks_to_stay(line):
            is_kept.set()
    if not is_kept.is_set():
        stop.set()
        stop_now.set()


def _asks_to_stay(line: bytes) -> bool:
    try:
        return msgspec.json.decode(line, type=_Line).keep
    except (msgspec.MsgspecError, ValueError):
        return False


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _log.error("the server crashed", exc_info=(kind, error, trace))


def _ready(found: Ready) -> None:
    settle_memory()
    _log.info("serving", url=found.url)
    _tell({"url": found.url, "port": found.port, "pid": found.pid})


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()
