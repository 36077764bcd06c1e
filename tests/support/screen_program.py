"""Runs the screen as a program of its own: ``python -m tests.support.screen_program OPTIONS``.

OPTIONS is a JSON object: the fields of `TuiOptions`, and ``agent_command``. It prints the result's
sentence on stderr and exits with its status, as the command line does.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from proconf_tui.tui.launch import launch
from proconf_tui.tui.options import TuiOptions


def main() -> int:
    settings = json.loads(sys.argv[1])
    command = settings.pop("agent_command")
    crash = settings.pop("crash", None)
    log_file = Path(settings.pop("log_file"))
    if crash is not None:
        _arrange_crash(crash)
    result = launch(TuiOptions(**settings, log_file=log_file), command)
    if result.message:
        sys.stderr.write(result.message + "\n")
    return result.exit_code


def _arrange_crash(where: str) -> None:
    """Let the meeting screen fail as soon as it has been shown: in its own code, or in a thread."""
    from proconf_tui.tui.screens.meeting import MeetingScreen

    def fail() -> None:
        raise RuntimeError("arranged by the test")

    def in_thread() -> None:
        threading.Thread(target=fail).start()

    original = MeetingScreen.on_mount

    async def on_mount(self: MeetingScreen) -> None:
        await original(self)
        self.set_timer(0.2, fail if where == "screen" else in_thread)

    MeetingScreen.on_mount = on_mount  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
