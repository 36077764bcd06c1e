"""What a terminal answers to the questions programs put into their output; pure.

Answered are where the cursor is (CSI 6 n, ECMA-48 DSR; only if it was put there right before, else
the first cell is told), whether updates can be synchronised (DECRQM 2026) and what the terminal is
(DA1). All else is left unanswered, as by many a terminal.
"""

from __future__ import annotations

import re
from typing import Final

_QUESTION: Final = re.compile(
    rb"(?:\x1b\[(?P<place>\d+;\d+)H)?\x1b\[6n|\x1b\[\?2026\$p|\x1b\[0?c",
)
_LONGEST: Final = len(b"\x1b[999;999H\x1b[6n")


class TerminalAnswers:
    """Reads output as it comes, in whatever parts."""

    def __init__(self, *, tells_position: bool = True) -> None:
        self._tells_position = tells_position
        self._rest = b""

    def take(self, output: bytes) -> bytes:
        """Return the answers to the questions that end in this part of the output."""
        text = self._rest + output
        questions = list(_QUESTION.finditer(text))
        read_to = questions[-1].end() if questions else 0
        self._rest = text[max(read_to, len(text) - _LONGEST + 1) :]
        return b"".join(self._answer(question) for question in questions)

    def _answer(self, question: re.Match[bytes]) -> bytes:
        if question[0].endswith(b"$p"):
            return b"\x1b[?2026;2$y"
        if question[0].endswith(b"c"):
            return b"\x1b[?62;22c"
        place: bytes = question["place"] or b"1;1"
        return b"\x1b[%sR" % place if self._tells_position else b""
