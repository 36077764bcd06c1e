"""Runs the app in a guarded terminal: signals, crashes in any thread, log, last sentence."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from proconf_tui.config import paths
from proconf_tui.errors import ConfigError, ProconfError
from proconf_tui.tui import outcome, theme
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.bindings import resolve
from proconf_tui.tui.bridge import AGENT_COMMAND
from proconf_tui.tui.messages import EndWanted
from proconf_tui.tui.options import TuiOptions, TuiResult
from proconf_tui.tui.signals import SignalThread
from proconf_tui.tui.terminal_guard import TerminalGuard
from proconf_tui.tui.video.buffer_files import remove_leftovers

_log = logging.getLogger(__name__)

_CRASH_MESSAGE = "The screen stopped because of an error of its own; the log tells more: {}"
_CRASHED = TuiResult(outcome.ERROR, _CRASH_MESSAGE)


def launch(options: TuiOptions, agent_command: Sequence[str] = AGENT_COMMAND) -> TuiResult:
    """Return how it ended; every way to fail is a `TuiResult` with one sentence."""
    try:
        _check(options)
        log_path = options.log_file or paths.log_dir() / "screen.log"
        _log_into(log_path)
        remove_leftovers(paths.runtime_dir())
        with TerminalGuard(log_path) as guard, log_path.open("ab") as log:
            return _run(guard, log_path, ProconfApp(options, log, agent_command=agent_command))
    except ProconfError as error:
        return outcome.of_error(error)
    except OSError as error:
        return TuiResult(outcome.ERROR, f"The screen cannot be set up: {error}.")


def _run(guard: TerminalGuard, log_path: Path, app: ProconfApp) -> TuiResult:
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
        error = (crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback)
        _log.critical("a thread crashed", exc_info=error)
        _end(app, _CRASHED)

    threading.excepthook = end


def _check(options: TuiOptions) -> None:
    resolve(options.keys)
    if options.theme is not None:
        from textual.theme import BUILTIN_THEMES

        names = {own.name for own in theme.THEMES} | BUILTIN_THEMES.keys()
        if options.theme not in names:
            raise ConfigError(
                f"There is no theme {options.theme!r}; there are: {', '.join(sorted(names))}."
            )


def _log_into(path: Path) -> None:
    try:
        handler = logging.FileHandler(path)
    except OSError as error:
        raise ConfigError(
            f"The log {path} cannot be written ({error.strerror}); choose another --log-file."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.unraisablehook = lambda crash: _log.error(
        "in a finaliser of %r", crash.object, exc_info=crash.exc_value
    )
