"""What a user's shell is to a program: starts it in the foreground and keeps the terminal after it.

Runs as a pane's own process: ``pane_shell.py REPORT-DIRECTORY PROGRAM ARGUMENT…``. Writes the
program's ``pid`` and, when it has ended and all it wrote is drawn, its ``status`` into the
directory. It holds the terminal further on, so what the program left switched on can be seen.

Imports nothing of the project, so that it starts at once.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import tty
from pathlib import Path

_NOT_FOUND = 127  # as shells have it
_ANSWER_TIMEOUT_S = 5.0


def main(directory: Path, argv: list[str]) -> None:
    """Run the program, report on it, and wait to be hung up on."""
    try:
        # This process has one thread, so that a function between fork and exec is safe.
        process = subprocess.Popen(argv, preexec_fn=_take_the_foreground)  # noqa: PLW1509
    except OSError as error:
        os.write(1, f"{error.filename}: {error.strerror}\r\n".encode())
        _report(directory / "pid", os.getpid())
        status = _NOT_FOUND
    else:
        _report(directory / "pid", process.pid)
        status = process.wait()
    _set_foreground(os.getpgrp())
    _wait_until_drawn()
    _report(directory / "status", status)
    while True:
        signal.pause()


def _take_the_foreground() -> None:
    os.setpgid(0, 0)
    _set_foreground(os.getpid())


def _set_foreground(group: int) -> None:
    # A background group may do this only while it ignores the signal.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, group)
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)


def _wait_until_drawn() -> None:
    """Ask the terminal for its status, which it answers after what was written before."""
    left_by_program = termios.tcgetattr(0)
    tty.setraw(0)
    os.write(1, b"\x1b[5n")  # ECMA-48 8.3.35, device status report
    answer = b""
    while not answer.endswith(b"\x1b[0n") and select.select([0], [], [], _ANSWER_TIMEOUT_S)[0]:
        answer += os.read(0, 1)
    termios.tcsetattr(0, termios.TCSANOW, left_by_program)


def _report(path: Path, number: int) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(str(number))
    draft.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
