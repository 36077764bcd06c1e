"""Runs the screen as a program of its own: ``python -m tests.support.screen_program OPTIONS``.

OPTIONS is a JSON object: the fields of `TuiOptions`, ``agent_command``, maybe ``trouble``. It
prints the result's sentence on stderr and exits with its status, as the command line does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from proconf_tui.tui.launch import launch
from proconf_tui.tui.options import TuiOptions


def main() -> int:
    settings = json.loads(sys.argv[1])
    command = settings.pop("agent_command")
    trouble = settings.pop("trouble", None)
    log_file = Path(settings.pop("log_file"))
    if trouble is not None:
        _arrange(trouble, log_file.parent)
    result = launch(TuiOptions(**settings, log_file=log_file), command)
    if result.message:
        sys.stderr.write(result.message + "\n")
    return result.exit_code


def _arrange(trouble: str, directory: Path) -> None:
    """Let the meeting screen get into trouble as soon as it has been shown."""
    from proconf_tui.tui.screens.meeting import MeetingScreen

    def fail() -> None:
        raise RuntimeError("arranged by the test")

    def fail_in_thread() -> None:
        threading.Thread(target=fail).start()

    def hang() -> None:
        (directory / "stuck").touch()
        time.sleep(600)

    def make_noise() -> None:
        os.write(2, b"ALSA lib noise\n")

    troubles = {
        "screen": fail,
        "thread": fail_in_thread,
        "stuck": hang,
        "noise": make_noise,
    }
    original = MeetingScreen.on_mount

    async def on_mount(self: MeetingScreen) -> None:
        await original(self)
        self.set_timer(0.5, troubles[trouble])

    MeetingScreen.on_mount = on_mount  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
