"""Prepares the terminal and the log, and what pictures look like; then the app runs.

Whatever is large is loaded while the terminal answers what it can do.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from proconf_tui.config import paths
from proconf_tui.config.log_lines import HarmlessFormatter
from proconf_tui.errors import ConfigError, ProconfError
from proconf_tui.tui import outcome
from proconf_tui.tui.bindings import resolve
from proconf_tui.tui.options import TuiOptions, TuiResult
from proconf_tui.tui.terminal_guard import TerminalGuard
from proconf_tui.tui.video.buffer_files import remove_leftovers
from proconf_tui.tui.video.capabilities import Capabilities, choose
from proconf_tui.tui.video.picture_settings import (
    LOCAL_BYTES_PER_S,
    REMOTE_BYTES_PER_S,
    PictureSettings,
)
from proconf_tui.tui.video.probe import Probe, ending_in_order

if TYPE_CHECKING:
    from proconf_tui.tui.app import ProconfApp

_log = logging.getLogger(__name__)
_BYTES_PER_KB: Final = 1000


def launch(options: TuiOptions, agent_command: Sequence[str] | None = None) -> TuiResult:
    """Return how it ended; every way to fail is a `TuiResult` with one sentence.

    ``agent_command`` starts the media process, None: this program's own.
    """
    try:
        _check(options)
        log_path = options.log_file or paths.log_dir() / "screen.log"
        _log_into(log_path)
        remove_leftovers(paths.runtime_dir())
        with (
            TerminalGuard(log_path) as guard,
            log_path.open("ab") as log,
            ending_in_order(),
            Probe(os.environ, 0, guard.terminal) as probe,
        ):
            from proconf_tui.tui.running import run_app

            return run_app(guard, log_path, _app(options, log, agent_command, probe))
    except ProconfError as error:
        return outcome.of_error(error)
    except OSError as error:
        return TuiResult(outcome.ERROR, f"The screen cannot be set up: {error}.")


def picture_settings(options: TuiOptions, capabilities: Capabilities) -> PictureSettings:
    """Return how pictures are drawn on a terminal that can do this; pure."""
    kb_per_s = options.video_budget_kb_per_s
    usual = REMOTE_BYTES_PER_S if capabilities.is_remote else LOCAL_BYTES_PER_S
    return PictureSettings(
        mode=choose(options.pixels, capabilities).mode,
        cell_aspect=capabilities.cell_aspect,
        fit=options.video_fit,
        budget_bytes_per_s=usual if kb_per_s is None else kb_per_s * _BYTES_PER_KB,
    )


def _app(
    options: TuiOptions, log: IO[bytes], agent_command: Sequence[str] | None, probe: Probe
) -> ProconfApp:
    from proconf_tui.tui.app import ProconfApp
    from proconf_tui.tui.bridge import AGENT_COMMAND
    from proconf_tui.tui.textual_private import update_exactly

    update_exactly()
    capabilities = probe.finish()
    _log.info("the terminal: %s", capabilities)
    if capabilities.has_rgb:
        # Often lost on the way through SSH, and all that Textual goes by.
        os.environ["COLORTERM"] = "truecolor"
    return ProconfApp(
        options,
        log,
        agent_command=agent_command or AGENT_COMMAND,
        pictures_as=picture_settings(options, capabilities),
        answers=probe.answers,
    )


def _check(options: TuiOptions) -> None:
    resolve(options.keys)
    if options.theme is not None:
        from textual.theme import BUILTIN_THEMES

        from proconf_tui.tui import theme

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
    handler.setFormatter(HarmlessFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.unraisablehook = lambda crash: _log.error(
        "in a finaliser of %r", crash.object, exc_info=crash.exc_value
    )
