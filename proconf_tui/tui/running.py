"""Runs the app until it ends: by itself, by a signal, or by a crash in any of its threads."""

from __future__ import annotations

import contextlib
import errno
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

from proconf_tui.tui import outcome
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.messages import EndWanted
from proconf_tui.tui.options import TuiResult
from proconf_tui.tui.signals import SignalThread
from proconf_tui.tui.terminal_guard import TerminalGuard

_log = logging.getLogger(__name__)

_CRASH_MESSAGE: Final = "The screen stopped because of an error of its own; the log tells more: {}"
_CRASHED: Final = TuiResult(outcome.ERROR, _CRASH_MESSAGE)


def run_app(guard: TerminalGuard, log_path: Path, app: ProconfApp) -> TuiResult:
    """Return how it ended; on the main thread, in a terminal that ``guard`` gives back."""

    def exit_code() -> int:
        return app.result.exit_code if app.result else outcome.ERROR

    guard.before_killing = lambda: app.feed.path.unlink(missing_ok=True)
    app.on_ending = lambda: guard.end_soon(exit_code)
    signals = SignalThread(lambda number: _end_by_signal(app, guard, number), 0)
    _catch_crashes_of_threads(app)
    try:
        app.run()
    finally:
        # Also after a crash of the app, whose traceback Textual has written to the log.
        guard.end_soon(exit_code)
        signals.close()
    result = app.result or _CRASHED
    return (
        replace(result, message=_CRASH_MESSAGE.format(log_path)) if result is _CRASHED else result
    )


def _end(app: ProconfApp, result: TuiResult) -> None:
    """End the app from any thread; one that has ended already is left alone."""
    with contextlib.suppress(RuntimeError):
        app.post_message(EndWanted(result))


def _end_by_signal(app: ProconfApp, guard: TerminalGuard, number: int) -> None:
    """Called on the signals' thread; the app may be stuck."""
    guard.end_soon(lambda: 128 + number)
    _end(app, TuiResult(128 + number))


def _catch_crashes_of_threads(app: ProconfApp) -> None:
    def end(crash: threading.ExceptHookArgs) -> None:
        _log_crash(crash)
        _end(app, _CRASHED)

    threading.excepthook = end


def _log_crash(crash: threading.ExceptHookArgs) -> None:
    error = crash.exc_value or crash.exc_type()
    if isinstance(error, OSError) and error.errno == errno.EIO:
        # What Textual's thread of output gets once the terminal has hung up.
        _log.warning("the terminal is gone: %s", error)
    else:
        _log.critical("a thread crashed", exc_info=(type(error), error, crash.exc_traceback))
