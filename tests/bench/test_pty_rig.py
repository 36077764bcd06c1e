from __future__ import annotations

import sys

from bench.lib.pty_rig import PtyProgram
from bench.lib.slow_link import SlowLink

ASKS = r"""
import os, sys, tty
tty.setraw(0)
sys.stdout.write("\x1b[2;7H\x1b[6n"); sys.stdout.flush()
answer = os.read(0, 20)
sys.stdout.write(f"got {answer!r}, {os.get_terminal_size()}"); sys.stdout.flush()
while (key := os.read(0, 1)) != b"q":
    os.write(1, b"<%s>" % key)
"""


def test_a_program_is_answered_and_gets_keys_and_what_it_writes_is_counted() -> None:
    link = SlowLink(1_000_000.0)
    with PtyProgram([sys.executable, "-S", "-c", ASKS], (90, 20), link=link) as program:
        program.expect("lines=20)")
        program.wait()
        assert program.counter.bytes == len("\x1b[2;7H\x1b[6n") + len(
            "got b'\\x1b[2;7R', os.terminal_size(columns=90, lines=20)"
        )
        program.expect("<x>")
        program.type("x")
        program.wait()
        program.type("q")
        assert program.process.wait(20.0) == 0
