"""What a terminal answers to the questions programs put into their output; pure.

Answered are the place of the cursor (CSI 6 n), whether updates can be synchronised (DECRQM 2026)
and what the terminal is (DA1); all else is left unanswered, as by many a terminal.
"""

from __future__ import annotations

import re
from typing import Final

_QUESTION: Final = re.compile(rb"\x1b\[(?:6n|\?2026\$p|0?c)")
_LONGEST: Final = len(b"\x1b[?2026$p")
_POSITION: Final = b"\x1b[6n"
_ANSWERS: Final = {
    _POSITION: b"\x1b[1;1R",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[0c": b"\x1b[?62;22c",
}


class TerminalAnswers:
    """Reads output as it comes, in whatever parts."""

    def __init__(self, *, tells_position: bool = True) -> None:
        self._tells_position = tells_position
        self._rest = b""

    def take(self, output: bytes) -> bytes:
        """Return the answers to the questions that end in this part of the output."""
        text = self._rest + output
        answers, read_to = b"", 0
        for question in _QUESTION.finditer(text):
            read_to = question.end()
            if self._tells_position or question[0] != _POSITION:
                answers += _ANSWERS[question[0]]
        self._rest = text[max(read_to, len(text) - _LONGEST + 1) :]
        return answers
